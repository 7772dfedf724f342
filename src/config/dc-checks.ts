/**
 * What a DC station must be made of to be safe: who takes power away where the contactor may open alone, and who tells the
 * voltage often enough. Source: design, 2.1; IEC 61851-23:2023 6.3.1.106.2.
 */
import type { DcTraits, Manifest } from "../../hal/manifest.ts";
import type { ConnectionTarget, ResolvedModule } from "./configuration.ts";
import type { Findings } from "./finding.ts";

/** The longest a supply may go on without anybody who speaks to it. */
const mostCommunicationTimeoutMs = 1000;
/** Above the vehicle's maximum voltage for 400 ms, then 50 ms to switch off. */
const mostOverVoltageMs = 450;

export interface DcStation {
  readonly modules: readonly ResolvedModule[];
  readonly lookup: (type: string) => Manifest | undefined;
  /** What is only simulated cannot hurt anybody: a warning will do. */
  readonly isSimulated: (type: string) => boolean;
}

interface Device {
  readonly id: string;
  readonly type: string;
  readonly traits: DcTraits;
  /** The values of its implementation. */
  readonly config: Readonly<Record<string, unknown>>;
}

export function checkDcStation(station: DcStation, findings: Findings): void {
  for (const module of station.modules) {
    if (module.type !== "EvseManager" || module.config.charge_mode !== "DC") continue;
    const at = (requirement: string): Device[] =>
      (module.connections[requirement] ?? []).flatMap((target) => deviceAt(station, target) ?? []);
    const supplies = at("powersupply_DC");
    const meters = at("powermeter_car_side");
    checkOpeningAlone(module, at("bsp"), supplies, station, findings);
    // Without a supply there is a complaint already.
    if (supplies.length === 0) continue;
    const instruments = [...supplies, ...at("imd"), ...(meters.length > 0 ? meters : at("powermeter_grid_side"))];
    // An external monitor switches off by itself.
    if (at("over_voltage_monitor").length === 0) checkVoltageSource(module, instruments, station, findings);
    if ((module.connections.store ?? []).length === 0) {
      findings.note(module.positions.id, `${module.id}: without a connection store a restart forgets an over-voltage`);
    }
  }
}

function deviceAt(
  { modules, lookup }: DcStation,
  { moduleId, implementationId }: ConnectionTarget,
): Device | undefined {
  const module = modules.find(({ id }) => id === moduleId);
  if (module === undefined) return undefined;
  const traits = lookup(module.type)?.provides[implementationId]?.dc ?? {};
  return { id: module.id, type: module.type, traits, config: module.implementationConfig[implementationId] ?? {} };
}

function checkOpeningAlone(
  evse: ResolvedModule,
  boards: readonly Device[],
  supplies: readonly Device[],
  { isSimulated }: DcStation,
  findings: Findings,
): void {
  const alone = boards.find(({ traits }) => traits.opensAlone);
  if (alone === undefined) return;
  for (const { id, type, traits } of supplies) {
    if (traits.hardwareEnable) continue;
    if ((traits.communicationTimeoutMs ?? Number.POSITIVE_INFINITY) <= mostCommunicationTimeoutMs) continue;
    const why = `${alone.id} may open the contactor by itself, and ${id} would go on`;
    const needs = `it needs a hardware enable line, or a communication timeout of at most ${mostCommunicationTimeoutMs} ms`;
    const tell = isSimulated(type) ? findings.warn : findings.complain;
    tell(evse.positions.id, `${evse.id}.powersupply_DC: ${why}; ${needs}`);
  }
}

function checkVoltageSource(
  evse: ResolvedModule,
  instruments: readonly Device[],
  { isSimulated }: DcStation,
  findings: Findings,
): void {
  const paced = instruments.flatMap((device) => {
    const everyMs = voltageEveryMs(device);
    return everyMs === undefined ? [] : [{ ...device, everyMs }];
  });
  const [fastest] = paced.toSorted((a, b) => a.everyMs - b.everyMs);
  const durationMs = Number(evse.config.internal_over_voltage_duration_ms ?? 0);
  const mostMs = mostOverVoltageMs - durationMs;
  if (fastest !== undefined && fastest.everyMs <= mostMs) return;
  const at = evse.positions.config.internal_over_voltage_duration_ms ?? evse.positions.id;
  const told =
    fastest === undefined
      ? "nobody tells the voltage at the output"
      : `the voltage at the output is told every ${fastest.everyMs} ms at best, by ${fastest.id}`;
  const within = `${evse.id}: ${told}; over-voltage supervision without a connection over_voltage_monitor needs it every ${Math.max(0, mostMs)} ms`;
  const isOver = `with internal_over_voltage_duration_ms ${durationMs} (both together at most ${mostOverVoltageMs} ms)`;
  const tell = instruments.every(({ type }) => isSimulated(type)) ? findings.warn : findings.complain;
  tell(at, `${within} ${isOver}`);
}

function voltageEveryMs({ traits: { voltageEveryMs: every }, config }: Device): number | undefined {
  if (typeof every !== "string") return every;
  const value = config[every];
  return typeof value === "number" ? value : undefined;
}
