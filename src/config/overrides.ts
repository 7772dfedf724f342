/** `--set ID.KEY=V` and `--set ID:IMPLEMENTATION.KEY=V`: configuration keys from the command line. */
import type { Manifest } from "../../hal/manifest.ts";
import type { Findings, Position } from "./finding.ts";
import { hint } from "./nearest-name.ts";
import { quote } from "./quote.ts";
import type { TreeEntry, TreeScalar } from "./yaml-tree.ts";
import { parseTree } from "./yaml-tree.ts";

/** What an override may address. */
export interface OverrideTarget {
  readonly id: string;
  /** Undefined when its type is unknown. */
  readonly manifest: Manifest | undefined;
}

/** The entries that replace those of the file, in a module's `config_module` or in an implementation. */
export interface OverrideEntries {
  config(moduleId: string): readonly TreeEntry[];
  implementation(moduleId: string, implementationId: string): readonly TreeEntry[];
}

/** The entries of a file with the overriding ones in their place. */
export function overridden(entries: readonly TreeEntry[], overrides: readonly TreeEntry[]): readonly TreeEntry[] {
  return [...entries.filter(({ key }) => !overrides.some((override) => override.key === key)), ...overrides];
}

/**
 * Resolves the options in their order; the last one for a key wins. A name that does not exist is a complaint at the
 * option, also where the file's own unknown names are only warnings: it was typed for this run.
 */
export function resolveOverrides(
  options: readonly string[],
  targets: readonly OverrideTarget[],
  findings: Findings,
): OverrideEntries {
  const found = new Map<string, Map<string, TreeEntry>>();
  // A colon cannot stand in an id, so the two kinds of address cannot be mixed up.
  const sectionKey = (moduleId: string, implementationId?: string): string =>
    implementationId === undefined ? moduleId : `${moduleId}:${implementationId}`;

  for (const option of options) {
    const at: Position = { file: `--set ${option}`, line: 0, column: 0 };
    const equals = option.indexOf("=");
    if (equals < 0) {
      findings.complain(at, "must be written ID.KEY=VALUE");
      continue;
    }
    const value = readScalar(option.slice(equals + 1), at);
    if (typeof value === "string") {
      findings.complain(at, value);
      continue;
    }
    const address = resolveAddress(option.slice(0, equals), targets);
    if (address === undefined) {
      findings.warn(at, "the module is left out");
      continue;
    }
    if (typeof address === "string") {
      findings.complain(at, address);
      continue;
    }
    const section = sectionKey(address.moduleId, address.implementationId);
    const entries = found.get(section) ?? new Map<string, TreeEntry>();
    found.set(section, entries.set(address.key, { key: address.key, at, value }));
  }
  const entriesOf = (section: string): readonly TreeEntry[] => [...(found.get(section)?.values() ?? [])];
  return {
    config: (moduleId) => entriesOf(sectionKey(moduleId)),
    implementation: (moduleId, implementationId) => entriesOf(sectionKey(moduleId, implementationId)),
  };
}

interface Address {
  readonly moduleId: string;
  readonly implementationId?: string;
  readonly key: string;
}

/** A string says what is wrong; undefined: the type of the module is not supported. */
function resolveAddress(text: string, targets: readonly OverrideTarget[]): Address | string | undefined {
  const colon = text.indexOf(":");
  const prefix = (id: string): string => (colon < 0 ? `${id}.` : `${id}:`);
  const target = longest(
    targets.filter(({ id }) => text.startsWith(prefix(id))),
    ({ id }) => id,
  );
  if (!target) {
    const name = colon < 0 ? text.slice(0, Math.max(0, text.lastIndexOf("."))) || text : text.slice(0, colon);
    const ids = targets.map(({ id }) => id);
    if (ids.includes(name)) return "must be written ID.KEY=VALUE";
    return `there is no module ${quote(name)}${hint(name, ids)}`;
  }
  const { id: moduleId, manifest } = target;
  if (!manifest) return undefined;
  const rest = text.slice(prefix(moduleId).length);
  return colon < 0 ? keyOfModule(moduleId, rest, manifest) : keyOfImplementation(moduleId, rest, manifest);
}

function keyOfModule(moduleId: string, key: string, manifest: Manifest): Address | string {
  if (Object.hasOwn(manifest.config, key)) return { moduleId, key };
  const holders = Object.entries(manifest.provides).filter(([, { config }]) => config && Object.hasOwn(config, key));
  const [only] = holders;
  if (only && holders.length === 1) return { moduleId, implementationId: only[0], key };
  if (only) {
    const choices = holders.map(([implementationId]) => `${moduleId}:${implementationId}.${key}`);
    return `several implementations have this key; write ${choices.join(" or ")}`;
  }
  const known = [
    ...Object.keys(manifest.config),
    ...Object.values(manifest.provides).flatMap(({ config }) => Object.keys(config ?? {})),
  ];
  return `${manifest.type} has no key ${quote(key)}${hint(key, known)}`;
}

function keyOfImplementation(moduleId: string, rest: string, manifest: Manifest): Address | string {
  const provided = Object.entries(manifest.provides);
  const match = longest(
    provided.filter(([id]) => rest.startsWith(`${id}.`)),
    ([id]) => id,
  );
  if (!match) {
    const name = rest.slice(0, Math.max(0, rest.lastIndexOf("."))) || rest;
    return `${manifest.type} provides no ${quote(name)}${hint(name, Object.keys(manifest.provides))}`;
  }
  const [implementationId, { config = {} }] = match;
  const key = rest.slice(implementationId.length + 1);
  if (Object.hasOwn(config, key)) return { moduleId, implementationId, key };
  return `${implementationId} of ${manifest.type} has no key ${quote(key)}${hint(key, Object.keys(config))}`;
}

function longest<T>(candidates: readonly T[], name: (candidate: T) => string): T | undefined {
  return candidates.toSorted((a, b) => name(b).length - name(a).length)[0];
}

function readScalar(text: string, at: Position): TreeScalar | string {
  const { tree, complaints } = parseTree(at.file, text);
  const [complaint] = complaints;
  if (complaint) return `the value is no YAML scalar (${complaint.message}); put it in quotes`;
  if (!tree) return { kind: "scalar", at, value: null, integer: false };
  if (tree.kind !== "scalar") return `the value is a ${tree.kind}, not a scalar; put it in quotes`;
  return { ...tree, at };
}
