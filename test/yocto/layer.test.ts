/** The layer as far as it can be checked without a build of it: syntax, files, checksums, and the package it takes. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import t from "tap";
import { packBoard } from "../../tools/pack/pack-board.ts";
import { boardPackage, recipeFolder, root } from "../../tools/pack/recipe-files.ts";

const layer = join(root, "yocto/meta-evsed");
const recipe = join(root, recipeFolder);
const files = readdirSync(layer, { recursive: true, encoding: "utf8" });
const text = (path: string): string => readFileSync(path, "utf8");
const work = mkdtempSync(join(tmpdir(), "layer-"));
t.teardown(() => rmSync(work, { recursive: true }));

// -- Syntax --

const assignment = /^[A-Za-z_][\w.:${}+-]*(\[[\w.]+\])?\s*(\?\?=|\?=|:=|\+=|=\+|\.=|=\.|=)\s*(".*"|'.*')$/s;
const directive = /^(inherit|require|include) \S.*$/;
const beginning = /^(python )?[\w:]+\(\) \{$/;

/** What of a recipe is no statement of BitBake; and the shell functions it has. */
function parse(source: string): { faults: string[]; functions: string[] } {
  const [faults, functions]: [string[], string[]] = [[], []];
  const lines = source.split("\n");
  for (let at = 0; at < lines.length; at++) {
    let statement = lines[at] ?? "";
    if (statement === "" || statement.startsWith("#")) continue;
    if (beginning.test(statement)) {
      const end = lines.indexOf("}", at);
      if (end < 0) faults.push(`no end: ${statement}`);
      functions.push(lines.slice(at + 1, end).join("\n"));
      at = end < 0 ? lines.length : end;
      continue;
    }
    while (statement.endsWith("\\")) statement = `${statement.slice(0, -1)}${lines[++at] ?? ""}`;
    const value = /"(.*)"$/s.exec(statement)?.[1] ?? "";
    if (!assignment.test(statement) && !directive.test(statement)) faults.push(statement);
    else if (value.replace(/\$\{@.*?\}/g, "").includes('"')) faults.push(`quotes: ${statement}`);
  }
  return { faults, functions };
}

t.test("metadata and scripts are well-formed", async (t) => {
  const metadata = files.filter((name) => /\.(bb|bbappend|inc|conf)$/.test(name));
  t.ok(metadata.length >= 8, metadata.join(", "));
  for (const name of metadata) {
    const { faults, functions } = parse(text(join(layer, name)));
    t.same(faults, [], name);
    for (const body of functions) t.equal(spawnSync("sh", ["-n"], { input: body }).status, 0, `a function of ${name}`);
  }
  t.same(parse('A = "b\nB = "c" "d"\ndo_install() {\n').faults.length, 3, "what is wrong is noticed");
  const scripts = files.filter((name) => name.endsWith("/20-copy-evsed"));
  t.equal(scripts.length, 1);
  for (const script of scripts) t.equal(spawnSync("sh", ["-n", join(layer, script)]).status, 0, script);
});

t.test("the layer is for kirkstone and scarthgap; only the former gets a Node.js of its own", async (t) => {
  const configuration = text(join(layer, "conf/layer.conf"));
  t.match(configuration, /^LAYERSERIES_COMPAT_evsed = "kirkstone scarthgap"$/m);
  t.match(configuration, /recipes-kirkstone\/\*\/\*\.bb' if 'kirkstone' in /);
  const nodejs = files.filter((name) => /^recipes-kirkstone\/nodejs\/nodejs.*_\d+\.\d+\.\d+\.bb$/.test(name));
  t.same(
    nodejs.map((name) => Number(/_(\d+)/.exec(name)?.[1])),
    [20, 20],
    "for the board and, with the same headers, for the host that builds its add-ons",
  );
});

t.test("everything a recipe names is there", async (t) => {
  for (const name of files.filter((name) => /\.(bb|bbappend)$/.test(name))) {
    const folder = dirname(join(layer, name));
    const source = text(join(layer, name));
    const own = basename(name).split(/[_.]/)[0] ?? "";
    for (const [, required = ""] of source.matchAll(/^require (\S+)$/gm))
      t.ok(existsSync(join(folder, required)), `${name}: ${required}`);
    for (const [, file = ""] of source.matchAll(/file:\/\/([\w-]+)(?=[;\s"])/g))
      t.ok(file === "LICENSE" || existsSync(join(folder, own, file)), `${name}: ${file}`);
    for (const [, sum = ""] of source.matchAll(/sha256sum\] = "([^$"]*)"/g)) t.match(sum, /^[0-9a-f]{64}$/, name);
  }
  const own = readdirSync(recipe).find((name) => name.endsWith(".bb"));
  t.equal(own, `evsed_${boardPackage().version}.bb`);
});

t.test("what the daemon runs is on the image", async (t) => {
  const source = text(join(recipe, `evsed_${boardPackage().version}.bb`));
  const named = (variable: string, suffix = ""): readonly string[] => {
    const value = source.split("\n").find((line) => line.startsWith(`${variable}:\${PN}${suffix} = `));
    return /"(.*)"$/.exec(value ?? "")?.[1]?.split(" ") ?? [];
  };
  // The packages of openembedded-core and meta-rauc; `sh`, `tar` and `rm` are on every image.
  const packages: Readonly<Record<string, string>> = {
    busctl: "systemd",
    curl: "curl",
    openssl: "openssl-bin",
    rauc: "rauc",
    reboot: "systemd",
  };
  const system = join(root, "src/core/system");
  const programs = readdirSync(system).flatMap((file) =>
    [...text(join(system, file)).matchAll(/program: "(\w+)"/g)].map(([, program = ""]) => program),
  );
  t.same([...new Set(programs)].toSorted(), [...Object.keys(packages), "rm", "sh"].toSorted());
  const onImage = [...named("RDEPENDS", "-cb-system"), ...named("RRECOMMENDS", "-cb-system")];
  for (const [program, name] of Object.entries(packages)) t.ok(onImage.includes(name), `${program}: ${name}`);
  t.ok(onImage.includes("ca-certificates"), "locations with https");
  t.same(named("RRECOMMENDS"), ["util-linux-chrt"], "the thread of the interlock");
});

// -- The package --

t.test("what follows from the lock is not stale", async (t) => {
  for (const [name, wanted] of Object.entries(boardPackage().recipe))
    t.ok(text(join(recipe, name)) === wanted, `${name}: npm run pack`);
});

t.test("the package", { skip: !existsSync(join(root, "dist/evsed.js")) && "nothing is built" }, async (t) => {
  const { file, sha256 } = packBoard(boardPackage(), work);
  t.equal(execFileSync("sha256sum", [file], { encoding: "utf8" }).split(" ")[0], sha256);
  t.equal(spawnSync("sha256sum", ["--check", `${file}.sha256`], { cwd: work }).status, 0);
  execFileSync("tar", ["xzf", file, "-C", work]);
  const unpacked = join(work, "package");

  await t.test("has what the recipe installs", async (t) => {
    const source = text(join(recipe, `evsed_${boardPackage().version}.bb`)).replace(/\$\{EVSED_CONFIG\}/g, () => {
      return /^EVSED_CONFIG \?= "(.*)"$/m.exec(text(join(recipe, `evsed_${boardPackage().version}.bb`)))?.[1] ?? "";
    });
    const named = [...source.matchAll(/\$\{S\}\/(\S+)/g)].map(([, name = ""]) => name);
    t.ok(named.length >= 7, named.join(", "));
    for (const name of named) t.ok(existsSync(join(unpacked, name)), name);
    t.same(
      readdirSync(join(unpacked, "dist")).filter((name) => name.endsWith(".js")),
      readdirSync(join(root, "dist")).filter((name) => name.endsWith(".js")),
    );
    // Where the unit finds its helpers.
    const unit = text(join(unpacked, "systemd/evsed.service"));
    for (const [, helper = ""] of unit.matchAll(/\/usr\/libexec\/evsed\/(\S+)/g))
      t.ok(source.includes(`\${S}/systemd/${helper}`), helper);
  });

  await t.test("says every licence by its checksum", async (t) => {
    const licences = text(join(recipe, "evsed-licences.inc"));
    const named = [...licences.matchAll(/file:\/\/(\S+);md5=([0-9a-f]{32}) /g)];
    t.ok(named.length > 20);
    for (const [, name = "", sum] of named) {
      // The fetcher of the build puts the dependencies where they stand in this checkout.
      const place = name.startsWith("node_modules/") ? join(root, name) : join(unpacked, name);
      t.equal(execFileSync("md5sum", [place], { encoding: "utf8" }).split(" ")[0], sum, name);
    }
    const bundled = text(join(unpacked, "THIRD-PARTY-LICENSES.txt"));
    for (const name of ["pino", "valibot", "yaml", "ws", "protobufjs"])
      t.match(bundled, new RegExp(`^${name} \\d`, "m"));
    t.notMatch(bundled, /^(tap|typescript|esbuild) \d/m, "nothing that only builds");
  });

  await t.test("needs the native packages, and npm finds its shrinkwrap complete", async (t) => {
    const { dependencies, scripts, devDependencies } = JSON.parse(text(join(unpacked, "package.json")));
    t.same(Object.keys(dependencies), ["i2c-bus", "modbus-serial", "onoff", "serialport", "unix-dgram"]);
    t.same(
      [scripts, devDependencies],
      [undefined, undefined],
      "nothing runs, and nothing is built from sources it lacks",
    );
    const told = spawnSync("npm", ["ls", "--all", "--package-lock-only", "--json", "--offline"], {
      cwd: unpacked,
      encoding: "utf8",
    });
    const { problems, dependencies: found } = JSON.parse(told.stdout);
    t.same(problems, undefined);
    t.same(Object.keys(found), Object.keys(dependencies));
    // The older readers go by the tree.
    interface Entry {
      readonly version: string;
      readonly integrity?: string;
      readonly requires?: Readonly<Record<string, string>>;
      readonly dependencies?: Readonly<Record<string, Entry>>;
    }
    const shrinkwrap = JSON.parse(text(join(unpacked, "npm-shrinkwrap.json"))) as Entry & { lockfileVersion: number };
    t.equal(shrinkwrap.lockfileVersion, 2);
    let count = 0;
    const walk = (entry: Entry, above: readonly Entry[]): void => {
      for (const [name, child] of Object.entries(entry.dependencies ?? {})) {
        count++;
        t.match(child.integrity, /^sha512-/, name);
        for (const needed of Object.keys(child.requires ?? {}))
          t.ok(
            [child, entry, ...above].some(({ dependencies }) => dependencies?.[needed]),
            `${name} finds ${needed}`,
          );
        walk(child, [entry, ...above]);
      }
    };
    walk(shrinkwrap, []);
    t.equal(
      count,
      Object.keys((shrinkwrap as unknown as { packages: object }).packages).length - 1,
      "both list the same",
    );
  });
});

// -- Updates --

t.test("an update takes over configuration and state, and leaves other slots alone", async (t) => {
  const script = join(layer, "dynamic-layers/everest-chargebyte/bundles/core-bundle/20-copy-evsed");
  const put = (path: string, content: string): void => {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), content);
  };
  put("running/etc/evsed/station.yaml", "mine\n");
  put("running/var/lib/evsed/store/sessions.db", "sessions\n");
  put("slot/etc/evsed/station.yaml", "as shipped\n");
  put("slot/etc/evsed/new", "new\n");
  const run = (slotClass: string, slot: string): number | null =>
    spawnSync(script, [slotClass, join(work, slot), "/bundle", join(work, "running")]).status;
  t.equal(run("customerfs", "other"), 0);
  t.notOk(existsSync(join(work, "other")));
  t.equal(run("rootfs", "slot"), 0);
  const after = (path: string): string => text(join(work, "slot", path));
  t.equal(after("etc/evsed/station.yaml"), "mine\n");
  t.equal(after("etc/evsed/new"), "new\n");
  t.equal(after("var/lib/evsed/store/sessions.db"), "sessions\n");
});
