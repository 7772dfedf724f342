/** Writes docs/configuration.md from the manifests; with `--check` exits 1 when the page is not what it would write. */
import { readFileSync, writeFileSync } from "node:fs";
import { loadManifest, moduleTypes } from "../src/daemon/catalogue.ts";
import { configurationPage } from "./configuration-page.ts";

const file = new URL("../docs/configuration.md", import.meta.url);
const page = configurationPage(await Promise.all(moduleTypes.map((type) => loadManifest(type))));

if (process.argv.includes("--check")) {
  if (readOrEmpty() !== page) {
    process.stderr.write("docs/configuration.md is stale; run: npm run docs\n");
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, page);
}

function readOrEmpty(): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
