/**
 * Test files of one folder in one process: each would spend more time on loading what they share than on testing it.
 * Whatever starts programs, holds the processor up or watches the process as a whole is named `*.process.test.ts` and runs
 * in one of its own, as every file does that is given to the runner by name.
 */
import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import t from "tap";

const ofItsOwn = ".process.test.ts";

/** Loads every test file below a folder, or of `parts` equal parts of them the given one, counted from 0. */
export function runFolder(folder: string, part = 0, parts = 1): void {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts") && !file.endsWith(ofItsOwn))
    .sort()
    .filter((_, index) => index % parts === part);
  // While this test runs, those that the files add wait behind it.
  t.test("loading", async (t) => {
    for (const file of files) await import(pathToFileURL(`${folder}/${file}`).href);
    t.ok(files.length > 0, `${files.length} files`);
  });
}
