/**
 * Makes the package that the recipe of `yocto/` takes: bundle, configurations, units, pages, licences and a shrinkwrap of the
 * native packages that a board builds, with its checksum beside it.
 *
 *     npm run pack [-- --check]
 *
 * `--check` packs nothing and fails when the files of the recipe that follow from the lock are stale.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { packBoard } from "./pack-board.ts";
import { boardPackage, recipeFolder, root } from "./recipe-files.ts";

const board = boardPackage();
const pathOf = (name: string): string => join(root, recipeFolder, name);
const isStale = (name: string, text: string): boolean =>
  !existsSync(pathOf(name)) || readFileSync(pathOf(name), "utf8") !== text;

if (process.argv.includes("--check")) {
  const stale = Object.entries(board.recipe).filter(([name, text]) => isStale(name, text));
  for (const [name] of stale) process.stderr.write(`${recipeFolder}/${name} is stale: npm run pack\n`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [name, text] of Object.entries(board.recipe)) {
    mkdirSync(dirname(pathOf(name)), { recursive: true });
    writeFileSync(pathOf(name), text);
  }
  const { file, files, bytes, sha256 } = packBoard(board, pathOf("evsed"));
  process.stdout.write(`${relative(root, file)}: ${files} files, ${Math.round(bytes / 1024)} KiB\nsha256 ${sha256}\n`);
}
