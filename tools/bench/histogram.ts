import type { createHistogram } from "node:perf_hooks";

export type Histogram = ReturnType<typeof createHistogram>;

export const toMs = (ns: number): number => ns / 1e6;

/** One line for every doubling of the time. */
export function drawn(name: string, histogram: Histogram, samples: readonly number[]): string[] {
  const counts = new Map<number, number>();
  for (const ns of samples) {
    const power = Math.max(0, Math.ceil(Math.log2(ns / 1000)));
    counts.set(power, (counts.get(power) ?? 0) + 1);
  }
  const at = (percentile: number): string => toMs(histogram.percentile(percentile)).toFixed(3);
  const width = 50 / Math.max(...counts.values());
  return [
    `${name}: ${samples.length} times, p50 ${at(50)} ms, p99 ${at(99)} ms, p99.9 ${at(99.9)} ms, max ${toMs(histogram.max).toFixed(3)} ms, first ${toMs(samples[0] ?? 0).toFixed(3)} ms`,
    ...[...counts]
      .sort(([a], [b]) => a - b)
      .map(
        ([power, count]) =>
          `  ≤ ${String(2 ** power).padStart(5)} µs ${String(count).padStart(6)} ${"#".repeat(Math.ceil(count * width))}`,
      ),
  ];
}
