// Bundles the daemon into one file for the board: dist/evsed.js, source map beside it.
import { chmodSync, readFileSync, rmSync } from "node:fs";
import { build } from "esbuild";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
await build({
  absWorkingDir: new URL("..", import.meta.url).pathname,
  entryPoints: { evsed: "src/cli/main.ts" },
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  minifySyntax: true,
  sourcemap: "linked",
  define: { "process.env.EVSED_VERSION": JSON.stringify(version) },
  // Packages written for CommonJS expect `require` inside the bundle.
  banner: {
    js: 'import { createRequire as evsedRequire } from "node:module"; const require = evsedRequire(import.meta.url);',
  },
  logLevel: "warning",
});
chmodSync(new URL("../dist/evsed.js", import.meta.url), 0o755);
