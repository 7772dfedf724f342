/** Prices travel with the schedules they belong to. Source: energy facts, sections 1.6 and 3.5. */
import type { PricePerKwh, ScheduleReqEntry } from "./flow.ts";
import { entryInForce, startsAtMs } from "./time-series.ts";

/** The schedule with a price at every time; it is cut where the price changes. A price of its own counts more. */
export function withPrices(
  schedule: readonly ScheduleReqEntry[],
  prices: readonly PricePerKwh[],
): readonly ScheduleReqEntry[] {
  if (schedule.length === 0 || prices.length === 0) return schedule;
  const stamps = new Map([...prices, ...schedule].map((entry) => [startsAtMs(entry), entry.timestamp]));
  return [...stamps]
    .sort(([a], [b]) => a - b)
    .flatMap(([atMs, timestamp]) => {
      const entry = entryInForce(schedule, atMs);
      const price = entryInForce(prices, atMs);
      if (entry === undefined || price === undefined) return [];
      return [{ ...entry, timestamp, price_per_kwh: entry.price_per_kwh ?? price.value.value }];
    });
}
