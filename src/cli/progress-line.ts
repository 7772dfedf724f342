/** What takes its time says on a terminal how far it has come. */
export interface ProgressLine {
  /** The station's time has come this far; the first one told counts as the beginning. */
  at(nowMs: number): void;
  /** Takes the line away again, before anything else is said. */
  end(): void;
}

const patienceMs = 1000;
const intervalMs = 200;

/** `what` names what is done with the station's time, e.g. "simulated". */
export function progressLine(
  what: string,
  stream: Pick<NodeJS.WriteStream, "isTTY" | "write"> = process.stderr,
  clock: () => number = () => performance.now(),
): ProgressLine {
  if (!stream.isTTY) return { at: () => {}, end: () => {} };
  const startedMs = clock();
  let saidMs = 0;
  let fromMs: number | undefined;
  return {
    at(nowMs) {
      fromMs ??= nowMs;
      const tookMs = clock() - startedMs;
      if (tookMs < patienceMs || tookMs - saidMs < intervalMs) return;
      saidMs = tookMs;
      const doneMs = Math.max(0, nowMs - fromMs);
      const times = Math.round(doneMs / tookMs);
      stream.write(
        `\r${Math.round(doneMs / 1000)} s ${what} in ${(tookMs / 1000).toFixed(0)} s, ${times} times real time `,
      );
    },
    end() {
      if (saidMs > 0) stream.write("\r\u001b[K");
    },
  };
}
