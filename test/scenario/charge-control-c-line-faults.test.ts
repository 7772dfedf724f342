/**
 * Each call to a line of a Charge Control C fails once, in a session of its own: somebody is told or it was one sample of
 * many, no contactor stays on under an error, nothing crashes, and the session has its end. `npm run faults` lets all of
 * them fail; here those of the start-up and of every change.
 */
import t from "tap";
import type { FailureKind } from "../../tools/faults/line-calls.ts";
import { failureKinds } from "../../tools/faults/line-calls.ts";
import { LineFaults, sampleOf } from "../../tools/faults/line-faults.ts";

t.test("a call that fails", async (t) => {
  const faults = await LineFaults.load();
  const { calls, lines, crash, exit } = faults.whole;
  t.same([crash, exit, lines.filter(({ kind }) => kind === "error")], [null, 0, []], "a session without any failure");
  t.match(
    lines.filter(({ kind }) => kind === "contactor").map(({ closed }) => closed),
    [true, false],
  );
  const sample = sampleOf(faults.whole);
  const kinds = new Set(calls.map(({ line, call }) => `${line} ${call}`));
  t.ok(sample.length > 120 && kinds.size > 40, `${sample.length} of ${calls.length} calls, of ${kinds.size} kinds`);
  // Every other one: the rest is for `npm run faults`.
  for (const [turn, index] of sample.filter((_, place) => place % 2 === 0).entries()) {
    const kind = failureKinds[turn % failureKinds.length] as FailureKind;
    t.same(await faults.complaints({ index, kind }), []);
  }
});

t.test("every kind of failure of the write that opens the contactor", async (t) => {
  const faults = await LineFaults.load();
  const index = faults.whole.calls.findLastIndex(({ line, call }) => line === "RELAY_1_ENABLE" && call === "set");
  for (const kind of failureKinds) t.same(await faults.complaints({ index, kind }), []);
});
