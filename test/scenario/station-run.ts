/**
 * Runs a station of `configurations/` in virtual time, as `evsed sim` does, and reads what it printed. Everything a test
 * gives it can be given to the command line too: a configuration, scripts, a scenario file, `--set`.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Configuration } from "../../src/config/configuration.ts";
import { formatFinding } from "../../src/config/finding.ts";
import { typesNamedIn, validateSource } from "../../src/config/load.ts";
import { readSource } from "../../src/config/source.ts";
import { loadManifests, moduleTypes } from "../../src/daemon/catalogue.ts";
import type { ComposeOptions } from "../../src/daemon/compose.ts";
import { compose } from "../../src/daemon/compose.ts";
import { createLogger } from "../../src/daemon/logger.ts";
import type { Scenario } from "../../src/daemon/scenario.ts";
import { loadScenario } from "../../src/daemon/scenario.ts";
import type { SimulationResult } from "../../src/daemon/simulate.ts";
import { simulate } from "../../src/daemon/simulate.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

export const configurationFile = (name: string): string => join(here, "configurations", `${name}.yaml`);
export const scenarioFile = (name: string): string => join(here, `${name}.yaml`);

/** A card held to a reader, for `publish` steps at a DummyTokenProviderManual. */
export const card = (value: string, more: object = {}): object => ({
  id_token: { value, type: "ISO14443" },
  authorization_type: "RFID",
  ...more,
});

export interface Line {
  readonly t: number;
  readonly module: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

interface RunOptions {
  /** A file of `configurations/`, without its ending. */
  readonly station?: string;
  /** A file from anywhere else, instead. */
  readonly file?: URL;
  readonly set?: readonly string[];
  /** What evsed has not is left out. */
  readonly ignoreUnsupported?: boolean;
  /** `--ev` scripts; the first for connector 1, the second for connector 2. */
  readonly ev?: string | readonly string[];
  /** A scenario file of this folder, without its ending. */
  readonly scenario?: string;
  /** Steps, where a table of a test makes them. */
  readonly steps?: readonly object[];
  readonly until?: number;
  readonly seed?: number;
  readonly record?: string;
  /** A line for each reading of every meter. */
  readonly allMeters?: boolean;
  /** Where the lines of a board live: what its drivers get in the place of the simulated ones. */
  readonly between?: ComposeOptions["between"];
}

/** Fields of a line that a test asks for: plain ones are compared, the rest is ignored. */
type Wanted = Readonly<Record<string, unknown>>;

const fits = (line: Line, wanted: Wanted): boolean =>
  Object.entries(wanted).every(([key, value]) => JSON.stringify(line[key]) === JSON.stringify(value));

export class StationRun {
  readonly text: string;
  readonly lines: readonly Line[];
  readonly result: SimulationResult;

  constructor(text: string, result: SimulationResult) {
    this.text = text;
    this.lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
    this.result = result;
  }

  of(kind: string, wanted: Wanted = {}, module = "connector_1"): Line[] {
    return this.lines.filter((line) => line.kind === kind && line.module === module && fits(line, wanted));
  }

  /** The session events in order, by name; of a part of the run where one is given. */
  events(module = "connector_1", fromS = 0, toS = Number.POSITIVE_INFINITY): string[] {
    return this.of("session_event", {}, module)
      .filter(({ t }) => t >= fromS && t < toS)
      .map(({ event }) => event as string);
  }

  /** The nth session event of that name, from 0. @throws when there is none. */
  event(name: string, nth = 0, module = "connector_1"): Line {
    return this.one("session_event", { event: name }, nth, module);
  }

  /** The nth line that fits, from 0; -1 is the last. @throws when there is none. */
  one(kind: string, wanted: Wanted = {}, nth = 0, module = "connector_1"): Line {
    const line = this.of(kind, wanted, module).at(nth);
    if (line === undefined) throw new Error(`no ${kind} line ${JSON.stringify(wanted)} of ${module}`);
    return line;
  }

  states(module = "connector_1"): string[] {
    return this.of("state", {}, module).map(({ to }) => to as string);
  }

  /** What was commanded of the pilot, as one word each: `X1`, `F`, `26.67`. */
  pwm(module = "connector_1", fromS = 0): string[] {
    return this.of("pwm", {}, module)
      .filter(({ t }) => t >= fromS)
      .map(({ mode, duty_percent }) => (mode === "pwm" ? (duty_percent as number).toFixed(2) : (mode as string)));
  }

  /** The commands and confirmations of the contactor, in order: `close`, `closed`, `open`, `opened`. */
  contactor(module = "connector_1", fromS = 0): string[] {
    return this.lines
      .filter((line) => line.module === module && line.t >= fromS)
      .flatMap(({ kind, closed }) =>
        kind === "contactor_command"
          ? [closed ? "close" : "open"]
          : kind === "contactor"
            ? [closed ? "closed" : "opened"]
            : [],
      );
  }

  /** The line's place in the output: what came before what within one instant. */
  place(line: Line): number {
    return this.lines.indexOf(line);
  }

  /** The last reading of the billing meter not later than `atS`, in Wh. */
  energyWh(atS = Number.POSITIVE_INFINITY, module = "connector_1"): number {
    const reading = this.of("powermeter", {}, module).findLast(({ t }) => t <= atS);
    return (reading?.energy_Wh_import as { readonly total: number } | undefined)?.total ?? 0;
  }

  /** Ampere on L1 by the last reading not later than `atS`. */
  currentA(atS: number, module = "connector_1"): number {
    const reading = this.of("powermeter", {}, module).findLast(({ t }) => t <= atS);
    return (reading?.current_A as { readonly L1: number } | undefined)?.L1 ?? 0;
  }
}

/** @throws when the configuration is not sound. */
export async function configurationOf(
  path: string,
  set: readonly string[] = [],
  ignoreUnsupported = false,
): Promise<Configuration> {
  const source = readSource(path);
  const manifests = await loadManifests(typesNamedIn(source));
  const loaded = validateSource(source, {
    lookup: (type) => manifests.get(type),
    types: moduleTypes,
    overrides: set,
    ignoreUnsupported,
  });
  if (!loaded.ok) throw new Error(loaded.complaints.map(formatFinding).join("\n"));
  return loaded.configuration;
}

async function scenarioOf(path: string, configuration: Configuration): Promise<Scenario> {
  const { station, cars } = await compose(configuration, {
    clock: new VirtualClock(),
    log: createLogger("silent"),
    random: (stream) => seededRandom(0, stream),
    simulate: true,
    deaf: true,
  });
  const loaded = loadScenario(path, {
    plans: () => station.plans(),
    manifest: (id) => station.manifest(id),
    connectors: [...cars.keys()],
  });
  if (!loaded.ok) throw new Error(loaded.complaints.map(formatFinding).join("\n"));
  return loaded.scenario;
}

async function writtenScenario(steps: readonly object[], configuration: Configuration): Promise<Scenario> {
  const folder = mkdtempSync(join(tmpdir(), "scenario-"));
  try {
    const path = join(folder, "steps.json");
    writeFileSync(path, JSON.stringify({ steps }));
    return await scenarioOf(path, configuration);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function runStation(options: RunOptions): Promise<StationRun> {
  const path = options.file ? fileURLToPath(options.file) : configurationFile(options.station ?? "station");
  const configuration = await configurationOf(path, options.set, options.ignoreUnsupported);
  const { ev = [], steps, scenario: name } = options;
  const scripts = [ev].flat().map((script, index) => ({ connector: index + 1, script }));
  const scenario =
    name !== undefined
      ? await scenarioOf(scenarioFile(name), configuration)
      : steps !== undefined
        ? await writtenScenario(steps, configuration)
        : undefined;
  let text = "";
  const result = await simulate({
    configuration,
    scripts,
    seed: options.seed ?? scenario?.seed ?? 1,
    log: createLogger("silent"),
    write: (line) => {
      text += `${line}\n`;
    },
    ...(scenario === undefined ? {} : { scenario }),
    ...(options.until === undefined ? {} : { untilMs: Math.round(options.until * 1000) }),
    ...(options.record === undefined ? {} : { record: options.record }),
    ...(options.allMeters === undefined ? {} : { allMeters: options.allMeters }),
    ...(options.between === undefined ? {} : { between: options.between }),
  });
  return new StationRun(text, result);
}

/** What a person sees until a vehicle that was plugged in first charges. */
export const untilCharging = [
  "Enabled",
  "SessionStarted",
  "AuthRequired",
  "Authorized",
  "TransactionStarted",
  "PrepareCharging",
  "ChargingStarted",
];
export const whenUnplugged = ["StoppingCharging", "ChargingFinished", "TransactionFinished", "SessionFinished"];

/** In at 1 s, charges from 2.5 s on. */
export const charging = "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 36000";
/** The same, but this vehicle stays in C and draws whatever the pilot says. */
export const unruly = "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_fixed 16,3;sleep 36000";

export const script = (at_s: number, script: string, connector = 1): object => ({ at_s, ev: { connector, script } });
export const unplug = (at_s: number, connector = 1): object => script(at_s, "unplug", connector);
export const command = (at_s: number, name: string, args: object = {}, module = "connector_1"): object => ({
  at_s,
  command: { module, implementation: "evse", name, args },
});
export const sim = (at_s: number, name: string, args: object = {}, module = "connector_1_powerpath"): object => ({
  at_s,
  sim: { module, name, args },
});
/** At the external limits of the fuse: nothing but `ampere` for everything behind it, or no limit any more. */
export const allow = (at_s: number, ampere: number | null, more: object = {}): object => ({
  at_s,
  command: {
    module: "grid_connection_point",
    implementation: "external_limits",
    name: "set_external_limits",
    args: {
      value: {
        schedule_import:
          ampere === null
            ? []
            : [
                {
                  timestamp: "2026-01-01T00:00:00Z",
                  limits_to_root: { ac_max_current_A: { value: ampere, source: "test" }, ...more },
                  limits_to_leaves: {},
                },
              ],
        schedule_export: [],
        schedule_setpoints: [],
      },
    },
  },
});
export const present = (at_s: number, value: string, more: object = {}): object => ({
  at_s,
  publish: { module: "token_provider", implementation: "main", variable: "provided_token", value: card(value, more) },
});
