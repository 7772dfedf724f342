/** The daemon as a service, in real time: its signs of life and their end, and the board when it has been killed. */
import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import t from "tap";
import { createSocket } from "unix-dgram";
import type { SysfsTree } from "../boards/linux/sysfs-tree.ts";
import { sysfsTree } from "../boards/linux/sysfs-tree.ts";

const folder = fileURLToPath(new URL("../../systemd/", import.meta.url));
const unit = readFileSync(join(folder, "evsed.service"), "latin1");
const daemon = fileURLToPath(new URL("station-on-files.ts", import.meta.url));
const loader = import.meta.resolve("tsx");
// Both stations at once: what takes longest is waiting.
t.jobs = 2;
const work = mkdtempSync(join(tmpdir(), "service-"));
t.teardown(() => rmSync(work, { recursive: true }));

/** The value of a setting, where it is given once. */
const setting = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1] ?? "";
const watchdogMs = 1000 * Number.parseFloat(setting("WatchdogSec"));
/** On a machine that is busy with much else. */
const patienceMs = 60_000;

const hasAnalyze = spawnSync("systemd-analyze", ["--version"]).status === 0;

t.test(
  "the unit, and with what CbSystem needs",
  { skip: !hasAnalyze && "systemd-analyze is not installed" },
  async (t) => {
    const analyze = (args: readonly string[]) => spawnSync("systemd-analyze", [...args], { encoding: "utf8" });
    for (const [name, exposure] of [
      ["own", 30],
      ["cb-system", 45],
    ] as const) {
      // What it starts must be there: in this folder, as on a board.
      const here = join(work, name, "evsed.service");
      mkdirSync(join(work, name, "evsed.service.d"), { recursive: true });
      writeFileSync(here, unit.replaceAll("/usr/libexec/evsed/", folder).replace("/usr/bin/evsed", "/bin/true"));
      if (name === "cb-system")
        copyFileSync(join(folder, "evsed-cb-system.conf"), join(work, name, "evsed.service.d/10-cb-system.conf"));
      const { status, stdout, stderr } = analyze(["verify", here]);
      t.equal(stdout + stderr, "", `${name}: nothing to complain of`);
      t.equal(status, 0);
      const told = analyze(["security", "--offline=true", "--no-pager", `--threshold=${exposure}`, here]);
      t.equal(told.status, 0, told.stdout.slice(told.stdout.indexOf("Overall")));
    }
  },
);

t.test("whatever Node.js the board has, no thread of io_uring takes its processor", async (t) => {
  t.match(unit, /^Environment=UV_USE_IO_URING=0$/m, "as Node.js reads it; with what it does: npm run test:arm");
});

// -- The lines of a Charge Control C --

const [v12, v9, v6, n12] = ["3628", "3233", "2838", "0569"];
const converter = "bus/iio/devices/iio:device1";

function show(tree: SysfsTree, positive: string, negative: string): void {
  // Four digits replace four digits: nobody ever reads half of it.
  tree.put(`${converter}/in_voltage2_raw`, `${positive}\n`);
  tree.put(`${converter}/in_voltage3_raw`, `${negative}\n`);
}

/** As a kernel has it: a direction that is a level drives the line. */
function level(tree: SysfsTree, number: number): string {
  const direction = tree.text(`class/gpio/gpio${number}/direction`);
  if (direction !== "out") return direction;
  return tree.text(`class/gpio/gpio${number}/value`) === "1" ? "high" : "low";
}

const outputs = (tree: SysfsTree) => ({
  relay: level(tree, 76),
  duty: tree.text("class/pwm/pwmchip4/pwm0/duty_cycle"),
  enabled: tree.text("class/pwm/pwmchip4/pwm0/enable"),
  pilot: level(tree, 13),
});

const safe = { relay: "low", duty: "1000000", enabled: "1", pilot: "high" };

// -- A service manager --

class Manager {
  readonly tree = sysfsTree();
  readonly told: { readonly atMs: number; readonly text: string }[] = [];
  readonly process: ChildProcess;
  stderr = "";
  readonly #socket = createSocket("unix_dgram", (message) => {
    this.told.push({ atMs: performance.now(), text: message.toString() });
  });

  constructor(name: string) {
    const path = join(work, name);
    this.#socket.bind(path);
    show(this.tree, v12, v12);
    this.process = spawn(process.execPath, ["--no-warnings", `--import=${loader}`, daemon, this.tree.root], {
      env: { PATH: process.env.PATH, NOTIFY_SOCKET: path, WATCHDOG_USEC: String(1000 * watchdogMs) },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.process.stderr?.on("data", (text: Buffer) => {
      this.stderr += text.toString();
    });
  }

  async heard(what: RegExp): Promise<number> {
    const said = () => this.told.find(({ text }) => what.test(text));
    await this.until(() => said() !== undefined, `to hear ${what}`);
    return said()?.atMs ?? 0;
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    for (const endMs = performance.now() + patienceMs; !condition(); await pause(5)) {
      if (performance.now() < endMs && this.process.exitCode === null) continue;
      const heard = this.told.map(({ text }) => text).join(" | ");
      throw new Error(`waited in vain ${what}: ${heard} ${JSON.stringify(outputs(this.tree))} ${this.stderr}`);
    }
  }

  get fedMs(): number {
    return this.told.findLast(({ text }) => text.includes("WATCHDOG=1"))?.atMs ?? 0;
  }

  /** Ends it as the unit says, and does what the unit says then. */
  async kill(signal: NodeJS.Signals, result: string): Promise<number> {
    const killedMs = performance.now();
    const ended = once(this.process, "exit");
    this.process.kill(signal);
    await ended;
    const [, program = ""] = /^\+\/usr\/libexec\/evsed\/(\S+)$/.exec(setting("ExecStopPost")) ?? [];
    const env = { PATH: process.env.PATH, SERVICE_RESULT: result, EXIT_CODE: "killed", EXIT_STATUS: "KILL" };
    const safeOff = spawn(join(folder, program), [join(work, "no list"), this.tree.root], { env });
    const [status] = await once(safeOff, "exit");
    t.equal(status, 0);
    return performance.now() - killedMs;
  }

  end(): void {
    this.process.kill("SIGKILL");
    this.#socket.close();
    this.tree.remove();
  }
}

t.test("killed while a vehicle charges: the board is safe within 3 s", { buffered: true }, async (t) => {
  const manager = new Manager("charging");
  t.teardown(() => manager.end());
  await manager.heard(/^READY=1$/);
  show(manager.tree, v9, v9);
  await manager.until(() => Number(manager.tree.text("class/pwm/pwmchip4/pwm0/duty_cycle")) < 500_000, "for an offer");
  show(manager.tree, v6, n12);
  await manager.until(() => outputs(manager.tree).relay === "high", "for the contactor");
  await manager.heard(/STATUS=connector_1: Charging/);
  const tookMs = await manager.kill("SIGKILL", "signal");
  t.comment(`killed → safe: ${tookMs.toFixed(0)} ms`);
  t.ok(tookMs < 3000, `${tookMs} ms`);
  t.same(outputs(manager.tree), safe);
});

t.test("blocked: no more signs of life, killed, safe", { buffered: true }, async (t) => {
  const manager = new Manager("blocked");
  t.teardown(() => manager.end());
  const readyMs = await manager.heard(/^READY=1$/);
  t.equal(setting("Type"), "notify");
  t.match(manager.told[0]?.text, /^STATUS=Starting: waiting for bsp: /, "what it waits for is told meanwhile");
  await manager.heard(/^STATUS=connector_1: Idle$/);
  await manager.until(() => manager.fedMs > readyMs + watchdogMs, "for signs of life");
  const fedMs = manager.told.flatMap(({ atMs, text }) => (text.includes("WATCHDOG=1") ? [atMs] : []));
  const longestMs = Math.max(...fedMs.slice(1).map((atMs, index) => atMs - (fedMs[index] ?? 0)));
  t.ok(longestMs < watchdogMs, `at most ${longestMs.toFixed(0)} ms from one to the next`);

  manager.process.kill("SIGUSR2");
  await pause(100);
  const before = manager.told.length;
  await pause(watchdogMs);
  t.same(manager.told.slice(before), [], "not a word for as long as the watchdog waits");
  t.equal(setting("WatchdogSignal"), "SIGKILL");
  const tookMs = await manager.kill("SIGKILL", "watchdog");
  t.ok(tookMs < 3000, `${tookMs} ms`);
  t.same(outputs(manager.tree), safe);
});

// -- Which boards, and how --

t.test("safe-off of the boards of a station", async (t) => {
  const list = join(work, "boards");
  const log = join(work, "log");
  const own = mkdtempSync(join(work, "helpers-"));
  const helper = (name: string, text: string): void => {
    writeFileSync(join(own, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(own, name), 0o755);
  };
  writeFileSync(join(own, "safe-off-boards"), readFileSync(join(folder, "safe-off-boards")));
  chmodSync(join(own, "safe-off-boards"), 0o755);
  helper("safe-off", `echo "charge-control-c $*" >>${log}; exit 1`);
  helper("safe-off-yeti", `echo "yeti $*" >>${log}`);
  helper("systemctl", `[ "$4" = evsed.service ] && echo "17 evsed.service $JOB running"`);
  const run = (args: readonly string[], env: object = {}): { status: number | null; log: string } => {
    writeFileSync(log, "");
    const { status } = spawnSync(join(own, "safe-off-boards"), args, {
      env: { PATH: `${own}:${process.env.PATH}`, ...env },
    });
    return { status, log: readFileSync(log, "latin1").trimEnd() };
  };

  await t.test("every one of them, whatever becomes of the others", async (t) => {
    writeFileSync(list, "# a comment\ncharge-control-c\n\nyeti /dev/ttyAMA0 gpiochip0 27\nyeti /dev/ttyS1");
    t.same(run(["x1", list, "/root"]), {
      status: 1,
      log: "charge-control-c x1 /root\nyeti x1 /dev/ttyAMA0 gpiochip0 27 /root\nyeti x1 /dev/ttyS1   /root",
    });
    writeFileSync(list, "wallbox\nyeti /dev/ttyS1\n");
    t.same(run(["f", list]), { status: 1, log: "yeti f /dev/ttyS1   /sys" }, "one that nobody knows");
  });

  await t.test("no list: a Charge Control C, if there is one", async (t) => {
    t.equal(run(["x1", join(work, "no list")]).log, "charge-control-c x1 /sys");
    t.ok(existsSync(join(folder, "boards.example")));
  });

  await t.test("F where it was stopped for good, X1 where a restart is expected", async (t) => {
    const ends = [
      ["stopped", { SERVICE_RESULT: "success", JOB: "stop" }, "f"],
      ["restarted", { SERVICE_RESULT: "success", JOB: "restart" }, "x1"],
      ["ended by itself", { SERVICE_RESULT: "success", JOB: "" }, "x1"],
      ["killed", { SERVICE_RESULT: "signal", EXIT_STATUS: "KILL", JOB: "stop" }, "x1"],
      ["the watchdog", { SERVICE_RESULT: "watchdog", EXIT_STATUS: "KILL" }, "x1"],
      ["out of memory", { SERVICE_RESULT: "oom-kill", EXIT_STATUS: "KILL" }, "x1"],
      ["a run that failed", { SERVICE_RESULT: "exit-code", EXIT_STATUS: "1" }, "x1"],
      ["a wrong configuration", { SERVICE_RESULT: "exit-code", EXIT_STATUS: "2" }, "f"],
    ] as const;
    for (const [what, env, pilot] of ends)
      t.equal(run([join(work, "no list")], env).log, `charge-control-c ${pilot} /sys`, what);
  });
});
