/** The worker as one file: nothing is compiled or looked up while it runs, which is a good part of a short run. */
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The path of what was bundled; it is gone with this process. */
export async function bundled(name: string): Promise<string> {
  const outfile = `${here}.bundle/${name}-${process.pid}.cjs`;
  await build({
    entryPoints: [`${here}${name}.ts`],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    sourcemap: "inline",
    external: [
      "bufferutil",
      "i2c-bus",
      "modbus-serial",
      "onoff",
      "serialport",
      "unix-dgram",
      "utf-8-validate",
      "esbuild",
      "tsx",
    ],
    define: { "import.meta.dirname": "__dirname", "import.meta.resolve": "require.resolve" },
    logLevel: "error",
    logOverride: { "empty-import-meta": "silent" },
  });
  process.once("exit", () => rmSync(outfile, { force: true }));
  return outfile;
}

/** What a bundled worker is to find where it is not. */
export const bundledEnvironment = { CAMPAIGN_STATIONS: `${here}stations/` };
