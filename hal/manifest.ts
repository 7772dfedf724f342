import type { PortDescription, Schema } from "./port.ts";

export type ConfigScalar = boolean | number | string;

/** One configuration key: type, default, bounds and the line of the generated configuration page come from here. */
export interface ConfigKey {
  readonly type: "boolean" | "integer" | "number" | "string";
  readonly description: string;
  /** Absent = the key is mandatory. */
  readonly default?: ConfigScalar;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly enum?: readonly string[];
  /** Set while the key is read but changes nothing yet; `check` says so. */
  readonly notEffectiveYet?: true;
}

export type ConfigSchema = Readonly<Record<string, ConfigKey>>;

interface ScalarOf {
  boolean: boolean;
  integer: number;
  number: number;
  string: string;
}

type KeyValue<K extends ConfigKey> = K extends { readonly enum: readonly (infer E)[] } ? E : ScalarOf[K["type"]];

/** The values a module gets: every key present, defaults filled in, types and bounds checked. */
export type ConfigOf<S> = S extends ConfigSchema ? { readonly [K in keyof S]: KeyValue<S[K]> } : Record<string, never>;

/** What the safety of a DC station asks of what it is made of. `check` judges by it. */
export interface DcTraits {
  /** A board: it may open the contactor, and whoever drives the supply hears of it afterwards. */
  readonly opensAlone?: true;
  /** A supply: it goes off by itself when nobody has spoken to it for this long. */
  readonly communicationTimeoutMs?: number;
  /** A supply: a line of its own takes its output away together with the contactor. */
  readonly hardwareEnable?: true;
  /** How often it tells the voltage at the output: milliseconds, or the key of its implementation that holds them. */
  readonly voltageEveryMs?: number | string;
}

export interface Provision {
  readonly port: PortDescription;
  readonly description: string;
  readonly config?: ConfigSchema;
  readonly dc?: DcTraits;
}

export interface Requirement {
  readonly port: PortDescription;
  readonly description?: string;
  /** Default 1. */
  readonly min?: number;
  /** Default 1. */
  readonly max?: number;
}

/** Something the simulated world below a module can be told by a scenario's `sim` step. */
export interface SimCommand {
  readonly description: string;
  readonly args: Schema<object>;
}

/** What is wrong with a key, as far as its schema cannot say it. */
export interface ConfigComplaint {
  readonly key: string;
  readonly message: string;
}

/** What a module type is: read by validation, wiring and the generated page without loading the module itself. */
export interface Manifest {
  /** The EVerest name of the module type. */
  readonly type: string;
  readonly description: string;
  readonly config: ConfigSchema;
  readonly provides: Readonly<Record<string, Provision>>;
  readonly requires: Readonly<Record<string, Requirement>>;
  readonly sim?: Readonly<Record<string, SimCommand>>;
  /** Whatever the schema lets pass and the module would refuse. `connections`: by requirement, whom it is connected to. */
  readonly complaints?: (
    config: Readonly<Record<string, ConfigScalar>>,
    connections: Readonly<Record<string, readonly { readonly moduleId: string }[]>>,
  ) => readonly ConfigComplaint[];
  /** It may hear of all errors of the station, whoever raises them. */
  readonly hearsAllFaults?: true;
}

export function defineManifest<const M extends Manifest>(manifest: M): M {
  return manifest;
}
