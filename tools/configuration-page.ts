import type { ConfigKey, ConfigSchema, Manifest, Requirement } from "../hal/manifest.ts";

const head = `# Configuration

One YAML file describes the station: \`active_modules\` holds the modules by id, each with its type, its configuration
and its connections. Module types, keys and the shape of the file are those of EVerest, so a file written for it can
be brought along; \`evsed check FILE\` names everything in it that does not fit, with line and column.

Values follow YAML 1.2: \`true\` and \`false\` are booleans, \`yes\` and \`on\` are strings, and so is everything quoted. An
integer may stand where a number is declared, never the other way round. Keys without a default must be given. Keys
marked *not effective yet* are read and checked, but change nothing so far.

What belongs to one station alone, such as its secrets, may stand in an overlay: the file of the same name in the folder
\`user-config\` beside it. What it says replaces what the file says, key by key; \`null\` takes a key away. For one run \`--set ID.KEY=V\`
sets a key of a module, or of the one implementation that has it (\`--set ID:IMPLEMENTATION.KEY=V\`), after both.

Beside the modules stand \`settings\`: those of the console are in [console.md](console.md), the others are of no effect here.

<!-- Written by "npm run docs" from the manifests of the modules. Do not edit. -->
`;

/** The page for these manifests, in alphabetical order of type. */
export function configurationPage(manifests: readonly Manifest[]): string {
  const sorted = manifests.toSorted((a, b) => (a.type < b.type ? -1 : 1));
  const contents = sorted.map(
    ({ type, description }) => `- [${type}](#${type.toLowerCase()}): ${sentence(description)}`,
  );
  return [head, contents.join("\n"), "", ...sorted.map(section)].join("\n");
}

function section({ type, description, config, provides, requires }: Manifest): string {
  const lines = [`## ${type}`, "", sentence(description), ""];
  const provisions = Object.entries(provides);
  if (provisions.length > 0) {
    const rows = provisions.map(([id, { port, description }]) => [code(id), code(port.name), sentence(description)]);
    lines.push(...table(["provides", "interface", "what"], rows));
  }
  const requirements = Object.entries(requires);
  if (requirements.length > 0) {
    const rows = requirements.map(([id, requirement]) => [
      code(id),
      code(requirement.port.name),
      connections(requirement),
      sentence(requirement.description ?? ""),
    ]);
    lines.push(...table(["requires", "interface", "connections", "what"], rows));
  }
  lines.push(...keys("`config_module`", config));
  for (const [id, provision] of provisions) {
    lines.push(...keys(`\`config_implementation\`: \`${id}\``, provision.config ?? {}));
  }
  return lines.join("\n");
}

function keys(title: string, schema: ConfigSchema): string[] {
  const entries = Object.entries(schema);
  if (entries.length === 0) return [];
  const rows = entries.map(([name, key]) => [
    code(name),
    key.type,
    key.default === undefined ? "**mandatory**" : code(JSON.stringify(key.default)),
    bounds(key),
    `${key.notEffectiveYet ? "*Not effective yet.* " : ""}${sentence(key.description)}`,
  ]);
  return [`${title}:`, "", ...table(["key", "type", "default", "bounds", "meaning"], rows)];
}

function bounds({ minimum, maximum, minLength, maxLength, enum: choices }: ConfigKey): string {
  const parts: string[] = [];
  if (minimum !== undefined || maximum !== undefined) parts.push(range(minimum, maximum));
  if (minLength !== undefined || maxLength !== undefined) parts.push(`${range(minLength, maxLength)} characters`);
  if (choices) parts.push(choices.map(code).join(", "));
  return parts.join("; ");
}

function range(least: number | undefined, most: number | undefined): string {
  if (least === undefined) return `≤ ${most}`;
  return most === undefined ? `≥ ${least}` : `${least} to ${most}`;
}

function connections({ min = 1, max = 1 }: Requirement): string {
  return min === max ? String(min) : `${min} to ${max}`;
}

const code = (text: string): string => `\`${text}\``;

function sentence(text: string): string {
  return text === "" || /[.!?]$/.test(text) ? text : `${text}.`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(header), `|${" --- |".repeat(header.length)}`, ...rows.map(line), ""];
}
