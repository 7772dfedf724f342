/** Puts the package of a board together and packs it as npm does. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BoardPackage } from "./recipe-files.ts";
import { root } from "./recipe-files.ts";

export interface Packed {
  readonly file: string;
  readonly bytes: number;
  readonly files: number;
  readonly sha256: string;
}

/** Packs into `folder`, with the checksum in a file beside it. `dist/` must have been built. */
export function packBoard(board: BoardPackage, folder: string): Packed {
  const stage = mkdtempSync(join(tmpdir(), "evsed-pack-"));
  try {
    for (const name of board.copied) cpSync(join(root, name), join(stage, name), { recursive: true });
    for (const [name, text] of Object.entries(board.added)) writeFileSync(join(stage, name), text);
    const told = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
      cwd: stage,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [{ filename, size, entryCount }] = JSON.parse(told) as [
      { filename: string; size: number; entryCount: number },
    ];
    const file = join(folder, filename);
    const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
    writeFileSync(`${file}.sha256`, `${sha256}  ${filename}\n`);
    return { file, bytes: size, files: entryCount, sha256 };
  } finally {
    rmSync(stage, { recursive: true });
  }
}
