import t from "tap";
import { slotStarts } from "../../../src/core/energy/slots.ts";
import { entry, evse, node, wallMs } from "./tree.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Minutes after midnight. */
function minutes(starts: readonly number[]): number[] {
  return starts.map((start) => (start - wallMs) / minuteMs);
}

t.test("where slots begin", async (t) => {
  const plain = node("n", {}, [evse("a")]);
  const cases: [title: string, atMinute: number, intervalMin: number, totalH: number, stamps: string[], number[]][] = [
    ["the hour that lasts", 20, 60, 1, [], [0]],
    ["on the hour", 60, 60, 1, [], [60]],
    ["quarters of an hour", 20, 15, 1, [], [15, 30, 45, 60]],
    ["an interval that does not divide the hour counts from the epoch", 20, 25, 1, [], [15, 40, 65]],
    ["a change within", 20, 60, 1, ["00:40"], [0, 40]],
    ["a change on the start of a slot", 20, 60, 1, ["00:00", "01:00"], [0, 60]],
    ["a change in the past opens the slot that lasts", 20, 60, 1, ["00:10", "00:15"], [15]],
    ["a change now", 20, 60, 1, ["00:20"], [20]],
    ["changes beyond the span", 20, 60, 1, ["05:00", "03:00"], [0, 180, 300]],
  ];
  for (const [title, atMinute, intervalMin, totalH, stamps, expected] of cases) {
    const entries = stamps.map((stamp) => entry({}, {}, `2026-01-01T${stamp}:00Z`));
    const options = { intervalMs: intervalMin * minuteMs, totalMs: totalH * hourMs };
    const at = wallMs + atMinute * minuteMs;
    for (const key of ["schedule_import", "schedule_export", "schedule_setpoints"] as const) {
      // The trees of these tests stand at midnight themselves, which is a start already.
      const inRoot = { ...plain, [key]: key === "schedule_setpoints" ? entries : [...plain[key], ...entries] };
      t.same(minutes(slotStarts(inRoot, at, options)), expected, `${title}, ${key}`);
      const inLeaf = { ...plain, children: [{ ...evse("a"), [key]: entries }] };
      t.same(minutes(slotStarts(inLeaf, at, options)), expected, `${title}, ${key} of the EVSE`);
    }
  }
});

t.test("a schedule without end does not take for ever", async (t) => {
  const starts = slotStarts(node("n", {}, []), wallMs, { intervalMs: minuteMs, totalMs: 9_999 * hourMs });
  t.equal(starts.length, 288);
  const many = Array.from({ length: 1000 }, (_, index) =>
    entry({}, {}, new Date(wallMs + index * minuteMs).toISOString()),
  );
  const busy = { ...node("n", {}, []), schedule_import: many };
  t.equal(slotStarts(busy, wallMs, { intervalMs: hourMs, totalMs: hourMs }).length, 288);
});
