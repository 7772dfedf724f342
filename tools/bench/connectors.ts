/** What one more connector costs in a process that has many already, against what it costs in one that has few. */
import type { Row } from "./row.ts";
import { least } from "./row.ts";
import { simCost } from "./sim-run.ts";
import { writeStation } from "./stations.ts";

/** Shorter runs for larger stations: each takes about as long. */
const sizes = [
  { connectors: 1, shortS: 4000, longS: 40_000 },
  { connectors: 8, shortS: 800, longS: 8000 },
  { connectors: 64, shortS: 100, longS: 1000 },
] as const;
const runs = 3;

export const connectors: Row = {
  name: "connectors",
  description: "connectors in one process, all cars charging",
  async measure(progress) {
    const shortMs = new Map<number, number[]>();
    const longMs = new Map<number, number[]>();
    const note = (times: Map<number, number[]>, size: number, cpuMs: number): void => {
      times.set(size, [...(times.get(size) ?? []), cpuMs]);
    };
    const paths = new Map(
      sizes.map(({ connectors: count, longS }) => [
        count,
        writeStation(`connectors-${count}`, {
          connectors: count,
          script: `sleep 1;iec_wait_pwr_ready;draw_power_regulated 16,3;sleep ${longS}`,
          energyManagement: true,
        }),
      ]),
    );
    for (let run = 0; run < runs; run++) {
      for (const { connectors: count, shortS, longS } of sizes) {
        progress(`run ${run + 1} of ${runs}, ${count} connectors`);
        const path = paths.get(count) as string;
        note(shortMs, count, (await simCost([path, "--until", `${shortS}`])).cpuMs);
        note(longMs, count, (await simCost([path, "--until", `${longS}`])).cpuMs);
      }
    }
    // The difference of two runs leaves out starting, plugging in and compiling. Noise only ever adds.
    const [one, eight, many] = sizes.map(({ connectors: count, shortS, longS }) => {
      const difference = least(longMs.get(count) ?? []) - least(shortMs.get(count) ?? []);
      return { count, msPerS: difference / (longS - shortS) };
    }) as [Cost, Cost, Cost];
    const few = marginal(one, eight);
    const more = marginal(eight, many);
    return {
      figures: [
        {
          what: "marginal cost 8→64 to 1→8",
          value: more / few,
          unit: "×",
          target: { atMost: 1.2 },
          comparedTo: `1→8: ${micro(few)} µs CPU per connector and second`,
        },
      ],
      details: [
        ...[one, eight, many].map(
          ({ count, msPerS }) => `${count} connectors: ${micro(msPerS)} µs CPU per virtual second`,
        ),
        `marginal: 1→8 ${micro(few)} µs, 8→64 ${micro(more)} µs`,
      ],
    };
  },
};

interface Cost {
  readonly count: number;
  /** CPU milliseconds per virtual second. */
  readonly msPerS: number;
}

function marginal(small: Cost, large: Cost): number {
  return (large.msPerS - small.msPerS) / (large.count - small.count);
}

function micro(ms: number): string {
  return (ms * 1000).toFixed(1);
}
