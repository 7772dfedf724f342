/** A sound configuration: plain data, so that a record can hold it and a replay can read it back. */
import type { ConfigScalar } from "../../hal/manifest.ts";
import type { Position } from "./finding.ts";

/** Which EVSE, and which of its connectors, something belongs to. */
export interface Mapping {
  readonly evse: number;
  readonly connector?: number;
}

export interface ConnectionTarget {
  readonly moduleId: string;
  readonly implementationId: string;
}

export type ConfigValues = Readonly<Record<string, ConfigScalar>>;

export interface ResolvedModule {
  readonly id: string;
  readonly type: string;
  /** Every key of the manifest, defaults filled in. */
  readonly config: ConfigValues;
  /** By implementation id; every implementation the manifest provides. */
  readonly implementationConfig: Readonly<Record<string, ConfigValues>>;
  /** By requirement id, every requirement of the manifest; in the order of the file, empty when not connected. */
  readonly connections: Readonly<Record<string, readonly ConnectionTarget[]>>;
  /** Absent: the whole station. */
  readonly mapping?: Mapping;
  readonly implementationMapping: Readonly<Record<string, Mapping>>;
  readonly positions: {
    readonly id: Position;
    readonly type: Position;
    /** Keys that were given, at their values. */
    readonly config: Readonly<Record<string, Position>>;
    readonly implementationConfig: Readonly<Record<string, Readonly<Record<string, Position>>>>;
  };
}

export interface Configuration {
  /** The path as the user gave it. */
  readonly file: string;
  /** In alphabetical order of id (code points). */
  readonly modules: readonly ResolvedModule[];
  /** The settings that were given, and those with a default that something reads. */
  readonly settings: ConfigValues;
}

/** The mapping of one implementation: its own, else that of its module. */
export function mappingOf(module: ResolvedModule, implementationId: string): Mapping | undefined {
  return Object.hasOwn(module.implementationMapping, implementationId)
    ? module.implementationMapping[implementationId]
    : module.mapping;
}

/** The same for those who write it down: a secret is not for them. */
export function withoutSecret(configuration: Configuration): Configuration {
  const { console_secret: _, ...settings } = configuration.settings;
  return { ...configuration, settings };
}
