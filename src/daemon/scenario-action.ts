/** What a step of a scenario does, each checked against the station it will do it to. */
import { maxScriptLength, parseScript } from "../../boards/sim/ev-manager/script.ts";
import type { Manifest, SimCommand } from "../../hal/manifest.ts";
import type { PortDescription } from "../../hal/port.ts";
import type { Findings, Position } from "../config/finding.ts";
import { hint } from "../config/nearest-name.ts";
import { quote } from "../config/quote.ts";
import type { TreeReader } from "../config/tree-reader.ts";
import type { Tree, TreeEntry } from "../config/yaml-tree.ts";
import { faultCatalogue, isDeclaredFault } from "../core/faults/catalogue.ts";
import type { Severity } from "../core/faults/fault.ts";
import { daemonId, daemonSim } from "./daemon-sim.ts";
import { checkValue } from "./scenario-value.ts";
import type { ScenarioWorld } from "./scenario-world.ts";

interface Target {
  readonly module: string;
  readonly implementation: string;
}

/** Plain data; arguments and values are as the schema of the port made them. */
export type ScenarioAction =
  | { readonly kind: "ev"; readonly connector: number; readonly script: string }
  | (Target & { readonly kind: "command"; readonly name: string; readonly args: object })
  | (Target & { readonly kind: "publish"; readonly variable: string; readonly value: unknown })
  | (Target & {
      readonly kind: "raise";
      readonly type: string;
      readonly subType: string;
      readonly severity: Severity;
      readonly message: string;
    })
  | (Target & { readonly kind: "clear"; readonly type: string; readonly subType: string })
  | { readonly kind: "sim"; readonly module: string; readonly name: string; readonly args: object };

export type ActionKind = ScenarioAction["kind"];

interface Context {
  readonly world: ScenarioWorld;
  readonly reader: TreeReader;
  readonly findings: Findings;
}

/** The keys of an action, or undefined after a complaint. */
interface Fields {
  readonly kind: ActionKind;
  readonly at: Position;
  readonly entries: ReadonlyMap<string, TreeEntry>;
}

interface Text {
  readonly text: string;
  readonly at: Position;
}

const severities: readonly Severity[] = ["Low", "Medium", "High"];

/** Undefined after complaints. */
export function readAction(kind: ActionKind, tree: Tree, context: Context): ScenarioAction | undefined {
  const { keys, read } = actions[kind];
  const entries = context.reader.fields(tree, kind, keys);
  return entries && read({ kind, at: tree.at, entries }, context);
}

const actions: Readonly<
  Record<
    ActionKind,
    {
      readonly keys: readonly string[];
      readonly read: (fields: Fields, context: Context) => ScenarioAction | undefined;
    }
  >
> = {
  ev: { keys: ["connector", "script"], read: readEv },
  command: { keys: ["module", "implementation", "name", "args"], read: readCommand },
  publish: { keys: ["module", "implementation", "variable", "value"], read: readPublish },
  raise: { keys: ["module", "implementation", "type", "sub_type", "severity", "message"], read: readRaise },
  clear: { keys: ["module", "implementation", "type", "sub_type"], read: readClear },
  sim: { keys: ["module", "name", "args"], read: readSim },
};

export const actionKinds = Object.keys(actions) as readonly ActionKind[];

function optionalText({ entries }: Fields, key: string, { reader }: Context): Text | undefined {
  const entry = entries.get(key);
  const text = entry && reader.string(entry.value, key);
  return entry && text !== undefined ? { text, at: entry.value.at } : undefined;
}

function requiredText(fields: Fields, key: string, context: Context): Text | undefined {
  if (!fields.entries.has(key)) context.findings.complain(fields.at, `${fields.kind} needs ${quote(key)}`);
  return optionalText(fields, key, context);
}

function readEv(fields: Fields, context: Context): ScenarioAction | undefined {
  const { world, reader, findings } = context;
  const given = fields.entries.get("connector");
  const connector = given ? reader.integer(given.value, "connector") : 1;
  const hasCar = connector !== undefined && world.connectors.includes(connector);
  if (connector !== undefined && !hasCar) {
    const places = world.connectors.toSorted((a, b) => a - b);
    const where = places.length === 0 ? "there is none at all" : `there is one at ${places.join(", ")}`;
    findings.complain(given?.value.at ?? fields.at, `connector ${connector} has no simulated vehicle; ${where}`);
  }
  const script = requiredText(fields, "script", context);
  if (script) {
    const parsed = parseScript(script.text);
    if (!parsed.ok) {
      const { message, offset } = parsed;
      const where = offset < maxScriptLength ? `script, character ${offset + 1}: ` : "";
      findings.complain(script.at, `${where}${message}`);
      return undefined;
    }
  }
  return script && hasCar ? { kind: "ev", connector, script: script.text } : undefined;
}

/** The module and its implementation that a step names; the fields it lacks are complained about. */
function readTarget(fields: Fields, context: Context): (Target & { readonly port: PortDescription }) | undefined {
  const module = requiredText(fields, "module", context);
  const implementation = requiredText(fields, "implementation", context);
  const manifest = module && findModule(module, idsOf(context), context);
  if (!manifest || !implementation) return undefined;
  const { provides, type } = manifest;
  const provision = Object.hasOwn(provides, implementation.text) ? provides[implementation.text] : undefined;
  if (provision) return { module: module.text, implementation: implementation.text, port: provision.port };
  context.findings.complain(
    implementation.at,
    `${module.text} (${type}) provides no ${quote(implementation.text)}${hint(implementation.text, Object.keys(provides))}`,
  );
  return undefined;
}

const idsOf = ({ world }: Context): readonly string[] => world.plans().map(({ id }) => id);

function findModule(
  { text: id, at }: Text,
  known: readonly string[],
  { world, findings }: Context,
): Manifest | undefined {
  const manifest = world.manifest(id);
  if (!manifest) findings.complain(at, `there is no module ${quote(id)}${hint(id, known)}`);
  return manifest;
}

/** The entry of a table that a file names, or a complaint with the nearest of the names it could have given. */
function pick<T>(
  table: Readonly<Record<string, T>>,
  name: Text | undefined,
  owner: string,
  what: string,
  { findings }: Context,
): T | undefined {
  if (!name) return undefined;
  if (Object.hasOwn(table, name.text)) return table[name.text];
  findings.complain(name.at, `${owner} has no ${what} ${quote(name.text)}${hint(name.text, Object.keys(table))}`);
  return undefined;
}

const portName = ({ module, implementation, port }: Target & { readonly port: PortDescription }): string =>
  `${module}.${implementation} (${port.name})`;

function readCommand(fields: Fields, context: Context): ScenarioAction | undefined {
  const target = readTarget(fields, context);
  const name = requiredText(fields, "name", context);
  if (!target || !name) return undefined;
  const command = pick(target.port.commands, name, portName(target), "command", context);
  const args = command && readArgs(fields, name, command, context);
  const { module, implementation } = target;
  return args && { kind: "command", module, implementation, name: name.text, args };
}

function readArgs(
  { entries }: Fields,
  { text, at }: Text,
  { args }: Pick<SimCommand, "args">,
  { findings, reader }: Context,
): object | undefined {
  const tree = entries.get("args")?.value;
  // To the schema a list would be an object without keys.
  if (tree && !reader.map(tree, "args")) return undefined;
  const value = { tree, fallback: {}, name: "args", owner: text, at };
  return checkValue(value, args, findings)?.value;
}

function readPublish(fields: Fields, context: Context): ScenarioAction | undefined {
  const target = readTarget(fields, context);
  const variable = requiredText(fields, "variable", context);
  const given = fields.entries.get("value");
  if (!given) context.findings.complain(fields.at, `${fields.kind} needs "value"`);
  if (!target || !variable) return undefined;
  const schema = pick(target.port.vars, variable, portName(target), "variable", context);
  if (!schema || !given) return undefined;
  const { text, at } = variable;
  const value = checkValue({ tree: given.value, name: "value", owner: text, at }, schema, context.findings);
  const { module, implementation } = target;
  return value && { kind: "publish", module, implementation, variable: text, value: value.value };
}

/** The type of an error that the implementation may raise, and its sub type. */
function readFault(fields: Fields, context: Context) {
  const target = readTarget(fields, context);
  const type = requiredText(fields, "type", context);
  const subType = optionalText(fields, "sub_type", context);
  if (!target || !type || (fields.entries.has("sub_type") && !subType)) return undefined;
  const { errors } = target.port;
  if (!isDeclaredFault(type.text, errors)) {
    const declared = errors.flatMap((space) => (faultCatalogue[space] ?? []).map((name) => `${space}/${name}`));
    context.findings.complain(
      type.at,
      `${portName(target)} raises no error ${quote(type.text)}${hint(type.text, declared)}`,
    );
    return undefined;
  }
  const { module, implementation } = target;
  return { module, implementation, type: type.text, subType: subType?.text ?? "" };
}

function readRaise(fields: Fields, context: Context): ScenarioAction | undefined {
  const fault = readFault(fields, context);
  const message = optionalText(fields, "message", context);
  const given = optionalText(fields, "severity", context);
  const severity = fields.entries.has("severity") ? severities.find((name) => name === given?.text) : "High";
  if (given && !severity) {
    const { text, at } = given;
    const oneOf = `severity must be one of ${severities.join(", ")}`;
    context.findings.complain(at, `${oneOf}, not ${quote(text)}${hint(text, severities)}`);
  }
  if (!fault || !severity || (fields.entries.has("message") && !message)) return undefined;
  return { kind: "raise", ...fault, severity, message: message?.text ?? "raised by the scenario" };
}

function readClear(fields: Fields, context: Context): ScenarioAction | undefined {
  const fault = readFault(fields, context);
  return fault && { kind: "clear", ...fault };
}

function readSim(fields: Fields, context: Context): ScenarioAction | undefined {
  const module = requiredText(fields, "module", context);
  const name = requiredText(fields, "name", context);
  if (!module) return undefined;
  const isDaemon = module.text === daemonId;
  const manifest = isDaemon ? undefined : findModule(module, [...idsOf(context), daemonId], context);
  if ((!isDaemon && !manifest) || !name) return undefined;
  const table = isDaemon ? daemonSim : (manifest?.sim ?? {});
  const owner = manifest ? `${module.text} (${manifest.type})` : module.text;
  const command = pick<SimCommand>(table, name, owner, "sim command", context);
  const args = command && readArgs(fields, name, command, context);
  return args && { kind: "sim", module: module.text, name: name.text, args };
}
