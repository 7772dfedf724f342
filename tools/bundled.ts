/** A program of the tools as one file, as the daemon is shipped: nothing is compiled, looked up or named anew while it runs. */
import { rmSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The path of what was bundled, beside its source; it is gone with this process. */
export async function bundled(source: URL): Promise<string> {
  const name = basename(source.pathname, ".ts");
  const outfile = fileURLToPath(new URL(`.bundle/${name}-${process.pid}.cjs`, source));
  await build({
    entryPoints: [fileURLToPath(source)],
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
