/**
 * Brings up one device of a station, with what it requires and nothing else, and tells what it measures. Design, section 3.2.
 */
import type { Log } from "../../hal/log.ts";
import type { Reading } from "../../hal/module.ts";
import type { Configuration, ResolvedModule } from "../config/configuration.ts";
import { hint } from "../config/nearest-name.ts";
import { quote } from "../config/quote.ts";
import { UsageError } from "../core/errors.ts";
import type { EventLine } from "../runtime/event-line.ts";
import { formatEventLine } from "../runtime/event-line.ts";
import { seededRandom } from "../runtime/random.ts";
import type { Station } from "../runtime/station.ts";
import type { StationClock } from "../runtime/station-clock.ts";
import { machineUseOf } from "./catalogue.ts";
import { compose } from "./compose.ts";

export interface ProbeOptions {
  readonly configuration: Configuration;
  readonly moduleId: string;
  /** Ends after so many cycles; never when absent. */
  readonly count?: number;
  /** With what the readings were made of. */
  readonly raw: boolean;
  readonly simulate: boolean;
  readonly clock: StationClock;
  readonly log: (component: string) => Log;
  /** One line, without its newline. */
  readonly write: (line: string) => void;
  /** For the person in front of the device. */
  readonly tell: (text: string) => void;
  /** Of a simulation: puts onto its clock what happens to the world meanwhile. */
  readonly prepare?: (station: Station) => void;
  /** Settles when the probe shall end. */
  readonly interrupted: Promise<void>;
}

const cycleMs = 1000;
/** A device that is configured at its start takes a while until it measures. */
const firstReadingMs = 5000;
/** An error that is to come has come by then. */
const errorMs = 10_000;

/** The exit status: 1 when the device stayed silent, or was silent in the last cycle that was asked for. */
export async function probe(options: ProbeOptions): Promise<0 | 1> {
  const { clock, moduleId } = options;
  const modules = needed(options.configuration, moduleId);
  const { station } = await compose(
    { ...options.configuration, modules },
    { clock, log: options.log, random: (stream) => seededRandom(1, stream), simulate: options.simulate },
  );
  if (station.instance(moduleId)?.reading === undefined) {
    const type = station.manifest(moduleId)?.type;
    throw new UsageError("nothing_to_probe", `${moduleId} (${type}) measures nothing that could be shown`);
  }
  options.tell(announcement(modules, station));
  options.prepare?.(station);
  const cycles = new Cycles(station, options);
  const done = Promise.race([cycles.done, options.interrupted.then(() => cycles.interrupt())]);
  station.ready();
  cycles.start();
  try {
    return await done;
  } finally {
    station.stop(false);
  }
}

/** The module and, over all its connections, what it requires. */
function needed({ modules }: Configuration, moduleId: string): readonly ResolvedModule[] {
  const byId = new Map(modules.map((module) => [module.id, module]));
  if (!byId.has(moduleId)) {
    throw new UsageError("no_such_module", `there is no module ${quote(moduleId)}${hint(moduleId, byId.keys())}`);
  }
  const wanted = new Set([moduleId]);
  for (const id of wanted) {
    for (const targets of Object.values(byId.get(id)?.connections ?? {})) {
      for (const target of targets) wanted.add(target.moduleId);
    }
  }
  return modules.filter(({ id }) => wanted.has(id));
}

const switching: readonly string[] = ["evse_board_support", "connector_lock", "power_supply_DC"];

/** Said before anything moves. */
function announcement(modules: readonly ResolvedModule[], station: Station): string {
  const names = modules.map(({ id, type }) => `${id} (${type})`).join(", ");
  const drivesOutputs = modules.some(({ id, type, config }) => {
    const ports = Object.values(station.manifest(id)?.provides ?? {}).map(({ port }) => port.name);
    return machineUseOf(type, config).lines === "needed" || ports.some((name) => switching.includes(name));
  });
  const safe = drivesOutputs
    ? "; all outputs go to the safe state now: contactors open, no PWM on the pilot, supply off; do not do this to a station that runs"
    : "";
  return `bringing up ${names}${safe}`;
}

class Cycles {
  readonly done: Promise<0 | 1>;
  readonly #station: Station;
  readonly #options: ProbeOptions;
  readonly #startedMs: number;
  #finish: (status: 0 | 1) => void = () => {};
  #told: Reading | null = null;
  #hasMeasured = false;
  #hasErred = false;
  #count = 0;

  constructor(station: Station, options: ProbeOptions) {
    this.#station = station;
    this.#options = options;
    this.#startedMs = options.clock.nowMs();
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    station.onLine((line) => this.#heard(line));
  }

  start(): void {
    this.#schedule(this.#startedMs + cycleMs);
  }

  interrupt(): 0 | 1 {
    return this.#hasMeasured ? 0 : 1;
  }

  #heard(line: EventLine): void {
    if (line.kind !== "error") return;
    if (line.module === this.#options.moduleId) this.#hasErred = true;
    this.#options.write(formatEventLine(line));
  }

  #schedule(atMs: number): void {
    this.#options.clock.schedule("probe", atMs, () => this.#cycle(atMs));
  }

  #cycle(atMs: number): void {
    const { clock, moduleId, count = Number.POSITIVE_INFINITY } = this.#options;
    const reading = this.#station.instance(moduleId)?.reading?.() ?? { quality: "bad", value: null };
    const { quality, value } = reading;
    const passedMs = clock.nowMs() - this.#startedMs;
    const isStarting = quality === "bad" && !this.#hasMeasured && !this.#hasErred && passedMs < firstReadingMs;
    // The device has its own pace: what was told is told once.
    const isOld = quality === "good" && value === this.#told?.value && this.#told?.quality === "good";
    if (!isStarting && !isOld && this.#count < count) this.#tell(reading);
    if (this.#count < count) {
      this.#schedule(atMs + cycleMs);
      return;
    }
    const isGood = this.#told?.quality === "good";
    // A device that does not answer is told as an error too, and the last cycle is not over before.
    if (!isGood && !this.#hasErred && passedMs < errorMs) this.#schedule(atMs + cycleMs);
    else this.#finish(isGood ? 0 : 1);
  }

  #tell(reading: Reading): void {
    const { clock, moduleId, raw, write } = this.#options;
    const { quality, value } = reading;
    this.#count++;
    this.#told = reading;
    if (quality === "good") this.#hasMeasured = true;
    const fields = { quality, reading: value, ...(raw && { raw: reading.raw ?? null }) };
    write(formatEventLine({ tMs: clock.nowMs(), module: moduleId, kind: "reading", fields }));
  }
}
