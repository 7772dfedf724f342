import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Finding } from "../../src/config/finding.ts";
import { formatFinding } from "../../src/config/finding.ts";
import type { Loaded, LoadOptions } from "../../src/config/load.ts";
import { load } from "./fixture-manifests.ts";

/** What a user would read, with the folder of the test taken off. */
export interface Told {
  readonly loaded: Loaded;
  readonly complaints: readonly string[];
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

export function tell(loaded: Loaded, folder: string): Told {
  const lines = (findings: readonly Finding[]): string[] =>
    findings.map((finding) => formatFinding(finding).replaceAll(`${folder}/`, ""));
  return {
    loaded,
    complaints: loaded.ok ? [] : lines(loaded.complaints),
    warnings: lines(loaded.warnings),
    notes: loaded.ok ? lines(loaded.notes) : [],
  };
}

/** Writes the files into `folder` and loads the first one. */
export function loadFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<LoadOptions> = {},
): Told {
  const [first = "missing.yaml"] = Object.keys(files);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return tell(load(join(folder, first), options), folder);
}
