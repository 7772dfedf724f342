/** From a YAML file to a sound configuration, or to everything that is wrong with it. */
import type { ConfigKey, Manifest } from "../../hal/manifest.ts";
import { outOfBounds, readConfigValues } from "./config-values.ts";
import type { Configuration, ConfigValues, Mapping, ResolvedModule } from "./configuration.ts";
import { readConnections } from "./connections.ts";
import { checkDcStation } from "./dc-checks.ts";
import type { Finding, Findings, Position } from "./finding.ts";
import { createFindings } from "./finding.ts";
import type { LeftOut } from "./left-out.ts";
import { leftOutMessage, leftOutModules } from "./left-out.ts";
import type { ModuleEntry } from "./module-entry.ts";
import { readModuleEntry } from "./module-entry.ts";
import { hint } from "./nearest-name.ts";
import type { Neighbour } from "./neighbour.ts";
import type { OverrideEntries } from "./overrides.ts";
import { overridden, resolveOverrides } from "./overrides.ts";
import { quote } from "./quote.ts";
import { readSettings } from "./settings.ts";
import type { Source } from "./source.ts";
import { readSource } from "./source.ts";
import { createTreeReader } from "./tree-reader.ts";
import { checkLeftOut, checkType } from "./type-checks.ts";
import type { Tree } from "./yaml-tree.ts";

/** The manifest of a module type; undefined when there is no such type. */
export type ManifestLookup = (type: string) => Manifest | undefined;

export interface ValidateOptions {
  readonly lookup: ManifestLookup;
  /** All type names `lookup` knows, for hints. */
  readonly types: readonly string[];
  /**
   * Leave out unknown keys, modules of unknown types, the modules that cannot do without those, and the connections
   * that others had to them, with a warning each.
   */
  readonly ignoreUnsupported?: boolean;
  /** Module types that are not real on this run: what would hurt somebody is only warned of. */
  readonly isSimulated?: (type: string) => boolean;
  /** Module types that `lookup` would know if the run were simulated. */
  readonly needsSimulation?: (type: string) => boolean;
  /** The values of `--set`, in order. */
  readonly overrides?: readonly string[];
}

export interface LoadOptions extends ValidateOptions {
  readonly path: string;
}

/** Findings are in file order: the file, its overlay, the options. */
export type Loaded =
  | {
      readonly ok: true;
      readonly configuration: Configuration;
      readonly warnings: readonly Finding[];
      readonly notes: readonly Finding[];
    }
  | { readonly ok: false; readonly complaints: readonly Finding[]; readonly warnings: readonly Finding[] };

/** Reads and validates. Never throws: whatever is wrong with the file is a complaint. */
export function loadConfiguration({ path, ...options }: LoadOptions): Loaded {
  return validateSource(readSource(path), options);
}

/** The module types a source names, so that a caller can load just their manifests before it validates. */
export function typesNamedIn({ tree }: Source): readonly string[] {
  const names = new Set<string>();
  const modules = tree?.kind === "map" ? tree.entries.find(({ key }) => key === "active_modules")?.value : undefined;
  for (const { value } of modules?.kind === "map" ? modules.entries : []) {
    const type = value.kind === "map" ? value.entries.find(({ key }) => key === "module")?.value : undefined;
    if (type?.kind === "scalar" && typeof type.value === "string") names.add(type.value);
  }
  return [...names].toSorted();
}

export function validateSource(source: Source, options: ValidateOptions): Loaded {
  const { files } = source;
  const findings = createFindings();
  for (const { message, ...at } of source.complaints) findings.complain(at, message);
  for (const { message, ...at } of source.warnings) findings.warn(at, message);
  const file = files[0] ?? "";
  const configuration =
    source.complaints.length > 0 ? undefined : readConfiguration(file, source.tree, options, findings);
  const { complaints, warnings, notes } = findings.sorted(files);
  if (!configuration || complaints.length > 0) return { ok: false, complaints, warnings };
  return { ok: true, configuration, warnings, notes };
}

function readConfiguration(
  file: string,
  tree: Tree | undefined,
  options: ValidateOptions,
  findings: Findings,
): Configuration {
  const reader = createTreeReader(findings);
  const start: Position = { file, line: 1, column: 1 };
  const isEmpty = (value: Tree | undefined): boolean =>
    value === undefined || (value.kind === "scalar" && value.value === null);
  const top =
    tree && !isEmpty(tree)
      ? reader.fields(tree, "the configuration", ["settings", "active_modules", "x-module-layout"])
      : undefined;
  const settings = readSettings(top?.get("settings")?.value, findings);
  const active = top?.get("active_modules")?.value;
  const entries =
    active && !isEmpty(active)
      ? reader.ids(active, "active_modules", "module id").map((entry) => readModuleEntry(entry, findings))
      : [];
  if (isEmpty(active) || (active?.kind === "map" && active.entries.length === 0)) {
    findings.note(start, "no module configurations");
  }
  entries.sort((a, b) => (a.id < b.id ? -1 : 1));

  const neighbours = new Map<string, Neighbour>();
  for (const entry of entries) neighbours.set(entry.id, { entry, manifest: manifestOf(entry, options, findings) });
  refuseSecondProbe(entries, findings);
  const overrides = resolveOverrides(
    options.overrides ?? [],
    [...neighbours].map(([id, { manifest }]) => ({ id, manifest })),
    findings,
  );
  const leftOut: ReadonlyMap<string, LeftOut> = options.ignoreUnsupported ? leftOutModules(neighbours) : new Map();
  const typesBeside = new Set(entries.flatMap(({ type }) => (type ? [type.name] : [])));
  const modules: ResolvedModule[] = [];
  for (const { entry, manifest } of neighbours.values()) {
    if (!manifest || !entry.type) continue;
    const why = leftOut.get(entry.id)?.because;
    if (why) findings.warn(entry.at, leftOutMessage(entry.id, why));
    const module = resolveModule(entry, entry.type, manifest, { neighbours, leftOut }, overrides, options, findings);
    checkType(module, typesBeside, findings);
    if (why) continue;
    complain(module, manifest, findings);
    checkLeftOut(entry, entry.type.name, leftOut, findings);
    modules.push(module);
  }
  checkDcStation({ modules, lookup: options.lookup, isSimulated: options.isSimulated ?? (() => false) }, findings);
  if (leftOut.size > 0 && modules.length === 0) findings.warn(start, "no module is left of this configuration");
  return { file, modules, settings };
}

/** What the type itself has against values that passed their schema. */
function complain(
  { id, config, connections, positions }: ResolvedModule,
  manifest: Manifest,
  findings: Findings,
): void {
  const isWhole = Object.keys(manifest.config).every((key) => Object.hasOwn(config, key));
  for (const { key, message } of (isWhole && manifest.complaints?.(config, connections)) || []) {
    findings.complain(positions.config[key] ?? positions.id, `${id}.${key}: ${message}`);
  }
}

/** A probe is the one module that tests bring along themselves. */
function refuseSecondProbe(entries: readonly ModuleEntry[], findings: Findings): void {
  const [first, ...more] = entries.filter(({ type }) => type?.name === "ProbeModule");
  for (const { type, id } of more) {
    if (type && first) findings.complain(type.at, `${id} is a second ProbeModule beside ${first.id}; one at most`);
  }
}

function manifestOf({ id, type }: ModuleEntry, options: ValidateOptions, findings: Findings): Manifest | undefined {
  if (!type) return undefined;
  const manifest = options.lookup(type.name);
  if (!manifest) {
    const where = options.needsSimulation?.(type.name) ? " without --simulate" : "";
    const message = `module ${quote(id)} is of type ${quote(type.name)}, which is not supported${where}`;
    const wayOut = hint(type.name, options.types) || (where ? "" : "; --ignore-unsupported leaves it out");
    if (options.ignoreUnsupported) findings.warn(type.at, `${message} (left out)`);
    else findings.complain(type.at, `${message}${wayOut}`);
    return undefined;
  }
  for (const fault of manifestFaults(manifest)) {
    findings.complain(type.at, `the manifest of ${type.name} is wrong: ${fault}`);
  }
  return manifest;
}

/** Defaults of a manifest that do not meet their own schema. */
export function manifestFaults({ config, provides }: Manifest): readonly string[] {
  const faults: string[] = [];
  const check = (prefix: string, schema: Readonly<Record<string, ConfigKey>>): void => {
    for (const [name, key] of Object.entries(schema)) {
      if (key.default === undefined) continue;
      const isType = key.type === "integer" ? Number.isInteger(key.default) : typeof key.default === key.type;
      const fault = isType ? outOfBounds(key, key.default) : `is no ${key.type}`;
      if (fault !== undefined) faults.push(`the default of ${prefix}${name} ${fault}`);
    }
  };
  check("", config);
  for (const [id, provision] of Object.entries(provides)) check(`${id}.`, provision.config ?? {});
  return faults;
}

function resolveModule(
  entry: ModuleEntry,
  type: { readonly name: string; readonly at: Position },
  manifest: Manifest,
  wired: { readonly neighbours: ReadonlyMap<string, Neighbour>; readonly leftOut: ReadonlyMap<string, LeftOut> },
  overrides: OverrideEntries,
  { ignoreUnsupported = false }: ValidateOptions,
  findings: Findings,
): ResolvedModule {
  const { id, at } = entry;
  const provided = Object.keys(manifest.provides);
  const own = readConfigValues(
    {
      prefix: `${id}.`,
      owner: type.name,
      schema: manifest.config,
      entries: overridden(entry.config, overrides.config(id)),
      at,
      ignoreUnsupported,
    },
    findings,
  );
  for (const { id: implementationId, at: implementationAt } of entry.implementations) {
    if (provided.includes(implementationId)) continue;
    findings.complain(
      implementationAt,
      `${type.name} provides no ${quote(implementationId)}${hint(implementationId, provided)}`,
    );
  }
  const implementationConfig: Record<string, ConfigValues> = {};
  const implementationPositions: Record<string, Readonly<Record<string, Position>>> = {};
  for (const [implementationId, provision] of Object.entries(manifest.provides)) {
    const given = entry.implementations.find((candidate) => candidate.id === implementationId);
    const read = readConfigValues(
      {
        prefix: `${id}:${implementationId}.`,
        owner: `${implementationId} of ${type.name}`,
        schema: provision.config ?? {},
        entries: overridden(given?.config ?? [], overrides.implementation(id, implementationId)),
        at,
        ignoreUnsupported,
      },
      findings,
    );
    implementationConfig[implementationId] = read.values;
    implementationPositions[implementationId] = read.positions;
  }
  const implementationMapping: Record<string, Mapping> = {};
  for (const { id: implementationId, at: mappingAt, mapping } of entry.implementationMappings) {
    if (provided.includes(implementationId)) implementationMapping[implementationId] = mapping;
    else {
      findings.warn(
        mappingAt,
        `${id}.mapping: ${type.name} provides no ${quote(implementationId)}${hint(implementationId, provided)} (ignored)`,
      );
    }
  }
  return {
    id,
    type: type.name,
    config: own.values,
    implementationConfig,
    connections: readConnections({ entry, manifest }, wired.neighbours, wired.leftOut, findings),
    ...(entry.mapping ? { mapping: entry.mapping } : {}),
    implementationMapping,
    positions: { id: at, type: type.at, config: own.positions, implementationConfig: implementationPositions },
  };
}
