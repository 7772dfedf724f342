import { replayRecord } from "../daemon/replay.ts";
import { exitStatus } from "./exit-status.ts";

export async function replay(path: string): Promise<void> {
  const result = await replayRecord(path);
  if (result.difference === undefined) {
    process.stdout.write(`${result.turns} events, the same effects\n`);
    return;
  }
  const { n, t, to, event, recorded, replayed } = result.difference;
  process.stdout.write(
    [
      `event ${n} at ${t / 1000} s to ${to} has other effects`,
      `event:    ${event}`,
      `recorded: ${recorded}`,
      `replayed: ${replayed}`,
      "",
    ].join("\n"),
  );
  process.exitCode = exitStatus.failed;
}
