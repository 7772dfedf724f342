/** Writes the pages that are made from the sources; with `--check` exits 1 when one is not what it would write. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { generatedPages } from "./generated-pages.ts";

const isCheck = process.argv.includes("--check");

for (const [name, page] of await generatedPages()) {
  const file = new URL(`../docs/${name}`, import.meta.url);
  if (!isCheck) {
    mkdirSync(new URL(".", file), { recursive: true });
    writeFileSync(file, page);
  } else if (readOrEmpty(file) !== page) {
    process.stderr.write(`docs/${name} is stale; run: npm run docs\n`);
    process.exitCode = 1;
  }
}

function readOrEmpty(file: URL): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
