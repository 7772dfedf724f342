/**
 * `npm run test:arm`: the bundled daemon as the shipped unit on an emulated i.MX6UL with the kernel's own drivers, the shipped
 * configuration of a Charge Control C on its lines, and a vehicle played from outside. See README.md here.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Machine } from "./machine.ts";
import { abandon, cache, checkPrograms, prepare } from "./prepare.ts";

/** Not emulated, and what stands in for it: unit 4 for unit 8. */
const pilotPwm = { shipped: "20fc000.pwm", here: "208c000.pwm" };

/** The data and the direction of the bank that RELAY_1_ENABLE is in: 3, place 12. */
const gpio3 = { data: 0x20a4000, direction: 0x20a4004, relay1: 1 << 12 };
/** RELAY_1_SENSE. */
const sense = { bank: 5, place: 3 };

/** 32 A are 53.3 % of 1 kHz; in ticks of 24 MHz divided by one, as the driver of the kernel writes them: period less 2. */
const offered = { permille: 533, dutyTicks: 12_800, periodTicks: 23_998 };

const sched = { fifo: 1 };
const interlockPriority = 10;
/** As `systemd-analyze security` counts; what the unit was made for. */
const mostExposure = 3;
const shown = "Type,WatchdogUSec,Restart,User,Nice,LimitRTPRIO,MemoryMax,MemoryCurrent,NRestarts";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "60" } } });
const limitMs = Number(values.minutes) * 60_000;

/** How often it is said how far the guest is. */
const progressMs = 60_000;
const linesOfFailure = 20;

const startedMs = performance.now();
const say = (text: string): void => {
  process.stdout.write(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(7)} s  ${text}\n`);
};

let machine: Machine | null = null;
let ending = false;
const limit = setTimeout(() => end(`not done within ${values.minutes} minutes`), limitMs);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end(`ended by ${signal}`));

setInterval(() => {
  const last = machine?.journal.all.findLast((line) => secondsOf(line) > 0);
  if (last !== undefined) say(`     ${secondsOf(last)} s of the guest, now: ${doing}`);
}, progressMs).unref();

let doing = "";
const passed: string[] = [];
const logs = join(cache, "logs");
mkdirSync(logs, { recursive: true });

/** What it shows is told with it. */
async function step(what: string, run: () => Promise<string>): Promise<void> {
  doing = what;
  const shown = await run();
  passed.push(what);
  say(`ok   ${what}${shown === "" ? "" : `: ${shown}`}`);
}

/** The first reason counts: switching off is the end of what waits, too. */
async function end(because: string | null): Promise<void> {
  if (ending) return;
  ending = true;
  clearTimeout(limit);
  abandon();
  await machine?.powerOff();
  if (because === null) say(`PASSED: ${passed.length} steps`);
  else {
    for (const name of ["console", "world", "journal"] as const) {
      say(`     the last lines of the ${name}:`);
      for (const line of machine?.[name].all.slice(-linesOfFailure) ?? []) say(`       ${line}`);
    }
    say(`FAILED: ${doing}: ${because}`);
  }
  say(`what the guest said: ${logs}`);
  process.exit(because === null ? 0 : 1);
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

function expectNoFault(journal: readonly string[]): void {
  const faults = journal.filter((line) => /evsed\[\d+\]:.*(Fault|board_failure)/.test(line));
  expect(faults.length === 0, `told: ${faults.join("; ")}`);
}

async function test(): Promise<void> {
  doing = "what it takes";
  checkPrograms();
  const shipped = readFileSync(fileURLToPath(new URL("../../config/charge-control-c.yaml", import.meta.url)), "utf8");
  const key = "    module: CbTarragonDriver\n    config_module:\n";
  expect(shipped.includes(key), "config/charge-control-c.yaml has no CbTarragonDriver with keys");
  const parts = await prepare(
    {
      configuration: shipped.replace(key, `${key}      cp_pwm_device: ${pilotPwm.here}\n`),
      adapt: (text) => text.replaceAll(pilotPwm.shipped, pilotPwm.here),
    },
    (what) => say(`     ${what}`),
  );
  say("     switched on");
  const on = new Machine(parts, logs);
  machine = on;
  void on.off.then(() => end("the machine went off"));
  await on.attach();
  const { world, journal } = on;
  void unlessKilled(on);
  // The contact behind the contactor: closed while the contactor is open, and then the input is high.
  await on.setInput(sense.bank, sense.place, true);
  void followRelay(on);

  const relayLevel = async (): Promise<"high" | "low" | "input"> => {
    if (((await on.register(gpio3.direction)) & gpio3.relay1) === 0) return "input";
    return ((await on.register(gpio3.data)) & gpio3.relay1) === 0 ? "low" : "high";
  };
  const pilotTicks = (): { duty: number; period: number } => ({
    duty: lastWritten(on, 0x0c),
    period: lastWritten(on, 0x10),
  });
  const unit = async (property: string): Promise<string> =>
    (await on.command(`systemctl show --value --property ${property} evsed`)).text.trim();

  await step("the kernel's drivers are there and systemd starts the unit", async () => {
    const line = await journal.find(/Starting evsed\.service/);
    return `${secondsOf(line)} s of the guest after its start`;
  });
  await step("the unit is ready: it said so itself", async () => {
    await journal.find(/Started evsed\.service/);
    const { text } = await on.command("systemctl is-active evsed");
    expect(text.trim() === "active", `is-active says ${text}`);
    expect((await unit("NRestarts")) === "0", "it had to be started again");
    return `active, "${await unit("StatusText")}", by ${await unit("Type")}, watchdog ${await unit("WatchdogUSec")}`;
  });
  await step("no fault on the way there; the interlock's thread is a real-time one, and no thread spins", async () => {
    expectNoFault(journal.all);
    const running = await threads(on, await unit("MainPID"));
    const realTime = running.filter(({ policy }) => policy === sched.fifo);
    expect(realTime.length === 1 && realTime[0]?.priority === interlockPriority, `real-time: ${told(realTime)}`);
    const ofKernel = running.filter(({ name }) => name.startsWith("iou-"));
    expect(ofKernel.length === 0, `threads of io_uring: ${told(ofKernel)}`);
    return `${running.length} threads, of which one has SCHED_FIFO ${interlockPriority}`;
  });
  await step("as systemd has it", async () => {
    const { text } = await on.command(
      `systemd-analyze security --no-pager evsed.service | grep Overall; systemctl show --property ${shown} evsed`,
    );
    const exposure = Number(/: (\d+\.\d+) /.exec(text)?.[1] ?? Number.NaN);
    expect(exposure <= mostExposure, `systemd-analyze security: ${text}`);
    return text.split("\n").map(indented).join("");
  });
  await step("real lines: relay low, pilot at +12 V", async () => {
    await world.find(/pilot 1000$/);
    const level = await relayLevel();
    expect(level === "low", `RELAY_1_ENABLE is ${level}`);
    const names = await on.command(
      "readlink -f /sys/class/gpio/gpio76/device; readlink -f /sys/class/pwm/pwmchip3/device",
    );
    return `GPIO3 data register bit 12 = 0; ${names.text.replaceAll("\n", ", ")}`;
  });
  await step("a vehicle is plugged in: locked, and offered 32 A", async () => {
    const from = marks(on);
    on.tellWorld("vehicle B");
    await journal.find(/SessionStarted/, from.journal);
    await world.find(/lock 1$/, from.world);
    await world.find(new RegExp(`pilot ${offered.permille}$`), from.world);
    const { text } = await on.command("cd /sys/class/pwm/pwmchip3/pwm0; echo $(cat enable duty_cycle period)");
    expect(/^1 53333\d 1000000$/.test(text.trim()), `enable, duty_cycle, period: ${text}`);
    const { duty, period } = pilotTicks();
    expect(Math.abs(duty - offered.dutyTicks) <= 1, `PWM4 SAR is ${duty}`);
    expect(period === offered.periodTicks, `PWM4 PR is ${period}`);
    return `enable, duty_cycle, period = ${text.trim()}; PWM4 SAR 0x${duty.toString(16)}, PR 0x${period.toString(16)}`;
  });
  await step("it asks for power: the contactor closes", async () => {
    await charge(on);
    const level = await relayLevel();
    expect(level === "high", `RELAY_1_ENABLE is ${level}`);
    return "GPIO3 data register bit 12 = 1";
  });
  await step("it is unplugged: the contactor opens, the session ends, the lock opens", async () => {
    const from = marks(on);
    on.tellWorld("vehicle A");
    await world.find(/relay 0$/, from.world);
    const level = await relayLevel();
    expect(level === "low", `RELAY_1_ENABLE is ${level}`);
    const finished = await journal.find(/TransactionFinished/, from.journal);
    await world.find(/lock 0$/, from.world);
    await world.find(/pilot 1000$/, from.world);
    return textOf(finished);
  });
  await step("a second vehicle charges", async () => {
    const from = marks(on);
    on.tellWorld("vehicle B");
    await journal.find(/SessionStarted/, from.journal);
    await world.find(new RegExp(`pilot ${offered.permille}$`), from.world);
    await charge(on);
    return `RELAY_1_ENABLE is ${await relayLevel()}`;
  });
  await step(
    "the daemon is stopped in its tracks: the watchdog kills it, and all is safe before it starts again",
    async () => {
      const from = marks(on);
      await on.command("kill -STOP $(systemctl show --value --property MainPID evsed)");
      const timeout = await journal.find(/evsed\.service: Watchdog timeout/, from.journal);
      const killed = await journal.find(
        /evsed\.service: Main process exited, code=killed, status=9\/KILL/,
        from.journal,
      );
      const open = await world.find(/relay (0|-1)$/, from.world);
      const offer = await world.find(/pilot (1000|-1)$/, from.world);
      expect((await relayLevel()) !== "high", "RELAY_1_ENABLE is high");
      const again = await journal.find(/Scheduled restart job, restart counter is at 1/, from.journal);
      for (const line of [open, offer]) {
        expect(secondsOf(line) >= secondsOf(timeout) - 1, `${line} came before the watchdog: ${timeout}`);
        expect(secondsOf(line) <= secondsOf(again), `${line} came after the restart: ${again}`);
      }
      return [timeout, killed, `${open}, ${offer}`, again].map(indented).join("");
    },
  );
  await step("it is ready again", async () => {
    const from = journal.all.findIndex((line) => /restart counter is at 1/.test(line));
    on.tellWorld("vehicle A");
    await journal.find(/Started evsed\.service/, from);
    expectNoFault(journal.all.slice(from));
    expect((await on.command("systemctl is-active evsed")).text.trim() === "active", "is-active does not say active");
    const level = await relayLevel();
    expect(level === "low", `RELAY_1_ENABLE is ${level}`);
    return `active, "${await unit("StatusText")}", NRestarts ${await unit("NRestarts")}`;
  });
  await step("stopped for good: the pilot is at -12 V", async () => {
    const from = marks(on);
    const { status } = await on.command("systemctl stop evsed");
    expect(status === 0, `systemctl stop: ${status}`);
    await world.find(/pilot 0$/, from.world);
    const level = await relayLevel();
    expect(level === "low", `RELAY_1_ENABLE is ${level}`);
    return `${await unit("ActiveState")}, result ${await unit("Result")}, RELAY_1_ENABLE low`;
  });
  doing = "";
}

/** It ends once, and only as it is told to. */
async function unlessKilled({ journal }: Machine): Promise<void> {
  const ended = /evsed\.service: Failed with result '(?!watchdog)/;
  const line = await journal.find(ended);
  await end(line);
}

/** Not within ten seconds of the last closing. */
async function charge(on: Machine): Promise<void> {
  const from = marks(on);
  on.tellWorld("vehicle C");
  await on.journal.find(/ChargingStarted/, from.journal);
  await on.world.find(/relay 1$/, from.world);
  await on.journal.find(/contactor closed/, from.journal);
}

/** The contactor: what it feeds back follows the relay. */
async function followRelay(on: Machine): Promise<void> {
  for (let at = 0; ; ) {
    const line = await on.world.find(/ relay /, at);
    at = on.world.all.indexOf(line, at) + 1;
    await on.setInput(sense.bank, sense.place, !line.endsWith(" relay 1"));
  }
}

const marks = (on: Machine): { world: number; journal: number } => ({
  world: on.world.all.length,
  journal: on.journal.all.length,
});

/** What the guest last wrote to a register of PWM 4. */
function lastWritten(on: Machine, offset: number): number {
  const pattern = new RegExp(
    `pwm4: unimplemented device write \\(size 4, offset 0x0*${offset.toString(16)}, value (0x[0-9a-f]+)\\)`,
  );
  const values = on.noted().flatMap((line) => pattern.exec(line)?.[1] ?? []);
  return Number(values.at(-1) ?? Number.NaN);
}

/** Of the guest's kernel. */
const secondsOf = (line: string): number => Number(/^\[?\s*(\d+\.\d+)/.exec(line)?.[1] ?? Number.NaN);

interface Thread {
  readonly name: string;
  readonly policy: number;
  readonly priority: number;
}

/** Those of a process, the kernel's own for it among them: proc(5), fields 2, 40 and 41. */
async function threads(on: Machine, process: string): Promise<readonly Thread[]> {
  const { text } = await on.command(`cat /proc/${process}/task/*/stat`);
  return [...text.matchAll(/^\d+ \((.*)\) (.*)$/gm)].map(([, name = "", rest = ""]) => {
    const [priority, policy] = rest.split(" ").slice(40 - 3, 42 - 3);
    return { name, priority: Number(priority), policy: Number(policy) };
  });
}

const told = (threads: readonly Thread[]): string =>
  threads.map(({ name, policy, priority }) => `${name} ${policy} ${priority}`).join(", ") || "none";

const indented = (line: string): string => `\n             ${line.trim()}`;

const textOf = (line: string): string => line.replace(/^\[\s*[\d.]+\] \S+: /, "").trim();

try {
  await test();
  await end(null);
} catch (error) {
  await end(error instanceof Error ? error.message : String(error));
}
