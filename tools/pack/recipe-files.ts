/** What the package of a board is, and the files of the recipe that follow from it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledLicences, bundledLicencesFile, recipeLicences } from "./licences.ts";
import type { Lock } from "./lock.ts";
import { closureOf, shrinkwrapOf } from "./lock.ts";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const recipeFolder = "yocto/meta-evsed/recipes-evsed/evsed";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: unknown;
  readonly scripts: unknown;
}

export interface BoardPackage {
  readonly version: string;
  /** Written into the package beside the files of the checkout: text by name. */
  readonly added: Readonly<Record<string, string>>;
  /** Files and folders of the checkout. */
  readonly copied: readonly string[];
  /** Files of the recipe that follow from the lock: text by name, below `recipeFolder`. */
  readonly recipe: Readonly<Record<string, string>>;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/**
 * The bundle has in it what it needs, but for the native packages: a board has use for each of those and builds them, so that
 * none may quietly be left out.
 */
export function boardPackage(): BoardPackage {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), "utf8"));
  const manifest = read("package.json") as Manifest;
  const lock = read("package-lock.json") as Lock;
  const { devDependencies: _, scripts: __, optionalDependencies, dependencies, ...rest } = manifest;
  const own = { ...rest, dependencies: optionalDependencies };
  const shrinkwrap = json(shrinkwrapOf(lock, { name: own.name, version: own.version, dependencies: own.dependencies }));
  const [inBundle, installed] = [dependencies, optionalDependencies].map((names) =>
    closureOf(lock, Object.keys(names)),
  );
  const bundled = bundledLicences(root, lock, inBundle ?? []);
  const all = [...new Set([...(inBundle ?? []), ...(installed ?? [])])];
  const files = [...manifest.files, bundledLicencesFile, "npm-shrinkwrap.json"];
  return {
    version: manifest.version,
    added: {
      "package.json": json({ ...own, files }),
      "npm-shrinkwrap.json": shrinkwrap,
      [bundledLicencesFile]: bundled,
    },
    copied: manifest.files,
    recipe: {
      "evsed/npm-shrinkwrap.json": shrinkwrap,
      "evsed-licences.inc": recipeLicences(root, lock, { bundled, installed: installed ?? [], all }),
    },
  };
}
