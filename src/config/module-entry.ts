import type { Mapping } from "./configuration.ts";
import type { Findings, Position } from "./finding.ts";
import { quote } from "./quote.ts";
import type { TreeReader } from "./tree-reader.ts";
import { createTreeReader } from "./tree-reader.ts";
import type { Tree, TreeEntry } from "./yaml-tree.ts";

export interface EntryConnection {
  readonly at: Position;
  readonly moduleId: string;
  readonly moduleAt: Position;
  readonly implementationId: string;
  readonly implementationAt: Position;
}

export interface EntryRequirement {
  readonly id: string;
  readonly at: Position;
  /** What is written; entries that could not be read count here but are missing from `connections`. */
  readonly count: number;
  readonly connections: readonly EntryConnection[];
}

/** One entry of `active_modules`: its shape is right, its names are not yet checked against a manifest. */
export interface ModuleEntry {
  readonly id: string;
  readonly at: Position;
  /** Undefined when missing or no name; a complaint was made. */
  readonly type: { readonly name: string; readonly at: Position } | undefined;
  readonly config: readonly TreeEntry[];
  readonly implementations: readonly {
    readonly id: string;
    readonly at: Position;
    readonly config: readonly TreeEntry[];
  }[];
  readonly requirements: readonly EntryRequirement[];
  readonly mapping: Mapping | undefined;
  readonly implementationMappings: readonly { readonly id: string; readonly at: Position; readonly mapping: Mapping }[];
}

const typePattern = /^[a-zA-Z_][a-zA-Z0-9_-]*$/;
const entryKeys = [
  "module",
  "standalone",
  "capabilities",
  "config_module",
  "config_implementation",
  "connections",
  "mapping",
  "telemetry",
  "access",
];
const accessFlags = ["allow_global_read", "allow_global_write", "allow_set_read_only"];
const moduleAccessFlags = ["allow_read", "allow_write", "allow_set_read_only"];

export function readModuleEntry({ key: id, at, value }: TreeEntry, findings: Findings): ModuleEntry {
  const reader = createTreeReader(findings);
  const fields = reader.fields(value, `module ${quote(id)}`, entryKeys);
  const field = (name: string): Tree | undefined => fields?.get(name)?.value;

  const standalone = field("standalone");
  if (standalone && reader.boolean(standalone, `${id}.standalone`)) {
    findings.note(standalone.at, `${id}.standalone has no effect: every module runs in this process`);
  }
  const capabilities = field("capabilities");
  if (capabilities) {
    for (const item of reader.list(capabilities, `${id}.capabilities`))
      reader.string(item, `each of ${id}.capabilities`);
  }
  const telemetry = field("telemetry");
  if (telemetry) readTelemetry(telemetry, id, findings, reader);
  const access = field("access");
  if (access) readAccess(access, id, reader);

  const config = field("config_module");
  const implementations = field("config_implementation");
  const connections = field("connections");
  return {
    id,
    at,
    type: fields && readType(fields.get("module")?.value, id, at, findings, reader),
    config: config ? reader.ids(config, `${id}.config_module`, "key") : [],
    implementations: implementations
      ? reader.ids(implementations, `${id}.config_implementation`, "implementation id").map((entry) => ({
          id: entry.key,
          at: entry.at,
          config: reader.ids(entry.value, `${id}.config_implementation.${entry.key}`, "key"),
        }))
      : [],
    requirements: connections ? readConnections(connections, id, findings, reader) : [],
    ...readMappings(field("mapping"), id, findings, reader),
  };
}

function readType(
  tree: Tree | undefined,
  id: string,
  at: Position,
  findings: Findings,
  reader: TreeReader,
): ModuleEntry["type"] {
  if (!tree) {
    findings.complain(at, `module ${quote(id)} does not say its type; "module" is missing`);
    return undefined;
  }
  const name = reader.string(tree, `${id}.module`);
  if (name === undefined) return undefined;
  if (typePattern.test(name)) return { name, at: tree.at };
  findings.complain(tree.at, `${id}.module is ${quote(name)}, which cannot be the name of a module type`);
  return undefined;
}

function readConnections(tree: Tree, id: string, findings: Findings, reader: TreeReader): EntryRequirement[] {
  return reader.ids(tree, `${id}.connections`, "requirement id").map((entry) => {
    const name = `${id}.connections.${entry.key}`;
    const items = reader.list(entry.value, name);
    const connections: EntryConnection[] = [];
    for (const item of items) {
      const fields = reader.fields(item, `a connection of ${name}`, ["module_id", "implementation_id"]);
      if (!fields) continue;
      const end = (key: string): { text: string; at: Position } | undefined => {
        const given = fields.get(key);
        if (!given) {
          findings.complain(item.at, `a connection of ${name} needs "${key}"`);
          return undefined;
        }
        const text = reader.string(given.value, `${name}: ${key}`);
        if (text === undefined || !reader.id(text, given.value.at, key)) return undefined;
        return { text, at: given.value.at };
      };
      const module = end("module_id");
      const implementation = end("implementation_id");
      if (module && implementation) {
        connections.push({
          at: item.at,
          moduleId: module.text,
          moduleAt: module.at,
          implementationId: implementation.text,
          implementationAt: implementation.at,
        });
      }
    }
    return { id: entry.key, at: entry.at, count: items.length, connections };
  });
}

function readMappings(
  tree: Tree | undefined,
  id: string,
  findings: Findings,
  reader: TreeReader,
): Pick<ModuleEntry, "mapping" | "implementationMappings"> {
  const fields = tree && reader.fields(tree, `${id}.mapping`, ["module", "implementations"]);
  const place = (value: Tree, name: string): { at: Position; evse?: number; connector?: number } | undefined => {
    const parts = reader.fields(value, name, ["evse", "connector"]);
    if (!parts) return undefined;
    const number = (key: string): number | undefined => {
      const part = parts.get(key)?.value;
      const read = part && reader.integer(part, `${name}.${key}`);
      if (!part || read === undefined || read >= 0) return read;
      findings.complain(part.at, `${name}.${key} must be at least 0, not ${read}`);
      return undefined;
    };
    const evse = number("evse");
    const connector = number("connector");
    return {
      at: value.at,
      ...(evse === undefined ? {} : { evse }),
      ...(connector === undefined ? {} : { connector }),
    };
  };
  const complete = (read: ReturnType<typeof place>): Mapping | undefined =>
    read?.evse === undefined
      ? undefined
      : { evse: read.evse, ...(read.connector === undefined ? {} : { connector: read.connector }) };

  const own = fields?.get("module");
  // Without an EVSE a module's mapping says nothing: it then belongs to the whole station.
  const mapping = own && complete(place(own.value, `${id}.mapping.module`));
  const implementationMappings: { id: string; at: Position; mapping: Mapping }[] = [];
  const implementations = fields?.get("implementations");
  if (implementations) {
    const name = `${id}.mapping.implementations`;
    for (const entry of reader.ids(implementations.value, name, "implementation id")) {
      const read = place(entry.value, `${name}.${entry.key}`);
      const whole = complete(read);
      if (whole) implementationMappings.push({ id: entry.key, at: entry.at, mapping: whole });
      else if (read && entry.value.kind === "map" && !entry.value.entries.some(({ key }) => key === "evse")) {
        findings.complain(entry.at, `${name}.${entry.key} needs "evse"`);
      }
    }
  }
  return { mapping, implementationMappings };
}

function readTelemetry(tree: Tree, id: string, findings: Findings, reader: TreeReader): void {
  const fields = reader.fields(tree, `${id}.telemetry`, ["id"]);
  const number = fields?.get("id");
  if (number) reader.integer(number.value, `${id}.telemetry.id`);
  else if (fields) findings.complain(tree.at, `${id}.telemetry needs "id"`);
}

function readAccess(tree: Tree, id: string, reader: TreeReader): void {
  const config = reader.fields(tree, `${id}.access`, ["config"])?.get("config");
  const name = `${id}.access.config`;
  const rights = config && reader.fields(config.value, name, [...accessFlags, "modules"]);
  for (const [key, { value }] of rights ?? []) if (key !== "modules") reader.boolean(value, `${name}.${key}`);
  const modules = rights?.get("modules");
  if (!modules) return;
  for (const entry of reader.ids(modules.value, `${name}.modules`, "module id")) {
    const path = `${name}.modules.${entry.key}`;
    for (const [key, flag] of reader.fields(entry.value, path, moduleAccessFlags) ?? []) {
      reader.boolean(flag.value, `${path}.${key}`);
    }
  }
}
