// Bundles the daemon for the board: dist/evsed.js; beside it its threads, the packages that few stations need, the page of a
// report, and source maps.
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Packages that few stations need: a file each, so that no other start reads them. */
const besides = {
  "@dagrejs/dagre": "dagre",
  "json-rpc-2.0": "json-rpc",
  "log-update": "log-update",
  "protobufjs/minimal.js": "protobuf",
  "tar-stream": "tar",
  ws: "websocket",
};

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const dist = new URL("../dist/", import.meta.url);

/** @type {import("esbuild").BuildOptions} */
const common = {
  absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20",
  // Native and optional: taken from the package's own folder, where there is one.
  // The bundler itself builds the page of a report only where there is no bundle.
  external: [
    "bufferutil",
    "esbuild",
    "i2c-bus",
    "modbus-serial",
    "onoff",
    "serialport",
    "tsx",
    "unix-dgram",
    "utf-8-validate",
  ],
  // Node starts CommonJS faster: it neither needs its module loader nor looks at each name a built-in module exports.
  format: "cjs",
  // Names stay: somebody may have to read a stack from the field.
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: "linked",
  logLevel: "warning",
  write: false,
};
const main = await build({
  ...common,
  entryPoints: { evsed: "src/cli/main.ts", interlock: "src/daemon/interlock-worker.ts" },
  define: {
    "process.env.EVSED_VERSION": JSON.stringify(version),
    "process.env.EVSED_THREADS": '"beside"',
    "import.meta.dirname": "__dirname",
    "import.meta.resolve": "require.resolve",
  },
  plugins: [
    {
      name: "beside",
      setup(setUp) {
        setUp.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
          const name = kind === "entry-point" ? undefined : besides[path];
          return name === undefined ? undefined : { path: `./${name}.js`, external: true };
        });
      },
    },
  ],
});
const packages = await build({
  ...common,
  entryPoints: Object.fromEntries(Object.entries(besides).map(([from, to]) => [to, from])),
  // A stack from the field rarely leads into these.
  sourcemap: false,
});
// What a report consists of in a browser: text, read when one is written.
const page = await build({
  ...JSON.parse(readFileSync(new URL("../src/report/page/build.json", import.meta.url), "utf8")),
  absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
});
const files = [
  ...[...main.outputFiles, ...packages.outputFiles, ...page.outputFiles].map(({ path, contents }) => ({
    name: basename(path),
    contents,
  })),
  // The package around it is one of ES modules.
  { name: "package.json", contents: '{ "type": "commonjs" }\n' },
];

for (const { name, contents } of files) {
  // One character beyond Latin-1, in a regular expression say, and the engine holds the whole text at two bytes each.
  if (name.endsWith(".js") && contents.some((byte) => byte > 0x7f)) throw new Error(`${name} is not plain ASCII`);
}

mkdirSync(dist, { recursive: true });
for (const { name, contents } of files) {
  // In one step: whoever runs the old bundle meanwhile never finds half of the new one.
  const unfinished = new URL(`${name}.${process.pid}.tmp`, dist);
  writeFileSync(unfinished, contents);
  if (name === "evsed.js") chmodSync(unfinished, 0o755);
  renameSync(unfinished, new URL(name, dist));
}
for (const name of readdirSync(dist)) {
  if (!files.some((file) => file.name === name) && !name.endsWith(".tmp")) rmSync(new URL(name, dist));
}
