import type { EntryConnection } from "./module-entry.ts";
import type { Neighbour } from "./neighbour.ts";

/** A module that is not made: its type is not supported, or it cannot do without one that is left out. */
export interface LeftOut {
  /** Absent where the type itself is not supported. */
  readonly because?: {
    readonly requirement: string;
    readonly moduleId: string;
    readonly type: string;
    readonly supported: boolean;
  };
}

/**
 * The modules to leave out, by id. One that falls below the minimum of a requirement goes with the modules it needed;
 * each round looks only at what the rounds before left out, so that a reason never leads back to its own module.
 */
export function leftOutModules(neighbours: ReadonlyMap<string, Neighbour>): ReadonlyMap<string, LeftOut> {
  const leftOut = new Map<string, LeftOut>();
  const dependents = new Map<string, Set<string>>();
  for (const [id, { entry, manifest }] of neighbours) {
    if (entry.type && !manifest) leftOut.set(id, {});
    for (const { moduleId } of entry.requirements.flatMap(({ connections }) => connections)) {
      dependents.set(moduleId, (dependents.get(moduleId) ?? new Set()).add(id));
    }
  }
  for (let last = [...leftOut.keys()]; last.length > 0; ) {
    const next = new Map<string, LeftOut>();
    for (const id of last.flatMap((gone) => [...(dependents.get(gone) ?? [])])) {
      const neighbour = neighbours.get(id);
      const because = neighbour && !leftOut.has(id) ? reason(neighbour, neighbours, leftOut) : undefined;
      if (because) next.set(id, { because });
    }
    for (const [id, entry] of next) leftOut.set(id, entry);
    last = [...next.keys()];
  }
  return leftOut;
}

function reason(
  { entry, manifest }: Neighbour,
  neighbours: ReadonlyMap<string, Neighbour>,
  leftOut: ReadonlyMap<string, LeftOut>,
): LeftOut["because"] {
  for (const [requirement, { min = 1 }] of Object.entries(manifest?.requires ?? {})) {
    const given = entry.requirements.find(({ id }) => id === requirement);
    // Too few in the file itself is a complaint of its own.
    if (!given || given.count < min) continue;
    const gone = given.connections.filter(({ moduleId }: EntryConnection) => leftOut.has(moduleId));
    const [first] = gone;
    if (!first || given.count - gone.length >= min) continue;
    const { moduleId } = first;
    const type = neighbours.get(moduleId)?.entry.type?.name ?? "";
    return { requirement, moduleId, type, supported: leftOut.get(moduleId)?.because !== undefined };
  }
  return undefined;
}

/** Why, as the user reads it at the id of the module. */
export function leftOutMessage(
  id: string,
  { requirement, moduleId, type, supported }: NonNullable<LeftOut["because"]>,
) {
  return `${id}: left out, its ${requirement} needs ${moduleId} (${type}), which is ${supported ? "left out" : "not supported"}`;
}
