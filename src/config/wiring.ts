import type { Configuration, Mapping } from "./configuration.ts";

/** The modules with their connections, a line each, as `check` prints them. Ends with a line break unless empty. */
export function wiring({ modules }: Configuration): string {
  const types = new Map(modules.map(({ id, type }) => [id, type]));
  const lines: string[] = [];
  for (const module of modules) {
    lines.push(`${module.id}: ${module.type}${place(module.mapping)}`);
    for (const [implementationId, mapping] of Object.entries(module.implementationMapping)) {
      lines.push(`  ${implementationId}${place(mapping)}`);
    }
    for (const [requirementId, targets] of Object.entries(module.connections)) {
      for (const { moduleId, implementationId } of targets) {
        lines.push(`  ${requirementId} -> ${moduleId}.${implementationId} (${types.get(moduleId)})`);
      }
    }
  }
  return lines.map((line) => `${line}\n`).join("");
}

function place(mapping: Mapping | undefined): string {
  if (!mapping) return "";
  return ` at EVSE ${mapping.evse}${mapping.connector === undefined ? "" : `, connector ${mapping.connector}`}`;
}
