/** The bundle as the board gets it; built when it is missing or older than what it is made of. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const builder = fileURLToPath(new URL("tools/build.mjs", root));
const ingredients = ["src", "hal", "boards", "package.json", "package-lock.json", "tools/build.mjs"];

export const bundle = fileURLToPath(new URL("dist/evsed.js", root));

export function shippedStation(name: string): string {
  return fileURLToPath(new URL(`config/${name}`, root));
}

/** The newest file at or below `url`. */
function newestMs(url: URL): number {
  const stat = statSync(url);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const files = readdirSync(url, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(...files.map((file) => statSync(`${file.parentPath}/${file.name}`).mtimeMs));
}

/** True when it had to be built. */
export function ensureBundle(): boolean {
  const madeFromMs = Math.max(...ingredients.map((path) => newestMs(new URL(path, root))));
  if (existsSync(bundle) && statSync(bundle).mtimeMs >= madeFromMs) return false;
  execFileSync(process.execPath, [builder], { stdio: ["ignore", "ignore", "inherit"] });
  return true;
}
