import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";

const root = resolve(fileURLToPath(import.meta.url), "../../..");

/** From which rooms a room may import; a room always may import from itself. Design, section 1. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "src/core": [],
  hal: ["src/core"],
  "src/runtime": ["src/core", "hal"],
  "src/console": ["src/core", "hal", "src/runtime"],
  "src/outlets": ["src/core", "hal", "src/runtime"],
  "src/modules": ["src/core", "hal", "src/runtime"],
  "src/config": ["src/core", "hal"],
  boards: ["src/core", "hal"],
  "src/report": ["src/core", "hal", "src/runtime"],
  "src/daemon": ["src/core", "hal", "src/runtime", "src/modules", "src/config", "src/console", "src/outlets", "boards"],
  "src/cli": ["src/core", "hal", "src/runtime", "src/config", "src/console", "src/daemon", "src/report", "boards"],
};

const rooms = Object.keys(mayImport);

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}

function roomOf(path: string): string | undefined {
  return rooms.find((room) => path === room || path.startsWith(`${room}/`));
}

/** What a module folder or a board's own folder is called; `boards/sim` serves the others' simulations. */
function ownFolder(path: string): string | undefined {
  return /^((?:boards|src\/modules)\/[^/]+)\//.exec(path)?.[1];
}

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const specifiers = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g);
  return [...specifiers].map(([, specifier = ""]) => ({ file, specifier }));
}

function faultOf({ file, specifier }: Import): string | undefined {
  const room = roomOf(file);
  if (room === undefined) return `${file} is in no room of the house`;
  if (!specifier.startsWith(".")) {
    if (room !== "src/core") return undefined;
    return `${file}: the core imports nothing, not even ${specifier}`;
  }
  const target = relative(root, resolve(root, dirname(file), specifier));
  const targetRoom = roomOf(target);
  if (targetRoom === undefined) return `${file} imports ${target}, which is in no room`;
  if (targetRoom !== room && !mayImport[room]?.includes(targetRoom))
    return `${file} (${room}) imports ${target} (${targetRoom})`;
  const [own, other] = [ownFolder(file), ownFolder(target)];
  const isForeign = own !== undefined && other !== undefined && own !== other;
  if (isForeign && own !== "boards/sim") return `${file} imports from another module's folder: ${target}`;
  return undefined;
}

t.test("imports run one way", async (t) => {
  const files = ["src", "hal", "boards"].flatMap(filesBelow);
  t.ok(files.length > 80, `${files.length} files read`);
  const faults = files.flatMap(importsOf).flatMap((found) => faultOf(found) ?? []);
  t.strictSame(faults, []);
});

t.test("the rule notices what it forbids", async (t) => {
  const forbidden: Import[] = [
    { file: "src/core/session/charger.ts", specifier: "node:fs" },
    { file: "src/core/session/charger.ts", specifier: "yaml" },
    { file: "src/core/session/charger.ts", specifier: "../../../hal/clock.ts" },
    { file: "hal/clock.ts", specifier: "../src/runtime/agenda.ts" },
    { file: "boards/sim/relay.ts", specifier: "../../src/runtime/agenda.ts" },
    { file: "src/modules/auth/module.ts", specifier: "../energy-node/module.ts" },
    { file: "src/modules/auth/module.ts", specifier: "../../daemon/compose.ts" },
    { file: "src/runtime/station.ts", specifier: "../modules/auth/module.ts" },
    { file: "src/stray.ts", specifier: "node:fs" },
  ];
  for (const found of forbidden) t.type(faultOf(found), "string", `${found.file} -> ${found.specifier}`);
});

t.test("the core reads no clock, sets no timer and draws nothing", async (t) => {
  const impure =
    /\b(Date\.now|new Date\(\)|setTimeout|setInterval|setImmediate|Math\.random|performance\.now|process\.(?:env|hrtime|nextTick|exit|std)|console\.)/;
  const found = filesBelow("src/core").filter((file) => impure.test(readFileSync(join(root, file), "utf8")));
  t.strictSame(found, []);
});
