/**
 * A whole session of a Charge Control C in which one call to a line fails, once, and what is wrong with what follows:
 * nobody was told, a contactor that may be closed although there is an error, a session without an end, a crash.
 */
import { fileURLToPath } from "node:url";
import type { Configuration } from "../../src/config/configuration.ts";
import { formatFinding } from "../../src/config/finding.ts";
import { typesNamedIn, validateSource } from "../../src/config/load.ts";
import { readSource } from "../../src/config/source.ts";
import { loadManifests, moduleTypes } from "../../src/daemon/catalogue.ts";
import { createLogger } from "../../src/daemon/logger.ts";
import type { ScenarioStep } from "../../src/daemon/scenario.ts";
import { simulate } from "../../src/daemon/simulate.ts";
import type { FailureKind, LineCall } from "./line-calls.ts";
import { numberedLines } from "./line-calls.ts";

const configurationFile = fileURLToPath(new URL("../../config/charge-control-c.yaml", import.meta.url));
/** Every line the drivers can use: both relays with their feedback, monitor, phases of the grid, lock. */
const overrides = [
  "bsp.switch_3ph1ph_wiring=serial",
  "bsp.contactor_2_feedback_type=no",
  "bsp.rcm_enable=true",
  "bsp.rcm_fault_active_low=true",
  "bsp.grid_phase_count_gpio_line_name=ROTARY_SWITCH_1_8_N",
  "bsp.grid_phase_count_active_low=true",
];

/** The contactor may close from 10 s on; then the vehicle leaves. */
const vehicle: readonly (readonly [atS: number, script: string])[] = [
  [0, "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 36000"],
  [11, "unplug"],
];
const untilMs = 13_500;
/** Until then a contactor is off that an error forbids to be on; in series the second waits for the first. */
const openWithinMs: Readonly<Record<string, number>> = { RELAY_1_ENABLE: 150, RELAY_2_ENABLE: 450 };
const coils = Object.keys(openWithinMs);
/** An error that came this late has no time to end. */
const clearsWithinMs = 2_000;

export interface Line {
  readonly t: number;
  readonly module: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

export interface Run {
  readonly lines: readonly Line[];
  readonly calls: readonly LineCall[];
  /** Every level a coil was driven to. */
  readonly coils: readonly { readonly atMs: number; readonly line: string; readonly level: string }[];
  readonly exit: number;
  readonly crash: unknown;
}

export interface Failure {
  readonly index: number;
  readonly kind: FailureKind;
}

export class LineFaults {
  readonly #configuration: Configuration;
  readonly whole: Run;

  private constructor(configuration: Configuration, whole: Run) {
    this.#configuration = configuration;
    this.whole = whole;
  }

  static async load(): Promise<LineFaults> {
    const source = readSource(configurationFile);
    const manifests = await loadManifests(typesNamedIn(source));
    const lookup = (type: string) => manifests.get(type);
    const loaded = validateSource(source, { lookup, types: moduleTypes, overrides });
    if (!loaded.ok) throw new Error(loaded.complaints.map(formatFinding).join("\n"));
    return new LineFaults(loaded.configuration, await session(loaded.configuration));
  }

  /** What is wrong with the session in which that call fails; nothing where all is well. */
  async complaints(failure: Failure): Promise<string[]> {
    return judge(this.whole, await session(this.#configuration, failure), failure);
  }
}

async function session(configuration: Configuration, failing?: Failure): Promise<Run> {
  const lines: Line[] = [];
  const calls: LineCall[] = [];
  const driven: Run["coils"][number][] = [];
  const position = { file: "", line: 1, column: 1 };
  const steps = vehicle.map(
    ([atS, script]): ScenarioStep => ({ atMs: 1000 * atS, position, action: { kind: "ev", connector: 1, script } }),
  );
  let exit = 0;
  let crash: unknown = null;
  try {
    const result = await simulate({
      configuration,
      scripts: [],
      scenario: { steps },
      untilMs,
      seed: 1,
      log: createLogger("silent"),
      write: (text) => lines.push(JSON.parse(text) as Line),
      between: (simulated, clock) =>
        numberedLines(simulated, {
          nowMs: () => clock.nowMs(),
          hear: (call) => calls.push(call),
          drove: (line, level) => {
            if (coils.includes(line)) driven.push({ atMs: clock.nowMs(), line, level });
          },
          ...(failing === undefined ? {} : { failing }),
        }),
    });
    ({ exit } = result);
  } catch (error) {
    crash = error;
  }
  return { lines, calls, coils: driven, exit, crash };
}

interface Told {
  readonly name: string;
  readonly fromMs: number;
  readonly untilMs: number | null;
}

/** Errors of board and lock, with how long they were there. */
function errorsOf({ lines }: Run): Told[] {
  const told = new Map<string, Told>();
  const over: Told[] = [];
  for (const { t, module, kind, action, type, sub_type, implementation } of lines) {
    if (kind !== "error" || (module !== "bsp" && module !== "plug_lock")) continue;
    const name = (type as string).split("/")[1] as string;
    const key = `${implementation} ${type} ${sub_type}`;
    const active = told.get(key);
    if (action === "raise") told.set(key, { name, fromMs: 1000 * t, untilMs: null });
    else if (active !== undefined) {
      over.push({ ...active, untilMs: 1000 * t });
      told.delete(key);
    }
  }
  return [...over, ...told.values()];
}

/** What a person sees of a session, without its instants. */
const words = ({ lines }: Run): string =>
  lines
    .flatMap(({ kind, event, to, closed, locked }) => {
      if (kind === "session_event") return [event];
      if (kind === "state" || kind === "cp") return [to];
      return kind === "contactor" || kind === "lock" ? [`${kind} ${closed ?? locked}`] : [];
    })
    .join(" ");

/** A pilot fault sample, a voltage that is asked for again soon, and what has no error of its own but is tried again. */
const mayPass = (call: LineCall, kind: FailureKind): boolean =>
  (call.call === "readRaw" && ["voltage2", "voltage3", "voltage4"].includes(call.line)) ||
  call.line === "2084000.pwm" ||
  (call.line === "ROTARY_SWITCH_1_8_N" && kind === "EBUSY");
/** Over with the next start, or by the hand of a person who unlocks. */
const mayStay = ["MREC17EVSEContactorFault", "ConnectorLockFailedUnlock"];
const harmless = "VendorWarning";

function judge(whole: Run, run: Run, { index, kind }: Failure): string[] {
  const call = run.calls[index] ?? whole.calls[index];
  if (call === undefined) return [`there is no call ${index}`];
  const wrong: string[] = [];
  const complain = (what: string): void => {
    wrong.push(`${index} ${call.line} ${call.call} at ${call.atMs} ms, ${kind}: ${what}`);
  };
  if (run.crash !== null) {
    complain(`crashed: ${run.crash}`);
    return wrong;
  }
  if (run.exit !== 0) complain("a safety invariant is broken");
  const errors = errorsOf(run);
  const blocking = errors.filter(({ name }) => name !== harmless);
  if (errors.length === 0 && !mayPass(call, kind)) complain("nobody is told");
  if (blocking.length === 0 && words(run) !== words(whole)) complain(`without an error: ${words(run)}`);
  for (const { name, fromMs, untilMs: clearedMs } of blocking) {
    for (const [coil, withinMs] of Object.entries(openWithinMs)) {
      if (isOn(run, coil, fromMs + withinMs, clearedMs ?? untilMs)) complain(`${coil} on in spite of ${name}`);
    }
    const stays = clearedMs === null && fromMs < untilMs - clearsWithinMs && !mayStay.includes(name);
    if (stays) complain(`${name} does not end`);
  }
  for (const coil of coils) if (isOn(run, coil, untilMs, untilMs)) complain(`${coil} on at the end`);
  for (const [begun, ended] of [
    ["SessionStarted", "SessionFinished"],
    ["TransactionStarted", "TransactionFinished"],
  ] as const) {
    const count = (name: string): number => run.lines.filter(({ event }) => event === name).length;
    if (count(begun) !== count(ended)) complain(`${count(begun)} ${begun}, ${count(ended)} ${ended}`);
  }
  return wrong;
}

/** At any instant of that time. */
function isOn({ coils: driven }: Run, coil: string, fromMs: number, toMs: number): boolean {
  if (fromMs > toMs) return false;
  const changes = driven.filter(({ line }) => line === coil);
  const atFirst = changes.findLast(({ atMs }) => atMs <= fromMs)?.level;
  return atFirst === "high" || changes.some(({ atMs, level }) => atMs > fromMs && atMs <= toMs && level === "high");
}

/**
 * The calls that a short proof makes fail: each of the start-up, the first and the last of each kind, and a whole cycle
 * around everything that happens to pilot and contactor, before anybody charges, while somebody does and after it.
 */
export function sampleOf({ lines, calls }: Run): number[] {
  const cycleMs = 4;
  const happened = lines.filter(({ kind }) => ["cp", "contactor_command", "contactor", "lock_command"].includes(kind));
  const instants = [...happened.map(({ t }) => Math.round(1000 * t)), 500, 5000, 10_500, 13_000];
  const first = new Set<string>();
  const last = new Map<string, number>();
  const chosen = calls.flatMap(({ line, call, atMs }, index) => {
    const key = `${line} ${call}`;
    const isFirst = !first.has(key);
    first.add(key);
    last.set(key, index);
    const isNear = instants.some((instantMs) => atMs >= instantMs && atMs < instantMs + cycleMs);
    return atMs === 0 || isFirst || isNear ? [index] : [];
  });
  return [...new Set([...chosen, ...last.values()])].sort((a, b) => a - b);
}
