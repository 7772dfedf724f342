import type { Difference } from "../daemon/replay.ts";
import { replayRecord } from "../daemon/replay.ts";
import { exitStatus } from "./exit-status.ts";
import { progressLine } from "./progress-line.ts";

export async function replay(path: string): Promise<void> {
  const progress = progressLine("replayed");
  const { turns, lost, cut, difference } = await replayRecord(path, progress.at).finally(progress.end);
  if (difference !== undefined) {
    process.stdout.write(told(difference));
    process.exitCode = exitStatus.failed;
    return;
  }
  const remarks = [
    ...(lost > 0 ? [`; ${lost} entries were dropped while recording`] : []),
    ...(cut === undefined ? [] : [`; the record is cut in ${cut.file}:${cut.line}`]),
  ];
  process.stdout.write(`${turns} events, the same effects${remarks.join("")}\n`);
}

/** The first two lines tell what and where; what follows is for whoever looks for the cause. */
function told({ n, t, to, event, recorded, replayed, before, state, file, line }: Difference): string {
  return [
    `event ${n} at ${t / 1000} s to ${to} has other effects`,
    `event:    ${event}`,
    `recorded: ${recorded}`,
    `replayed: ${replayed}`,
    ...firstOther(recorded, replayed),
    `in the record: ${file}:${line}`,
    before.length === 0 ? `nothing came to ${to} before` : `before that to ${to}:`,
    ...before.map((turn) => `  event ${turn.n} at ${turn.t / 1000} s: ${turn.event}`),
    `its state then: ${state}`,
    "",
  ].join("\n");
}

/** Of lists of effects, the first that differs. */
function firstOther(recorded: string, replayed: string): string[] {
  const [was, is] = [recorded, replayed].map((text) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return undefined;
    }
  });
  if (!Array.isArray(was) || !Array.isArray(is)) return [];
  const [wasTexts, isTexts] = [was, is].map((effects) => effects.map((effect) => JSON.stringify(effect)));
  const at = Array.from({ length: Math.max(was.length, is.length) }, (_, index) => index).find(
    (index) => wasTexts?.[index] !== isTexts?.[index],
  );
  if (at === undefined) return [];
  return [`first other effect: number ${at + 1}: ${wasTexts?.[at] ?? "none"} was, ${isTexts?.[at] ?? "none"} is`];
}
