import t from "tap";
import type { ScheduleReqEntry } from "../../../src/core/energy/flow.ts";
import { withPrices } from "../../../src/core/energy/price.ts";
import { entry, limits } from "./tree.ts";

const price = (hour: string, value: number) => ({
  timestamp: `2026-01-01T${hour}:00:00Z`,
  value: { value, currency: "EUR" },
});
const at = (hour: string, maxA: number): ScheduleReqEntry =>
  entry(limits("n", { maxA }), {}, `2026-01-01T${hour}:00:00Z`);

/** `hour ampere price`. */
function shown(schedule: readonly ScheduleReqEntry[]): string[] {
  return schedule.map(
    ({ timestamp, limits_to_root, price_per_kwh }) =>
      `${timestamp.slice(11, 13)} ${limits_to_root.ac_max_current_A?.value} ${price_per_kwh}`,
  );
}

t.test("a schedule with prices", async (t) => {
  const cases: [string, ScheduleReqEntry[], ReturnType<typeof price>[], string[]][] = [
    ["no prices", [at("00", 16)], [], ["00 16 undefined"]],
    ["no schedule", [], [price("00", 1)], []],
    ["the same hours", [at("00", 16), at("06", 10)], [price("00", 1), price("06", 2)], ["00 16 1", "06 10 2"]],
    ["the price changes in between", [at("00", 16)], [price("00", 1), price("06", 2)], ["00 16 1", "06 16 2"]],
    ["the limit changes in between", [at("00", 16), at("03", 8)], [price("00", 1)], ["00 16 1", "03 8 1"]],
    ["the first price counts before its time", [at("00", 16)], [price("06", 2)], ["00 16 2", "06 16 2"]],
    ["the first limit counts before its time", [at("06", 16)], [price("00", 1)], ["00 16 1", "06 16 1"]],
    ["a price of its own", [{ ...at("00", 16), price_per_kwh: 9 }], [price("00", 1)], ["00 16 9"]],
    ["prices in any order", [at("00", 16)], [price("00", 1), price("06", 2)], ["00 16 1", "06 16 2"]],
  ];
  for (const [title, schedule, prices, expected] of cases) t.same(shown(withPrices(schedule, prices)), expected, title);
});
