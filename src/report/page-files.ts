/** What the page consists of in a browser: built beside the bundle, and read only when a report is written. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PageFiles } from "./html.ts";
import buildOptions from "./page/build.json" with { type: "json" };

const isBundle = process.env.EVSED_THREADS !== undefined;

export async function pageFiles(): Promise<PageFiles> {
  return isBundle ? builtFiles() : buildFiles();
}

function builtFiles(): PageFiles {
  const read = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");
  return { script: read("report-page.js"), style: read("report-page.css") };
}

/** From the sources, where there is no bundle. */
async function buildFiles(): Promise<PageFiles> {
  const { build } = await import("esbuild");
  const absWorkingDir = join(import.meta.dirname, "../..");
  const { outputFiles = [] } = await build({ ...(buildOptions as object), absWorkingDir, write: false });
  const text = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: text(".js"), style: text(".css") };
}
