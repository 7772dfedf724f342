/**
 * The language in which a simulated vehicle is told what to do. Pure: a script is parsed as a whole before its first
 * command runs.
 *
 * Source: simulation facts, section 2 (grammar, arities, and which mistakes reject a script and which skip a command).
 */

/** A number and its bounds, an ISO 15118 word, or anything at all. */
type Argument =
  | { readonly kind: "number"; readonly name: string; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: "text" };

const number = (name: string, minimum?: number): Argument => ({
  kind: "number",
  name,
  maximum: 1e9,
  ...(minimum === undefined ? {} : { minimum }),
});
const text: Argument = { kind: "text" };
const ampsAndPhases: readonly (readonly Argument[])[] = [[number("current", 0), text]];
const none: readonly (readonly Argument[])[] = [[]];

/** Every command with the argument lists it may be given. */
const signatures = {
  sleep: [[number("duration", 0)]],
  plugin: none,
  iec_wait_pwr_ready: none,
  draw_power_regulated: ampsAndPhases,
  draw_power_fixed: ampsAndPhases,
  pause: none,
  unplug: none,
  error_e: none,
  diode_fail: none,
  rcd_current: [[number("residual current", 0)]],
  set_soc: [[number("state of charge")]],
  wait_for_real_plugin: none,
  iso_wait_pwm_is_running: none,
  iso_wait_slac_matched: none,
  iso_start_v2g_session: [[text], [text, text], [text, text, text], [text, text, text, text]],
  iso_wait_pwr_ready: none,
  iso_draw_power_regulated: ampsAndPhases,
  iso_dc_power_on: none,
  iso_stop_charging: none,
  iso_wait_for_stop: [[number("timeout", 0)]],
  iso_wait_v2g_session_stopped: none,
  iso_pause_charging: none,
  iso_wait_for_resume: none,
  iso_start_bcb_toggle: [[number("count", 0)]],
} as const satisfies Readonly<Record<string, readonly (readonly Argument[])[]>>;

export type CommandName = keyof typeof signatures;

export interface ScriptCommand {
  readonly name: CommandName;
  readonly args: readonly string[];
  /** Where the command begins in the script, counted in UTF-16 units from 0. */
  readonly offset: number;
  /** Set when the argument count is not this one: the command will be skipped with an error when its turn comes. */
  readonly expectedCount?: number;
}

export type ScriptResult =
  | { readonly ok: true; readonly commands: readonly ScriptCommand[] }
  | { readonly ok: false; readonly message: string; readonly offset: number };

/** Longer than any script a person writes; a file given by mistake is refused before it is taken apart. */
export const maxScriptLength = 65_536;

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/;

interface Token {
  readonly text: string;
  readonly offset: number;
}

/** Splits like a reader of delimited lines: a delimiter at the very end opens no further part. */
function split(source: Token, delimiter: RegExp): Token[] {
  const parts: Token[] = [];
  let start = 0;
  for (const match of source.text.matchAll(delimiter)) {
    parts.push({ text: source.text.slice(start, match.index), offset: source.offset + start });
    start = match.index + match[0].length;
  }
  if (start < source.text.length) parts.push({ text: source.text.slice(start), offset: source.offset + start });
  return parts;
}

const lowerCased = (token: Token): Token => ({ text: token.text.toLowerCase(), offset: token.offset });

const failure = (message: string, offset: number): ScriptResult => ({ ok: false, message, offset });

const isCommandName = (name: string): name is CommandName => Object.hasOwn(signatures, name);

function checkArgument(argument: Argument, token: Token, command: string): ScriptResult | undefined {
  if (argument.kind === "text") return undefined;
  const value = Number(token.text);
  const what = `${command}: ${argument.name}`;
  if (!decimal.test(token.text)) return failure(`${what} "${token.text}" is not a number`, token.offset);
  if (argument.minimum !== undefined && value < argument.minimum) {
    return failure(`${what} ${token.text} is below ${argument.minimum}`, token.offset);
  }
  if (argument.maximum !== undefined && value > argument.maximum) {
    return failure(`${what} ${token.text} is above ${argument.maximum}`, token.offset);
  }
  return undefined;
}

function parseCommand(source: Token): ScriptCommand | ScriptResult {
  const [name = { text: "", offset: source.offset }, ...args] = split(source, /[ ,]/g).map(lowerCased);
  const unknown = failure(`unknown command "${name.text}"`, name.offset);
  if (!isCommandName(name.text)) return unknown;
  const variants: readonly (readonly Argument[])[] = signatures[name.text];
  const signature = variants.find((variant) => variant.length === args.length);
  const command = { name: name.text, args: args.map((arg) => arg.text), offset: name.offset };
  if (signature === undefined) {
    const [only, another] = variants;
    return only === undefined || another !== undefined ? unknown : { ...command, expectedCount: only.length };
  }
  for (const [index, argument] of signature.entries()) {
    const token = args[index];
    const problem = token === undefined ? unknown : checkArgument(argument, token, name.text);
    if (problem !== undefined) return problem;
  }
  return command;
}

/** What a command needs beside the pilot: the high-level communication, or the matching before it. */
const plain: ReadonlySet<CommandName> = new Set(["iso_wait_pwm_is_running"]);

function needOf(name: CommandName): "ev" | "slac" | null {
  if (!name.startsWith("iso_") || plain.has(name)) return null;
  return name === "iso_wait_slac_matched" ? "slac" : "ev";
}

/** The first command that a vehicle without these connections cannot perform. */
export function beyondReach(
  commands: readonly ScriptCommand[],
  connected: { readonly ev: boolean; readonly slac: boolean },
): { readonly message: string; readonly offset: number } | undefined {
  for (const { name, offset } of commands) {
    const need = needOf(name);
    if (need !== null && !connected[need]) return { message: `${name} needs a connection of "${need}"`, offset };
  }
  return undefined;
}

/**
 * Commands separated by `;` or a line end, each a name and arguments separated by one space or comma. One separator at
 * the end is allowed; an empty command, an unknown name or a bad number rejects the whole script. Never throws.
 */
export function parseScript(script: string): ScriptResult {
  if (script.length > maxScriptLength) {
    return failure(`script is longer than ${maxScriptLength} characters`, maxScriptLength);
  }
  const commands: ScriptCommand[] = [];
  for (const source of split({ text: script, offset: 0 }, /;|\r?\n/g)) {
    const command = parseCommand(source);
    if ("ok" in command) return command;
    commands.push(command);
  }
  return { ok: true, commands };
}
