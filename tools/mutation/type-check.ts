/**
 * Words that nobody may leave empty: the types say which ones there are. All that the tests let pass are emptied together in
 * a copy of the sources, and those the type checker names are noticed.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Mutant } from "./mutants.ts";
import type { Source } from "./mutation.ts";

export interface Suspect {
  readonly source: Source;
  readonly mutant: Mutant;
}

interface Place {
  readonly suspect: Suspect;
  readonly row: number;
  readonly column: number;
  readonly length: number;
}

/** Where the word stands; null where that is not clear. */
function placeOf(suspect: Suspect, lines: readonly string[]): Place | null {
  const [, word] = /^("[^"]*") -> ""$/.exec(suspect.mutant.change) ?? [];
  const row = suspect.mutant.line - 1;
  const line = lines[row] ?? "";
  if (word === undefined || line.split(word).length !== 2) return null;
  return { suspect, row, column: line.indexOf(word), length: word.length };
}

export function refused(root: string, suspects: readonly Suspect[]): Suspect[] {
  const folder = mkdtempSync(join(tmpdir(), "evsed-types-"));
  try {
    for (const part of ["package.json", "tsconfig.json", "src", "hal"]) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const config = { extends: "./tsconfig.json", include: ["src/core", "hal"] };
    writeFileSync(join(folder, "tsconfig.mutation.json"), JSON.stringify(config));
    const places = new Map<string, Suspect>();
    for (const source of new Set(suspects.map((suspect) => suspect.source))) {
      const path = join("src/core", source.name);
      const lines = readFileSync(join(root, path), "utf8").split("\n");
      const here = suspects
        .filter((suspect) => suspect.source === source)
        .flatMap((suspect) => placeOf(suspect, lines) ?? [])
        .sort((a, b) => b.column - a.column);
      for (const { suspect, row, column, length } of here) {
        const line = lines[row] ?? "";
        lines[row] = `${line.slice(0, column)}""${line.slice(column + length)}`;
        // One a line, so that it is clear which of them is meant.
        if (here.filter((place) => place.row === row).length === 1) places.set(`${path}:${row + 1}`, suspect);
      }
      writeFileSync(join(folder, path), lines.join("\n"));
    }
    const { stdout } = spawnSync("npx", ["tsc", "--noEmit", "--pretty", "false", "-p", "tsconfig.mutation.json"], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 1e8,
    });
    const named = [...stdout.matchAll(/^(src\/core\/[^(]+)\((\d+),\d+\): error .*'""'/gm)];
    return [...new Set(named.flatMap(([, path, row]) => places.get(`${path}:${row}`) ?? []))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
