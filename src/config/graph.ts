/** The wiring of a configuration, sound or not, as plain nodes and edges for a picture. */
import type { Mapping } from "./configuration.ts";
import type { Finding, Position } from "./finding.ts";
import { createFindings } from "./finding.ts";
import { leftOutModules } from "./left-out.ts";
import type { Loaded, ManifestLookup } from "./load.ts";
import type { EntryConnection, EntryRequirement, ModuleEntry } from "./module-entry.ts";
import { readModuleEntry } from "./module-entry.ts";
import type { Neighbour } from "./neighbour.ts";
import type { Source } from "./source.ts";
import type { Tree, TreeEntry } from "./yaml-tree.ts";

/** `missing`: a connection names it, but the configuration has no such module. */
export type NodeState = "sound" | "wrong" | "left-out" | "missing";

export interface GraphNode {
  readonly id: string;
  /** Absent where the file does not say it. */
  readonly type?: string;
  readonly state: NodeState;
  /** Where it belongs; empty for the whole station. `implementation` is there when only that one does. */
  readonly places: readonly (Mapping & { readonly implementation?: string })[];
  /** Why it is left out. */
  readonly remark?: string;
  /** The complaints about it. */
  readonly problems: readonly string[];
}

export interface GraphEdge {
  /** The module that requires. */
  readonly from: string;
  readonly requirement: string;
  /** The module that provides. */
  readonly to: string;
  readonly implementation: string;
  /** Absent where neither end is known well enough to tell. */
  readonly interface?: string;
  readonly state: "sound" | "wrong" | "left-out";
}

export interface Graph {
  readonly file: string;
  /** In alphabetical order of id (code points). */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Complaints about no module in particular. */
  readonly problems: readonly string[];
}

interface GraphOptions {
  readonly lookup: ManifestLookup;
  readonly ignoreUnsupported?: boolean;
}

export function graphOf(source: Source, loaded: Loaded, { lookup, ignoreUnsupported = false }: GraphOptions): Graph {
  const written = moduleEntries(source.tree).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const neighbours = new Map<string, Neighbour>();
  for (const entry of written) {
    // What is wrong with it stands in `loaded`.
    const read = readModuleEntry(entry, createFindings());
    neighbours.set(entry.key, { entry: read, manifest: read.type && lookup(read.type.name) });
  }
  const complaints = loaded.ok ? [] : loaded.complaints;
  const { ofModule, ofNobody } = assigned(complaints, written);
  const blamed = new Set(complaints.map(key));
  const leftOut = ignoreUnsupported ? leftOutModules(neighbours) : new Map();

  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const missing = new Set<string>();
  for (const [id, neighbour] of neighbours) {
    const { entry } = neighbour;
    const problems = ofModule.get(id) ?? [];
    const gone = leftOut.get(id);
    nodes.push({
      id,
      ...(entry.type ? { type: entry.type.name } : {}),
      state: problems.length > 0 ? "wrong" : gone ? "left-out" : "sound",
      places: placesOf(entry),
      ...(gone ? { remark: gone.because ? `needs ${gone.because.moduleId}` : "not supported" } : {}),
      problems,
    });
    for (const requirement of entry.requirements) {
      for (const connection of requirement.connections) {
        const { moduleId, implementationId } = connection;
        const target = neighbours.get(moduleId);
        if (!target) missing.add(moduleId);
        const carried = interfaceOf(neighbour, requirement, target, connection);
        const isWrong = [requirement.at, connection.at, connection.moduleAt, connection.implementationAt].some((at) =>
          blamed.has(key(at)),
        );
        edges.push({
          from: id,
          requirement: requirement.id,
          to: moduleId,
          implementation: implementationId,
          ...(carried === undefined ? {} : { interface: carried }),
          state: isWrong || !target ? "wrong" : leftOut.has(id) || leftOut.has(moduleId) ? "left-out" : "sound",
        });
      }
    }
  }
  for (const id of missing) nodes.push({ id, state: "missing", places: [], problems: [] });
  nodes.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { file: source.files[0] ?? "", nodes, edges, problems: ofNobody };
}

/** Modules of any id, well-formed or not: a picture shows those as well. */
function moduleEntries(tree: Tree | undefined): readonly TreeEntry[] {
  const active = tree?.kind === "map" ? tree.entries.find(({ key }) => key === "active_modules")?.value : undefined;
  return active?.kind === "map" ? active.entries : [];
}

const key = ({ file, line, column }: Position): string => `${line}:${column}:${file}`;

/** Whose complaints they are: those of the module in whose part of the file they stand, or whose value was overridden. */
function assigned(complaints: readonly Finding[], entries: readonly TreeEntry[]) {
  const owners = new Map<string, string>();
  const own = (tree: Tree, id: string): void => {
    owners.set(key(tree.at), id);
    if (tree.kind === "list") for (const item of tree.items) own(item, id);
    if (tree.kind !== "map") return;
    for (const entry of tree.entries) {
      owners.set(key(entry.at), id);
      own(entry.value, id);
    }
  };
  for (const { key: id, value } of entries) own(value, id);
  // Last, for what an alias repeats stands in the part of another module.
  for (const { key: id, at } of entries) owners.set(key(at), id);
  const longestFirst = entries.map((entry) => entry.key).toSorted((a, b) => b.length - a.length);

  const ofModule = new Map<string, string[]>();
  const ofNobody: string[] = [];
  for (const complaint of complaints) {
    const option = complaint.line === 0 ? complaint.file.replace(/^--set[ =]/, "") : undefined;
    const owner =
      option === undefined
        ? owners.get(key(complaint))
        : longestFirst.find((id) => option.startsWith(`${id}.`) || option.startsWith(`${id}:`));
    if (owner === undefined) ofNobody.push(complaint.message);
    else ofModule.set(owner, [...(ofModule.get(owner) ?? []), complaint.message]);
  }
  return { ofModule, ofNobody };
}

function placesOf({ mapping, implementationMappings }: ModuleEntry): GraphNode["places"] {
  return [
    ...(mapping ? [mapping] : []),
    ...implementationMappings.map((one) => ({ ...one.mapping, implementation: one.id })),
  ];
}

/** What the requirer asks for; where its type is not known, what the provider offers. */
function interfaceOf(
  { manifest }: Neighbour,
  { id }: EntryRequirement,
  target: Neighbour | undefined,
  { implementationId }: EntryConnection,
): string | undefined {
  const requires = manifest?.requires ?? {};
  if (Object.hasOwn(requires, id)) return requires[id]?.port.name;
  const provides = target?.manifest?.provides ?? {};
  return Object.hasOwn(provides, implementationId) ? provides[implementationId]?.port.name : undefined;
}
