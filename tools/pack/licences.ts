/** The licences of everything that goes along: as a text beside the bundle, and as the lines of the recipe. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Lock } from "./lock.ts";
import { nameOf } from "./lock.ts";

const licenceFile = /^(licen[cs]e|copying)(\.\w+)?$/i;

/** The file of a package that says its licence; its manifest does where there is no other. */
const licenceFileOf = (root: string, place: string): string =>
  readdirSync(join(root, place)).find((name) => licenceFile.test(name)) ?? "package.json";

/** Of the packages that are part of the bundle. */
export function bundledLicences(root: string, lock: Lock, places: readonly string[]): string {
  const parts = places.map((place) => {
    const { version, license = "" } = lock.packages[place] ?? { version: "" };
    const file = licenceFileOf(root, place);
    const text = file === "package.json" ? "" : `\n${readFileSync(join(root, place, file), "utf8").trim()}\n`;
    return `${nameOf(place)} ${version} (${license})\n${text}`;
  });
  const line = `\n${"-".repeat(80)}\n\n`;
  return `What dist/ is made of besides evsed itself.\n${line}${parts.join(line)}`;
}

export interface RecipeLicences {
  /** Text of the bundle, as it lies in the package. */
  readonly bundled: string;
  /** Packages that are installed beside the bundle, by their places. */
  readonly installed: readonly string[];
  /** Everything that goes along. */
  readonly all: readonly string[];
}

export const bundledLicencesFile = "THIRD-PARTY-LICENSES.txt";

/** What the recipe says of licences, with checksums of the texts. */
export function recipeLicences(root: string, lock: Lock, { bundled, installed, all }: RecipeLicences): string {
  const md5 = (text: string | Buffer): string => createHash("md5").update(text).digest("hex");
  const names = new Set(["Apache-2.0", ...all.map((place) => lock.packages[place]?.license ?? "")]);
  const checksums = [
    ["LICENSE", md5(readFileSync(join(root, "LICENSE")))],
    [bundledLicencesFile, md5(bundled)],
    ...installed.map((place) => {
      const file = join(place, licenceFileOf(root, place));
      return [file, md5(readFileSync(join(root, file)))];
    }),
  ];
  return [
    "# Written by `npm run pack`; do not edit.",
    `LICENSE = "${[...names].toSorted().join(" & ")}"`,
    'LIC_FILES_CHKSUM = "\\',
    ...checksums.map(([file, sum]) => `    file://${file};md5=${sum} \\`),
    '"',
    "",
  ].join("\n");
}
