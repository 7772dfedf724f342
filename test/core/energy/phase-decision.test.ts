import t from "tap";
import type { PhaseHistory, PhaseQuestion, PhaseRules } from "../../../src/core/energy/phase-decision.ts";
import { decidePhases as decide, followed, maySwitchTo, newSession } from "../../../src/core/energy/phase-decision.ts";

/** 6 A on three phases: 4140 W; with 200 W of hysteresis 4340 W. */
const question: PhaseQuestion = {
  powerW: 5000,
  minA: 6,
  minPhases: 1,
  maxPhases: 3,
  activePhases: 3,
  switches: true,
  voltageV: 230,
};

const rules: PhaseRules = {
  mode: "Both",
  maxSwitches: 0,
  stickyness: "DontChange",
  powerHysteresisW: 200,
  timeHysteresisMs: 600_000,
};

function decidePhases(...asked: Parameters<typeof decide>): number {
  return decide(...asked).phases;
}

const long: PhaseHistory = { switches: 0, activePhases: 3, lowerAtMs: null };
const nowMs = 1_000_000;

t.test("phases by power", async (t) => {
  type Mode = PhaseRules["mode"];
  const cases: [Mode, powerW: number | undefined, activePhases: number, expected: number][] = [
    ["Never", 1000, 3, 3],
    ["Never", 1000, 1, 3],
    ["Never", undefined, 3, 3],
    ["Oneway", 4139, 3, 1],
    ["Oneway", 4140, 3, 3],
    ["Oneway", 4139, 1, 1],
    ["Oneway", 4140, 1, 1],
    ["Oneway", 22_000, 1, 1],
    ["Oneway", undefined, 3, 3],
    ["Both", 0, 3, 1],
    ["Both", 4139, 3, 1],
    ["Both", 4140, 3, 3],
    ["Both", 4340, 3, 3],
    ["Both", 4341, 3, 3],
    ["Both", 4139, 1, 1],
    ["Both", 4140, 1, 1],
    ["Both", 4340, 1, 1],
    ["Both", 4341, 1, 3],
    ["Both", undefined, 1, 3],
    ["Both", undefined, 3, 3],
  ];
  for (const [mode, powerW, activePhases, expected] of cases) {
    t.equal(
      decidePhases({ ...question, powerW, activePhases }, long, { ...rules, mode }, nowMs),
      expected,
      `${mode}, ${powerW} W, on ${activePhases}`,
    );
  }
});

t.test("what is not to be decided", async (t) => {
  t.equal(decidePhases({ ...question, minA: 0, powerW: 100, activePhases: 1 }, long, rules, nowMs), 3, "no minimum");
  t.equal(decidePhases({ ...question, powerW: 100, switches: false }, long, rules, nowMs), 3, "cannot switch");
  t.equal(
    decidePhases({ ...question, powerW: 9000, activePhases: 1, switches: false }, long, rules, nowMs),
    1,
    "cannot switch back",
  );
  t.equal(decidePhases({ ...question, maxPhases: 1, powerW: 9000 }, long, rules, nowMs), 1, "one phase from outside");
  t.equal(
    decidePhases({ ...question, minPhases: 3, powerW: 1000 }, long, rules, nowMs),
    3,
    "three phases from outside",
  );
});

t.test("time on one phase", async (t) => {
  const since = (lowerAtMs: number | null): PhaseHistory => ({ switches: 1, activePhases: 1, lowerAtMs });
  const enough = { ...question, powerW: 9000, activePhases: 1 };
  const cases: [PhaseHistory, Partial<PhaseRules>, number | null, expected: number][] = [
    [since(nowMs - 599_999), {}, nowMs, 1],
    [since(nowMs - 600_000), {}, nowMs, 3],
    [since(null), {}, nowMs, 3],
    [since(nowMs), { timeHysteresisMs: 0 }, nowMs, 3],
    [since(nowMs), { timeHysteresisMs: 1 }, nowMs, 1],
    [since(nowMs), {}, null, 3],
  ];
  for (const [history, changed, at, expected] of cases) {
    t.equal(decidePhases(enough, history, { ...rules, ...changed }, at), expected, JSON.stringify([history, changed]));
  }
  t.equal(decidePhases({ ...enough, activePhases: 3 }, since(nowMs - 1), rules, nowMs), 1, "amid a switch: it is made");
});

t.test("switches of a session", async (t) => {
  type Sticky = PhaseRules["stickyness"];
  const cases: [maxSwitches: number, switches: number, Sticky, down: boolean, up: boolean][] = [
    [0, 99, "DontChange", true, true],
    [0, 99, "SinglePhase", true, true],
    [1, 0, "DontChange", true, true],
    [1, 1, "DontChange", false, false],
    [2, 1, "DontChange", true, true],
    [2, 2, "DontChange", false, false],
    [1, 0, "SinglePhase", true, false],
    [1, 1, "SinglePhase", false, false],
    [2, 0, "SinglePhase", true, true],
    [2, 1, "SinglePhase", true, false],
    [3, 1, "SinglePhase", true, true],
    [1, 0, "ThreePhase", false, true],
    [2, 0, "ThreePhase", true, true],
    [2, 1, "ThreePhase", false, true],
  ];
  for (const [maxSwitches, switches, stickyness, down, up] of cases) {
    const changed = { ...rules, maxSwitches, stickyness };
    const history = { switches, activePhases: 3, lowerAtMs: null };
    const title = `${switches} of ${maxSwitches}, ${stickyness}`;
    t.equal(maySwitchTo(1, question, history, changed), down, `${title}: down`);
    t.equal(maySwitchTo(3, { ...question, activePhases: 1 }, history, changed), up, `${title}: up`);
    t.equal(decidePhases({ ...question, powerW: 2000 }, history, changed, nowMs), down ? 1 : 3, `${title}: decided`);
    t.equal(
      decidePhases({ ...question, powerW: 9000, activePhases: 1 }, history, changed, nowMs),
      up ? 3 : 1,
      `${title}: decided back`,
    );
  }
  t.notOk(maySwitchTo(1, question, newSession, { ...rules, mode: "Never" }));
  t.notOk(maySwitchTo(1, { ...question, switches: false }, newSession, rules));
});

t.test("what is remembered", async (t) => {
  const seen: PhaseHistory = { switches: 1, activePhases: 3, lowerAtMs: 5 };
  t.same(followed(seen, "Charging", 3, 99), seen);
  t.same(followed(seen, "Charging", 1, 99), { switches: 2, activePhases: 1, lowerAtMs: 5 });
  t.same(
    followed(newSession, "PrepareCharging", 3, 99),
    { switches: 0, activePhases: 3, lowerAtMs: null },
    "no switch",
  );
  t.same(followed(seen, "Unplugged", 1, 99), newSession);
  t.same(followed(seen, "Finished", 1, 99), newSession);
  t.same(
    followed(undefined, "Charging", 3, 99),
    { switches: 0, activePhases: 3, lowerAtMs: 99 },
    "first seen amid a session: it may have switched a moment ago",
  );
  t.same(followed(undefined, "Unplugged", 3, 99), newSession);
});

t.test("when the time on one phase begins anew", async (t) => {
  const cases: [string, Partial<PhaseQuestion>, Partial<PhaseHistory>, Partial<PhaseRules>, boolean][] = [
    ["too little power", { powerW: 4139 }, {}, {}, true],
    ["enough", { powerW: 9000 }, {}, {}, false],
    ["enough, but too early", { powerW: 9000, activePhases: 1 }, { lowerAtMs: nowMs - 1 }, {}, false],
    ["neither enough nor too little, on one phase", { powerW: 4200, activePhases: 1 }, {}, {}, true],
    ["neither enough nor too little, on three", { powerW: 4200 }, {}, {}, false],
    ["no limit in watt", { powerW: undefined }, {}, {}, false],
    ["no more switches", { powerW: 4139 }, { switches: 1 }, { maxSwitches: 1 }, false],
    ["never", { powerW: 4139 }, {}, { mode: "Never" }, false],
    ["one phase is all there is", { powerW: 1000, maxPhases: 1 }, {}, {}, false],
  ];
  for (const [title, asked, remembered, changed, expected] of cases) {
    const { lower } = decide({ ...question, ...asked }, { ...long, ...remembered }, { ...rules, ...changed }, nowMs);
    t.equal(lower, expected, title);
  }
});
