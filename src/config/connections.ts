import type { Manifest, Requirement } from "../../hal/manifest.ts";
import type { ConnectionTarget } from "./configuration.ts";
import type { Findings } from "./finding.ts";
import type { LeftOut } from "./left-out.ts";
import type { EntryRequirement, ModuleEntry } from "./module-entry.ts";
import { hint } from "./nearest-name.ts";
import type { Neighbour } from "./neighbour.ts";
import { quote } from "./quote.ts";

/**
 * Checks the connections of one module against its manifest; every requirement has a list, empty when not connected.
 * Connections to modules that are left out are missing from it, with a warning each.
 */
export function readConnections(
  { entry, manifest }: { readonly entry: ModuleEntry; readonly manifest: Manifest },
  neighbours: ReadonlyMap<string, Neighbour>,
  leftOut: ReadonlyMap<string, LeftOut>,
  findings: Findings,
): Readonly<Record<string, readonly ConnectionTarget[]>> {
  const connections: Record<string, readonly ConnectionTarget[]> = {};
  for (const { id, at } of entry.requirements) {
    if (!Object.hasOwn(manifest.requires, id)) {
      findings.complain(
        at,
        `${manifest.type} has no requirement ${quote(id)}${hint(id, Object.keys(manifest.requires))}`,
      );
    }
  }
  for (const [id, requirement] of Object.entries(manifest.requires)) {
    const given = entry.requirements.find((candidate) => candidate.id === id);
    const name = `${entry.id}.${id}`;
    const { min = 1 } = requirement;
    connections[id] = [];
    if (!given) {
      if (min > 0) findings.complain(entry.at, `${name} is not connected; it needs ${amount(requirement)}`);
      continue;
    }
    connections[id] = readRequirement(given, name, requirement, neighbours, leftOut, findings);
    // Of a module that is left out itself nobody asks what it was connected to.
    if (leftOut.has(entry.id)) continue;
    for (const { at, moduleId } of given.connections) {
      if (!leftOut.has(moduleId)) continue;
      const type = neighbours.get(moduleId)?.entry.type?.name;
      findings.warn(at, `${name}: the connection to ${moduleId} (${type}) is left out`);
    }
  }
  return connections;
}

function readRequirement(
  given: EntryRequirement,
  name: string,
  requirement: Requirement,
  neighbours: ReadonlyMap<string, Neighbour>,
  leftOut: ReadonlyMap<string, LeftOut>,
  findings: Findings,
): ConnectionTarget[] {
  const { min = 1, max = 1 } = requirement;
  const targets: ConnectionTarget[] = [];
  for (const connection of given.connections) {
    const { moduleId, implementationId } = connection;
    const neighbour = neighbours.get(moduleId);
    if (!neighbour) {
      findings.complain(
        connection.moduleAt,
        `${name}: no module ${quote(moduleId)}${hint(moduleId, neighbours.keys())}`,
      );
      continue;
    }
    // A module of unknown type is left out, or has its own complaint.
    if (!neighbour.manifest) continue;
    const { provides, type } = neighbour.manifest;
    const provision = Object.hasOwn(provides, implementationId) ? provides[implementationId] : undefined;
    if (!provision) {
      findings.complain(
        connection.implementationAt,
        `${name}: ${moduleId} (${type}) provides no ${quote(implementationId)}${hint(implementationId, Object.keys(provides))}`,
      );
      continue;
    }
    if (provision.port.name !== requirement.port.name) {
      findings.complain(
        connection.implementationAt,
        `${name} requires the interface ${requirement.port.name}, but ${moduleId}.${implementationId} is ${provision.port.name}`,
      );
      continue;
    }
    if (!leftOut.has(moduleId)) targets.push({ moduleId, implementationId });
  }
  if (given.count < min || given.count > max) {
    findings.complain(given.at, `${name} needs ${amount(requirement)}, not ${given.count}`);
  }
  return targets;
}

function amount({ min = 1, max = 1 }: Requirement): string {
  const connections = max === 1 ? "connection" : "connections";
  if (min === max) return `${min} ${connections}`;
  return min === 0 ? `at most ${max} ${connections}` : `${min} to ${max} ${connections}`;
}
