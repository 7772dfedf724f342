/** Towards the vehicle or from it: what the supply is set to. Source: DC charging facts, sections 5 and 6. */
import t from "tap";
import { offerOf } from "../../../src/core/dc/dc-offer.ts";
import type { DcSessionEffect } from "../../../src/core/dc/dc-session-effects.ts";
import type { DcSessionEvent, DcSessionOptions, DcSessionState } from "../../../src/core/dc/dc-session-state.ts";
import { initialDcSession } from "../../../src/core/dc/dc-session-state.ts";
import { dischargeWay } from "../../../src/core/dc/discharge.ts";
import {
  back,
  begun,
  bothDirections,
  bothWays,
  type Course,
  capabilities,
  charging,
  checked,
  limits,
  options,
  precharged,
  raised,
  service,
  simple,
  target,
} from "./dc-course.ts";

t.test("a vehicle that chose to be discharged is, once it asks for that and the grid takes it", async (t) => {
  const course = bothWays({}, service(true));
  course.at(4, simple("demandStarted"), target(400, 100));
  course.lasting(4.25, 8, 400);
  t.same(raised(course), [100, "Export"]);
  t.same(course.at(8, back(11_000)), ["at most 0 A 0 W, back 27.5 A 11000 W", "400 V 0 A"], "the grid turns");
  t.same(course.lasting(8.25, 9, 400), [], "it asks for current still: none comes, and none goes");
  t.same(course.at(9, target(300, -60)), ["300 V 0 A"]);
  t.same(
    course.lasting(9.25, 11, 400),
    [
      "from 300 V 6.25 A, Import Charging",
      "from 300 V 12.5 A",
      "from 300 V 18.75 A",
      "from 300 V 25 A",
      "from 300 V 27.5 A",
    ]
      .join(", ")
      .split(", "),
    "25 A a second, up to what the grid takes at 400 V",
  );
  t.same(course.at(11, back(40_000)), ["at most 0 A 0 W, back 80 A 40000 W"]);
  course.lasting(11.25, 14, 400);
  t.same(raised(course), [60, "Import"], "as much as it gives");
  t.same(course.at(14, { type: "deratingSet", derating: { max_import_current_A: 20 } }), [
    "at most 0 A 0 W, back 20 A 8000 W",
    "from 300 V 20 A",
  ]);
  t.same(course.at(14.1, simple("stopAsked")), []);
  t.same(course.lasting(14.25, 15, 400), ["from 300 V 0 A"], "down at 100 A a second");
  t.same(course.at(15, simple("demandFinished")).slice(0, 1), ["Off Charging"]);
});

t.test("a discharge ends when its budget does, and when the grid turns", async (t) => {
  const discharging = (validForMs: number): Course => {
    const course = bothWays({}, service(true), back(40_000, validForMs));
    course.at(4, simple("demandStarted"), target(300, -40));
    course.lasting(4.25, 8, 400);
    t.same(raised(course), [40, "Import"]);
    return course;
  };
  t.same(discharging(8400).at(8.4), ["at most 0 A 0 W, back 0 A 0 W", "from 300 V 0 A"], "to the millisecond");
  t.same(discharging(8401).at(8.4), []);
  t.same(
    discharging(1e9).at(8.5, limits(16, 11_000)),
    ["at most 27.5 A 11000 W, back 0 A 0 W", "from 300 V 0 A"],
    "what it asks for is not what the grid gives",
  );
});

t.test("who is discharged, and what the vehicle is told", async (t) => {
  type Case = [
    title: string,
    changed: Partial<DcSessionOptions>,
    chosen: DcSessionEvent[],
    askedA: number,
    told: string,
    drawnA: number,
  ];
  const nobody = "at most 0 A 0 W";
  const cases: Case[] = [
    ["nobody", {}, [], 40, nobody, 0],
    ["by service", {}, [service(true)], -40, "at most 0 A 0 W, back 50 A 20000 W", 40],
    ["by service, who does not ask for it", {}, [service(true)], 40, "at most 0 A 0 W, back 50 A 20000 W", 0],
    ["who chose otherwise", { dischargesUnspoken: true }, [service(false)], 40, nobody, 0],
    ["unspoken", { dischargesUnspoken: true }, [], 40, "at most 50 A 20000 W", 40],
    ["by V2G", { saeMode: "V2G" }, [simple("saeModeActive")], -40, "at most -50 A -20000 W", 40],
    ["by V2H", { saeMode: "V2H" }, [simple("saeModeActive")], 40, "at most -50 A -20000 W", 40],
    ["by V2G before the vehicle is ready for it", { saeMode: "V2G" }, [], 40, nobody, 0],
    ["by V2G that is not configured", {}, [simple("saeModeActive")], 40, nobody, 0],
  ];
  for (const [title, changed, chosen, askedA, told, drawnA] of cases) {
    const course = bothWays(changed, ...chosen);
    course.at(4, simple("demandStarted"), target(300, askedA));
    const said = course.at(4, back(20_000));
    const refused = told === nobody ? ["refused 20000 W towards the grid"] : [];
    t.same(said.slice(0, refused.length + 1), [...refused, told], title);
    course.lasting(4.25, 7, 400);
    t.same(raised(course), [drawnA, drawnA > 0 ? "Import" : "Export"], title);
    t.same(course.at(7, simple("shutDown")).slice(0, 1), ["Off Charging"], `${title}: off first`);
    t.equal(course.state.saeActive, false, title);
  }
  const oneWay = precharged(checked(begun({ dischargesUnspoken: true })));
  oneWay.at(4, simple("demandStarted"), target(300, 40));
  t.same(oneWay.at(4, back(20_000))[0], "refused 20000 W towards the grid", "a supply that goes one way");
});

t.test("a voltage that the supply does not have raises nothing, and limits count all the same", async (t) => {
  const course = charging();
  course.lasting(4.25, 8.25, 400);
  t.equal(course.state.control.setpoint?.currentA, 100);
  course.at(8.3, { type: "vehicleLimitsTold", maxV: 1200, maxA: 150 });
  t.same(course.at(8.3, target(1100, 120)), ["refused 1100 V"]);
  t.same(course.lasting(8.5, 9, 400), [], "nothing more flows");
  t.same(course.at(9, limits(100, 20_000)), ["at most 50 A 20000 W", "refused 1100 V", "400 V 50 A"]);
  t.same(course.at(9.1, limits(0, 0)), ["at most 0 A 0 W", "refused 1100 V", "400 V 0 A"]);
  course.at(9.2, limits(100, 60_000));
  t.equal(course.state.control.setpoint?.currentA, 0);
  course.at(9.2, target(400, 10));
  course.lasting(9.25, 10.5, 400);
  t.same(course.state.control.setpoint, { voltageV: 400, currentA: 10 }, "until it asks for one there is");
});

/** So much is asked for at 300 V, of a vehicle at 400 V. */
function discharging(askedA: number): Course {
  const course = bothWays({}, service(true), back(40_000));
  course.at(4, simple("demandStarted"), target(300, -askedA));
  course.lasting(4.25, 8, 400);
  t.same(raised(course), [askedA, "Import"]);
  return course;
}

/** It draws as little as there is. */
const withoutLeast: DcSessionEvent = {
  type: "capabilitiesTold",
  capabilities: { ...bothDirections, min_import_current_A: 0 },
};

t.test("a vehicle that gives less is drawn from less, at 100 A a second", async (t) => {
  const course = discharging(60);
  t.same(course.at(8.1, target(300, -20)), [], "not all at once");
  t.same(course.at(8.35), ["from 300 V 35 A"]);
  t.same(course.at(8.6), ["from 300 V 20 A"]);
  t.same(course.at(9), []);
});

t.test("little is drawn as well, and nothing of a vehicle that asks for little", async (t) => {
  const course = discharging(40);
  course.at(8, withoutLeast);
  t.same(course.at(8, back(1)), ["at most 0 A 0 W, back 0 A 1 W", "from 300 V 0.0025 A"], "a watt at 400 V");
  t.same(course.at(8.1, back(0.5)), ["from 300 V 0.00125 A"], "half of it, which is not told");
  t.same(course.at(8.2, back(400), target(300, 0.5)), ["at most 0 A 0 W, back 1 A 400 W"]);
  t.same(course.lasting(8.5, 9, 400), ["from 300 V 0 A"]);
  course.at(9.1, target(300, -0.5));
  t.same(course.lasting(9.25, 10, 400), ["from 300 V 0.5 A"]);
  t.same(course.at(10.1, limits(16, 11_000), target(400, 0.5)), [
    "at most 27.5 A 11000 W, back 0 A 0 W",
    "from 300 V 0 A",
    "from 400 V 0 A",
  ]);
  t.same(course.lasting(10.25, 11, 400), ["400 V 0.5 A, Export Charging"].join().split(", "), "and turned as little");
});

t.test("a current at its goal has saved up nothing of its way", async (t) => {
  const course = precharged();
  course.at(4, simple("demandStarted"), target(400, 10));
  course.lasting(4.25, 5, 400);
  t.same(course.at(5.2, target(400, 100)), [], "not a fifth of a second's 25 A/s at once");
  t.same(course.at(5.45), ["400 V 16.25 A"]);
});

t.test("a stop on the way up turns there, and not further down at once", async (t) => {
  const course = charging();
  t.same(course.lasting(4.25, 4.5, 400), ["400 V 6.25 A", "400 V 12.5 A"]);
  t.same(course.at(4.6, simple("stopAsked")), []);
  t.same(course.at(4.85), ["400 V 0 A"]);
});

t.test("the voltages of the direction count, without a current those of the one before", async (t) => {
  const course = bothWays({}, service(true));
  course.at(4, { type: "vehicleLimitsTold", maxV: 1200, maxA: 150 });
  course.at(4, simple("demandStarted"), target(950, 0));
  t.same(course.state.control.setpoint, { voltageV: 950, currentA: 0 }, "more than it draws from");
  t.same(course.at(4.1, target(950, 0.5)), []);
  t.same(course.at(4.35), ["950 V 0.5 A"]);
  t.same(course.at(4.4, target(951, 1)), ["951 V 0.5 A"]);

  const drawn = discharging(60);
  t.same(drawn.at(8.1, target(100, -60)), ["from 200 V 60 A"], "as far down as it goes");
  t.same(drawn.at(8.2, simple("stopAsked")), []);
  t.same(drawn.at(8.95), ["from 200 V 35 A", "from 200 V 10 A", "from 200 V 0 A"]);
});

t.test("a voltage that the supply does not have: less current on its way, and then nothing more", async (t) => {
  const course = charging();
  course.lasting(4.25, 8.25, 400);
  course.at(8.3, { type: "vehicleLimitsTold", maxV: 1200, maxA: 150 });
  t.same(course.at(8.3, target(1100, 50)), ["refused 1100 V"]);
  t.same(course.at(8.55), ["refused 1100 V", "400 V 75 A"]);
  t.same(course.at(8.8), ["refused 1100 V", "400 V 50 A"]);
  t.same(course.at(9.2), [], "asked for once");
  t.same(course.at(9.2, limits(100, 200)), ["at most 0.5 A 200 W", "refused 1100 V", "400 V 0.5 A"]);
  t.same(course.at(9.6), []);

  const drawn = discharging(60);
  t.same(drawn.at(8.1, withoutLeast, target(950, -60)), ["refused 950 V"]);
  t.same(drawn.at(8.2, back(8000)), ["at most 0 A 0 W, back 20 A 8000 W", "refused 950 V", "from 300 V 20 A"]);
  t.same(drawn.at(8.3, back(200)), ["at most 0 A 0 W, back 0.5 A 200 W", "refused 950 V", "from 300 V 0.5 A"]);
  t.same(drawn.at(8.7), []);
  t.same(drawn.at(8.7, back(40_000)).slice(1), ["refused 950 V"], "never more than before");
  t.same(raised(drawn), [0.5, "Import"]);
});

t.test("by SAE J2847/2 the grid says which way it goes, not the demand", async (t) => {
  const course = bothWays({ saeMode: "V2G" });
  t.same(course.at(3.5, back(20_000)), ["refused 20000 W towards the grid", "at most 0 A 0 W"]);
  t.same(course.at(3.6, simple("saeModeActive")), ["at most -50 A -20000 W"], "told as soon as it may be");
  course.at(4, limits(16, 11_000), simple("demandStarted"), target(400, -20));
  course.lasting(4.25, 6, 400);
  t.same(raised(course), [20, "Export"]);
});

t.test("power towards the grid is refused only where there is some, and once", async (t) => {
  t.same(begun().at(1, back(0)), ["at most 0 A 0 W"]);
  t.same(begun().at(1, back(0.5), back(0.5)), ["refused 0.5 W towards the grid", "at most 0 A 0 W"]);
});

t.test("what there is, and until when", async (t) => {
  const budget = { maxA: 16, maxW: 11_000, discharges: false, endsAtMs: 5000 };
  const charge: DcSessionState = { ...initialDcSession, capabilities: bothDirections, budget };
  const nothing = { maxA: 0, maxW: 0, maxV: 1000, dischargeA: 0, dischargeW: 0 };
  t.same(offerOf(charge, options, 4999), { ...nothing, maxA: 200, maxW: 11_000 });
  t.same(offerOf(charge, options, 5000), nothing, "not at its end");

  type Case = [title: string, changed: Partial<DcSessionState>, maxW: number, dischargeA: number, dischargeW: number];
  const at = (voltageV: number): Partial<DcSessionState> => ({ present: { voltageV, currentA: 0 } });
  const cases: Case[] = [
    ["no voltage is known", {}, 11_000, 80, 11_000],
    ["the voltage asked for", { asked: { voltageV: 400, currentA: 2 } }, 11_000, 27.5, 11_000],
    ["more than the supply draws", {}, 41_000, 80, 40_000],
    ["derated in ampere", { derating: { max_import_current_A: 50 } }, 50_000, 50, 40_000],
    ["derated in ampere, at 400 V", { ...at(400), derating: { max_import_current_A: 20 } }, 50_000, 20, 8000],
    ["derated in watt", { ...at(400), derating: { max_import_power_W: 2000 } }, 50_000, 5, 2000],
    ["as much as the supply draws at least", at(400), 400, 1, 400],
    ["less than that", at(400), 399, 0, 0],
  ];
  for (const [title, changed, maxW, dischargeA, dischargeW] of cases) {
    const state = { ...charge, ...changed, budget: { ...budget, maxW, discharges: true } };
    const offer = offerOf(state, { ...options, dischargesUnspoken: true }, 0);
    t.same(offer, { ...nothing, dischargeA, dischargeW }, title);
  }
});

t.test("limits as they are told: changes of an ampere's tenth and a watt, and all of them", async (t) => {
  const told = (...events: DcSessionEvent[]): string[] => begun().at(1, ...events);
  t.same(told(limits(100, 59_999)), ["at most 200 A 59999 W"], "a watt");
  t.same(told(limits(100, 59_999.1)), []);
  const least: Partial<DcSessionOptions> = { dischargesUnspoken: true };
  const unspoken = bothWays(least, withoutLeast);
  t.same(unspoken.at(3.5, back(0.6))[0], "at most 0 A 1 W", "less than a watt from it");

  const args = (course: Course, event: DcSessionEvent): unknown[] =>
    course.machine
      .step(course.state, event, course.nowMs)
      .effects.flatMap((effect: DcSessionEffect) =>
        effect.kind === "hlcCommand" && /_limits$/.test(effect.command.name) ? Object.values(effect.command.args) : [],
      );
  const lower: DcSessionEvent = {
    type: "capabilitiesTold",
    capabilities: { ...capabilities, max_export_voltage_V: 900 },
  };
  t.strictSame(
    args(begun(), lower),
    [
      { evse_minimum_current_limit: 0, evse_minimum_voltage_limit: 150, evse_minimum_power_limit: 0 },
      {
        evse_maximum_current_limit: 200,
        evse_maximum_power_limit: 60_000,
        evse_maximum_voltage_limit: 900,
      },
    ],
    "of a supply that has changed",
  );
  const both = bothWays();
  const minimum = { evse_minimum_current_limit: 0, evse_minimum_voltage_limit: 150, evse_minimum_power_limit: 0 };
  const maximum = {
    evse_maximum_current_limit: 150,
    evse_maximum_power_limit: 60_000,
    evse_maximum_voltage_limit: 1000,
  };
  t.strictSame(
    args(both, service(true)),
    [
      { ...minimum, evse_minimum_discharge_current_limit: 1, evse_minimum_discharge_power_limit: 200 },
      { ...maximum, evse_maximum_discharge_current_limit: 0, evse_maximum_discharge_power_limit: 0 },
    ],
    "a vehicle that may be discharged is told that it is not now, and how little that is: 1 A at 200 V",
  );
  t.strictSame(args(both, service(false)), [minimum], "one that may not hears of neither");
  both.at(3.5, service(true));
  t.strictSame(args(both, service(true)), [], "who chooses the same again is told nothing");
  t.strictSame(args(both, { type: "serviceForgotten" }), [minimum, maximum]);
});

t.test("by which way a vehicle is discharged, if by any", async (t) => {
  const grounds = { capabilities: bothDirections, bidirectionalService: null, saeActive: false };
  const unspoken = { dischargesUnspoken: true };
  const supplied = (max_import_current_A: number, max_import_power_W: number): unknown =>
    dischargeWay(
      { ...grounds, capabilities: { ...bothDirections, max_import_current_A, max_import_power_W } },
      unspoken,
    );
  t.equal(supplied(0.5, 0.5), "unspoken");
  t.equal(supplied(0, 1000), null, "a supply that draws no current");
  t.equal(supplied(10, 0), null, "a supply that draws no power");
  t.equal(dischargeWay(grounds, { dischargesUnspoken: false }), null);
  t.equal(dischargeWay({ ...grounds, saeActive: true }, unspoken), "sae");
  t.equal(dischargeWay({ ...grounds, saeActive: true, bidirectionalService: true }, unspoken), "service");
  t.equal(dischargeWay({ ...grounds, saeActive: true, bidirectionalService: false }, unspoken), null);
});

t.test(
  "precharge has its 2 A, whatever the grid gives or takes and whatever the vehicle says of a current",
  async (t) => {
    type Case = [title: string, budget: DcSessionEvent[], askedA: number, maxA: number, told: string];
    const cases: Case[] = [
      ["of a vehicle that names no current", [], 0, 150, "400 V 2 A"],
      ["... or one the other way", [], -1, 150, "400 V 2 A"],
      ["less, where it wants less", [], 0.5, 150, "400 V 0.5 A"],
      ["never more", [], 100, 150, "400 V 2 A"],
      ["no more than the vehicle stands", [], 2, 1, "400 V 1 A"],
      ["the grid takes power", [back(11_000)], 2, 150, "400 V 2 A"],
      ["the grid has nothing to give", [limits(0, 0)], 2, 150, "400 V 2 A"],
    ];
    for (const [title, budget, askedA, maxA, told] of cases) {
      const course = begun();
      course.at(0, { type: "capabilitiesTold", capabilities: bothDirections }, service(true), ...budget);
      course.at(0, { type: "vehicleLimitsTold", maxV: 500, maxA });
      checked(course);
      const said = course.at(3, simple("prechargeRequested"), target(400, askedA));
      t.same(said, [told, "Export PreCharge"], title);
    }
  },
);
