/** From a line to its answer. It knows nothing of the line it came by. */
import leven from "leven";
import { DeviceError, UsageError } from "../../core/errors.ts";
import { acting } from "./acting.ts";
import { byHand } from "./by-hand.ts";
import type { Answer, Command, CommandContext, Seat } from "./command.ts";
import { refused, told } from "./command.ts";
import { housekeeping } from "./housekeeping.ts";
import { showing } from "./showing.ts";
import { plain, table } from "./text.ts";
import { parseLine } from "./words.ts";

export const commands: readonly Command[] = [...showing, ...acting, ...byHand, ...housekeeping];

export const commandNames: readonly string[] = [...commands.map(({ name }) => name), "help"];

export type Run = (line: string, seat: Seat) => Answer;

export function createInterpreter(context: CommandContext): Run {
  return (line, seat) => {
    const parsed = parseLine(line);
    if (!parsed.ok) return refused(parsed.complaint);
    const [name, ...words] = parsed.words;
    if (name === undefined) return told();
    if (name === "help" || name === "?") return help(words[0], seat);
    const command = commands.find((candidate) => candidate.name === name);
    if (command === undefined) return refused(unknown(name));
    const [least, most] = command.words;
    // The EVSE of `use` may stand without its sign.
    const isNamed = command.name === "use" && words.length === 1 && parsed.evse === null;
    if (words.length < least || words.length > most) return refused(`usage: ${usageOf(command)}`);
    const evses = meant(isNamed ? (words[0] ?? null) : parsed.evse, command, context, seat);
    if (typeof evses === "string") return refused(evses);
    try {
      return command.run({ ...context, words, evses, seat, nowMs: context.station.clock.nowMs() });
    } catch (error) {
      // A device that cannot be read is no reason to end anything.
      if (error instanceof DeviceError || error instanceof UsageError) return refused(error.message);
      // Neither is a picture that cannot be drawn. What moves something is another matter.
      if (showing.includes(command))
        return refused(`internal error: ${error instanceof Error ? error.message : error}`);
      throw error;
    }
  };
}

const usageOf = ({ name, usage }: Command): string => `${name} ${usage}`.trim();

function unknown(name: string): string {
  const nearest = nearestCommand(name);
  return `there is no command ${plain(name)}${nearest === undefined ? "; help lists them" : `; did you mean ${nearest}?`}`;
}

/** Two edits are near, one for a short name: letters that changed places are two. */
export function nearestCommand(name: string): string | undefined {
  const allowed = name.length <= 3 ? 1 : 2;
  const near = commandNames
    .filter((candidate) => Math.abs(candidate.length - name.length) <= allowed)
    .map((candidate) => ({ candidate, edits: leven(name.toLowerCase(), candidate) }))
    .filter(({ edits }) => edits <= allowed)
    .toSorted((a, b) => a.edits - b.edits);
  return near[0]?.candidate ?? commandNames.find((candidate) => name.length > 1 && candidate.startsWith(name));
}

/** The EVSEs a line is about, or what is wrong with it. */
function meant(
  named: string | null,
  command: Command,
  { memory }: CommandContext,
  seat: Seat,
): readonly string[] | string {
  const all = memory.live.station.connectors.map(({ id }) => id);
  const list = all.map((id, index) => `@${index + 1} ${id}`).join(", ");
  if (named !== null) {
    if (command.evse === "none") return `${command.name} is about no EVSE`;
    const found = all.find((id, index) => id === named || String(index + 1) === named);
    return found === undefined ? `there is no EVSE ${plain(named)}: ${list}` : [found];
  }
  if (command.evse === "none") return [];
  if (seat.evse !== null) return [seat.evse];
  if (command.evse === "any" || all.length === 1) return all;
  return all.length === 0 ? "this station has no EVSE" : `which EVSE? ${list}; or choose one with use`;
}

function help(name: string | undefined, { columns }: Seat): Answer {
  const wanted = name === undefined ? commands : commands.filter((command) => command.name === name);
  if (wanted.length === 0) return refused(unknown(name ?? ""));
  const rows = wanted.map((command) => [usageOf(command), command.summary]);
  const more = ["help [COMMAND]", "this list"];
  return told(
    ...table(name === undefined ? [...rows, more] : rows, columns),
    ...(name === undefined ? ["", "@1 or @ID anywhere in a line says which EVSE is meant."] : []),
  );
}
