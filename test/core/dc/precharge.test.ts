import t from "tap";
import type { PrechargeEvent, PrechargeState } from "../../../src/core/dc/precharge.ts";
import { createPrechargeMachine, initialPrecharge } from "../../../src/core/dc/precharge.ts";

function course(...events: [nowMs: number, event: PrechargeEvent][]): string[] {
  const machine = createPrechargeMachine();
  let state: PrechargeState = initialPrecharge;
  return events.flatMap(([nowMs, event]) => {
    const step = machine.step(state, event, nowMs);
    state = step.state;
    return step.effects.map((effect) =>
      effect.type === "reached"
        ? `${nowMs} reached ${effect.voltageV}`
        : effect.type === "unused"
          ? `${nowMs} unused`
          : `${nowMs} failed ${effect.targetV} ${effect.presentV}`,
    );
  });
}

const started: PrechargeEvent = { type: "started" };
const target = (voltageV: number): PrechargeEvent => ({ type: "targetTold", voltageV });
const volts = (voltageV: number): PrechargeEvent => ({ type: "supplyMeasured", voltageV });
const due: PrechargeEvent = { type: "deadlineReached" };

t.test("the voltage of the battery is reached", async (t) => {
  t.same(course([0, started], [1, target(400)], [2, volts(380)]), [], "20 V apart are too many");
  t.same(course([0, started], [1, target(400)], [2, volts(380.1)]), ["2 reached 380.1"]);
  t.same(course([0, started], [1, target(400)], [2, volts(419.9)]), ["2 reached 419.9"]);
  t.same(course([0, started], [1, target(400)], [2, volts(420)]), []);
  t.same(course([0, started], [1, volts(390)], [2, target(400)]), ["2 reached 390"], "in whatever order");
  t.same(course([0, started], [1, target(400)], [2, volts(390)], [3, volts(395)]), ["2 reached 390"], "told once");
  t.same(course([0, started], [1, target(400)], [2, volts(Number.NaN)]), []);
});

t.test("half of what has to be known is nothing", async (t) => {
  t.same(course([0, started], [1, volts(10)]), [], "near to no voltage at all, and none was asked for");
  t.same(course([0, started], [1, target(10)]), []);
});

t.test("each wait has its end", async (t) => {
  const machine = createPrechargeMachine();
  const raising = machine.step(initialPrecharge, started, 0).state;
  const reached = machine.step({ ...raising, targetV: 400 } as PrechargeState, volts(400), 10).state;
  t.same([initialPrecharge, raising, reached].map(machine.deadlineMs), [null, 6500, 20_000]);
  t.same(machine.deadlineReached, due);
});

t.test("it is not", async (t) => {
  t.same(course([0, started], [1, target(400)], [2, volts(300)], [6499, due]), [], "a millisecond before");
  t.same(course([0, started], [1, target(400)], [2, volts(300)], [6500, due]), ["6500 failed 400 300"]);
  t.same(course([0, started], [6500, due]), ["6500 failed null null"], "the vehicle never told its voltage");
  t.same(
    course([0, started], [5000, started], [6500, due]),
    ["6500 failed null null"],
    "a second request gives no time",
  );
  t.same(course([0, started], [1, { type: "ended" }], [6500, due]), [], "the session is over");
  t.same(course([0, target(400)], [1, volts(400)], [2, due]), [], "nothing under way");
});

t.test("it is, and nobody takes power", async (t) => {
  const reached: [number, PrechargeEvent][] = [
    [0, started],
    [1, target(400)],
    [6000, volts(390)],
  ];
  t.same(course(...reached, [19_999, due]), ["6000 reached 390"]);
  t.same(course(...reached, [20_000, due]), ["6000 reached 390", "20000 unused"], "from the first request on");
  t.same(course(...reached, [19_999, { type: "ended" }], [20_000, due]), ["6000 reached 390"], "power is taken");
});
