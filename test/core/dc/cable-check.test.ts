import t from "tap";
import type {
  CableCheckEffect,
  CableCheckEvent,
  CableCheckOptions,
  CableCheckState,
} from "../../../src/core/dc/cable-check.ts";
import { createCableCheckMachine, initialCableCheck } from "../../../src/core/dc/cable-check.ts";
import { options as dcOptions } from "./dc-course.ts";

const options: CableCheckOptions = { ...dcOptions.cableCheck, selfTest: true };

function words(effect: CableCheckEffect): string {
  switch (effect.type) {
    case "setSupply":
      return `set ${effect.voltageV} V ${effect.currentA} A`;
    case "startSelfTest":
      return `self test at ${effect.voltageV} V`;
    case "tellIsolation":
      return effect.status;
    case "finished":
      return effect.passed ? "passed" : "not passed";
    case "failed":
      return `failed ${effect.step} ${effect.cause}`;
    default:
      return effect.type;
  }
}

class Course {
  readonly machine;
  state: CableCheckState = initialCableCheck;
  #nowMs = 0;
  #told: string[] = [];

  constructor(changed: Partial<CableCheckOptions> = {}) {
    this.machine = createCableCheckMachine({ ...options, ...changed });
  }

  #post(event: CableCheckEvent): void {
    const { state, effects } = this.machine.step(this.state, event, this.#nowMs);
    this.state = state;
    this.#told.push(...effects.map((effect) => `${this.#nowMs / 1000} ${words(effect)}`));
  }

  /** What is told until then, deadlines included, and by the event. */
  at(seconds: number, event?: CableCheckEvent): string[] {
    this.#told = [];
    const toMs = Math.round(seconds * 1000);
    for (;;) {
      const dueMs = this.machine.deadlineMs(this.state);
      if (dueMs === null || dueMs > toMs) break;
      this.#nowMs = Math.max(this.#nowMs, dueMs);
      this.#post(this.machine.deadlineReached);
    }
    this.#nowMs = toMs;
    if (event) this.#post(event);
    return this.#told;
  }

  get step(): string {
    return this.state.name === "idle" ? "idle" : `${this.state.name} ${this.state.step}`;
  }
}

const start = (relaysClosed = false, vehicleMaxV: number | null = 400): CableCheckEvent => ({
  type: "started",
  supply: { minExportV: 150, maxExportV: 1000 },
  relaysClosed,
  vehicleMaxV,
});
const volts = (voltageV: number): CableCheckEvent => ({ type: "supplyMeasured", voltageV });
const relays = (closed: boolean): CableCheckEvent => ({ type: "relaysChanged", closed });
const ohms = (resistanceOhm: number): CableCheckEvent => ({ type: "isolationMeasured", resistanceOhm });
const selfTest = (passed: boolean): CableCheckEvent => ({ type: "selfTestEnded", passed });
const aborted: CableCheckEvent = { type: "aborted" };

t.test("all steps, in order", async (t) => {
  const course = new Course();
  t.same(course.at(0, start()), []);
  t.same(course.at(0.5, volts(60)), [], "60 V is not below 60 V");
  t.same(course.at(1, volts(59.9)), ["1 allowClose"]);
  t.same(course.at(2, relays(true)), ["2 set 450 V 2 A", "2 supplyOn"], "the vehicle's maximum is known");
  t.same(course.at(2.5, volts(440)), [], "10 V below is not within 10 V");
  t.same(course.at(3, volts(440.1)), ["3 self test at 450 V"]);
  t.same(course.at(12, selfTest(true)), ["12 startMonitor"]);
  t.same(course.at(13, ohms(100_000)), ["13 Valid", "13 supplyOff"]);
  t.same(course.at(13.5, volts(60)), []);
  t.same(course.at(14, volts(59)), ["14 passed"]);
  t.equal(course.step, "idle");
  t.same(course.at(999), []);
});

t.test("a reading that comes in the very millisecond by which it is due counts", async (t) => {
  const course = new Course();
  course.at(0, start());
  const dueMs = course.machine.deadlineMs(course.state) ?? 0;
  t.equal(dueMs, 2000);
  const { state, effects } = course.machine.step(course.state, volts(59), dueMs);
  t.same(effects.map(words), ["allowClose"]);
  t.match(state, { name: "checking", step: "relaysClosed" });
});

t.test("no isolation monitor: nothing to check", async (t) => {
  t.same(new Course({ hasIsolationMonitor: false }).at(0, start()), ["0 No_IMD", "0 passed"]);
});

/** Up to the step named, with nothing going wrong; returns the time. */
function reach(
  course: Course,
  step: "relaysClosed" | "vehicleVoltage" | "testVoltage" | "selfTest" | "isolation" | "dischargedAgain",
) {
  const path: [string, number, CableCheckEvent][] = [
    ["discharged", 0, start(false, null)],
    ["relaysClosed", 1, volts(10)],
    ["vehicleVoltage", 2, relays(true)],
    ["testVoltage", 2.5, { type: "vehicleMaxTold", voltageV: 400 }],
    ["selfTest", 3, volts(450)],
    ["isolation", 12, selfTest(true)],
    ["dischargedAgain", 13, ohms(1e6)],
  ];
  for (const [name, seconds, event] of path) {
    course.at(seconds, event);
    if (name === step) return;
  }
}

t.test("every step that is not done in time names itself", async (t) => {
  type Case = [step: Parameters<typeof reach>[1] | "discharged", tooLateS: number, told: string[]];
  const failing = (at: number, step: string, cause: string, finishedAt = at + 10): string[] => [
    `${at} supplyOff`,
    `${at} stopMonitor`,
    `${finishedAt} not passed`,
    `${finishedAt} failed ${step} ${cause}`,
  ];
  const cases: Case[] = [
    ["discharged", 12, failing(2, "discharged", "noSamples")],
    ["relaysClosed", 16, failing(6, "relaysClosed", "tooLate")],
    ["testVoltage", 14.5, failing(4.5, "testVoltage", "noSamples")],
    ["selfTest", 43, failing(33, "selfTest", "tooLate", 35)],
    ["isolation", 27, failing(17, "isolation", "noSamples")],
    ["dischargedAgain", 25, failing(15, "dischargedAgain", "noSamples")],
  ];
  for (const [step, tooLateS, told] of cases) {
    const course = new Course();
    if (step === "discharged") course.at(0, start());
    else reach(course, step);
    t.equal(course.step, `checking ${step}`);
    t.same(course.at(tooLateS), told, step);
    t.equal(course.step, "idle");
  }
});

t.test("a voltage that is told, but not the right one", async (t) => {
  const lasting = (course: Course, fromS: number, toS: number, voltageV: number): string[] => {
    const told: string[] = [];
    for (let seconds = fromS; seconds <= toS; seconds++) told.push(...course.at(seconds, volts(voltageV)));
    return told;
  };
  const before = new Course();
  before.at(0, start());
  t.same(lasting(before, 1, 12, 70), ["10 supplyOff", "10 stopMonitor"], "not discharged before");
  t.same(before.at(13, volts(59)), ["13 not passed", "13 failed discharged tooLate"]);

  const short = new Course();
  reach(short, "testVoltage");
  t.same(
    lasting(short, 3, 13, 20),
    ["12.5 supplyOff", "12.5 stopMonitor", "13 not passed", "13 failed testVoltage tooLate"],
    "a short circuit",
  );

  const after = new Course();
  reach(after, "dischargedAgain");
  t.same(lasting(after, 14, 23, 400), ["23 supplyOff", "23 stopMonitor"], "it keeps its voltage");
});

t.test("a vehicle that does not tell its maximum voltage", async (t) => {
  const course = new Course();
  reach(course, "vehicleVoltage");
  t.same(course.at(2.999), []);
  t.same(course.at(3), ["3 set 500 V 2 A", "3 supplyOn"], "it is taken for one for 500 V");
  const fixed = new Course({ isolationVoltageV: 700 });
  reach(fixed, "vehicleVoltage");
  t.equal(fixed.step, "checking testVoltage", "nobody asks where the voltage is configured");
  const large = new Course();
  large.at(0, start(true, 800));
  t.match(
    large.at(1, volts(0)),
    ["1 allowClose", /^1 set 880(\.0+1)? V 2 A$/, "1 supplyOn"],
    "contactors closed before",
  );
});

t.test("a voltage the supply cannot give", async (t) => {
  for (const isolationVoltageV of [149.9, 1000.1]) {
    const course = new Course({ isolationVoltageV });
    course.at(0, start(true));
    t.same(course.at(1, volts(0)), ["1 allowClose", "1 supplyOff", "1 stopMonitor"]);
    t.same(course.at(2, volts(0)), ["2 not passed", "2 failed testVoltage outOfRange"]);
  }
  for (const isolationVoltageV of [150, 1000]) {
    const course = new Course({ isolationVoltageV });
    course.at(0, start(true));
    t.same(course.at(1, volts(0)), ["1 allowClose", `1 set ${isolationVoltageV} V 2 A`, "1 supplyOn"]);
  }
});

t.test("the self test", async (t) => {
  const bad = new Course();
  reach(bad, "selfTest");
  t.same(bad.at(4, selfTest(false)), ["4 supplyOff", "4 stopMonitor"]);
  t.same(bad.at(5, volts(10)), ["5 not passed", "5 failed selfTest selfTestFailed"]);

  const none = new Course({ selfTest: false });
  none.at(0, start(true));
  none.at(1, volts(0));
  t.same(none.at(2, volts(450)), ["2 startMonitor"], "not wanted");

  const open = { selfTestRelaysOpen: true, selfTest: false };
  const supply = { ...start(), supply: { minExportV: 0, maxExportV: 1000 } } as CableCheckEvent;
  const early = new Course(open);
  early.at(0, supply);
  t.same(early.at(1, volts(0)), ["1 allowClose", "1 set 48 V 2 A", "1 supplyOn"], "with open contactors");
  t.same(early.at(2, volts(47)), ["2 self test at 48 V"]);
  t.same(early.at(20, selfTest(true)), ["20 supplyOff"]);
  t.equal(early.step, "checking relaysClosed");
  t.same(early.at(21, relays(true)), ["21 set 450 V 2 A", "21 supplyOn"]);
  t.same(early.at(22, volts(450)), ["22 startMonitor"], "not twice");

  const late = new Course(open);
  late.at(0, supply);
  late.at(1, volts(0));
  late.at(2, volts(47));
  t.same(late.at(32), ["32 supplyOff", "32 stopMonitor"]);
  t.same(late.at(35), ["35 not passed", "35 failed relaysOpenSelfTest tooLate"], "no longer than all together");

  const both = new Course({ selfTestRelaysOpen: true });
  both.at(0, supply);
  both.at(1, volts(0));
  both.at(2, volts(47));
  both.at(3, relays(true));
  t.same(both.at(4, volts(450)), [], "begun with open contactors, its result is still waited for");
  t.same(both.at(10, selfTest(true)), ["10 startMonitor"]);

  const meanwhile = new Course({ selfTestRelaysOpen: true });
  meanwhile.at(0, supply);
  meanwhile.at(1, volts(0));
  meanwhile.at(2, volts(47));
  meanwhile.at(2.5, selfTest(false));
  meanwhile.at(3, relays(true));
  t.same(meanwhile.at(4, volts(450)), ["4 supplyOff", "4 stopMonitor"], "it failed before anybody asked");
});

t.test("isolation", async (t) => {
  const low = new Course();
  reach(low, "isolation");
  t.same(low.at(13, ohms(99_999)), ["13 Fault", "13 supplyOff", "13 stopMonitor", "13 raiseResistanceFault"]);
  t.same(low.at(14, volts(5)), ["14 not passed", "14 failed isolation notIsolated"]);

  const three = new Course({ measurements: 3 });
  reach(three, "isolation");
  t.same(three.at(13, ohms(10)), [], "only the last one is judged");
  t.same(three.at(17.9, ohms(10)), []);
  t.same(three.at(22.8, ohms(1e6)), ["22.8 Valid", "22.8 supplyOff"]);

  const none = new Course({ measurements: 0 });
  reach(none, "selfTest");
  t.same(none.at(12, selfTest(true)), ["12 startMonitor", "12 Valid", "12 supplyOff"], "none is waited for");

  const fast = new Course({ waitBelow60V: false, pauseMonitor: true });
  reach(fast, "isolation");
  t.same(fast.at(13, ohms(1e6)), ["13 Valid", "13 stopMonitor", "13 passed"], "straight on to precharge");

  const megawatt = new Course({ isMegawatt: true });
  reach(megawatt, "isolation");
  t.same(megawatt.at(13, ohms(124_999))[0], "13 Fault");

  const early = new Course();
  reach(early, "selfTest");
  t.same(early.at(4, ohms(10)), [], "what is measured before its time says nothing");
});

t.test("contactors that open under the test", async (t) => {
  const times = { vehicleVoltage: 2.25, testVoltage: 2.75, selfTest: 3.5, isolation: 12.5 } as const;
  for (const step of ["vehicleVoltage", "testVoltage", "selfTest", "isolation"] as const) {
    const course = new Course();
    reach(course, step);
    const at = times[step];
    t.same(course.at(at, relays(false)), [`${at} supplyOff`, `${at} stopMonitor`], step);
    t.same(course.at(at, volts(0)), [`${at} not passed`, `${at} failed ${step} relaysOpened`]);
  }
});

t.test(
  "aborted at any step: the supply goes off, the vehicle is told once, nothing is said to have failed",
  async (t) => {
    const told = (at: number): string[] => [`${at} supplyOff`, `${at} stopMonitor`, `${at} not passed`];
    for (const step of [
      "relaysClosed",
      "vehicleVoltage",
      "testVoltage",
      "selfTest",
      "isolation",
      "dischargedAgain",
    ] as const) {
      const course = new Course({ totalMs: 60_000 });
      reach(course, step);
      const at = {
        relaysClosed: 1,
        vehicleVoltage: 2,
        testVoltage: 2.5,
        selfTest: 3,
        isolation: 12,
        dischargedAgain: 13,
      }[step];
      t.same(course.at(at, aborted), told(at), step);
      t.same(course.at(at, aborted), []);
      t.same(course.at(99), []);
    }
    const failing = new Course();
    reach(failing, "isolation");
    failing.at(13, ohms(1));
    t.same(failing.at(13.5, aborted), told(13.5), "while it waits for the voltage to go");
    t.same(failing.at(99), []);
    t.same(new Course().at(0, aborted), [], "nothing is under way");
  },
);

t.test("all steps together stay below the patience of the vehicle", async (t) => {
  const course = new Course();
  course.at(0, start());
  course.at(1, volts(70));
  for (let seconds = 2; seconds < 9; seconds++) course.at(seconds, volts(70));
  course.at(9, volts(50));
  course.at(13.9, relays(true));
  for (let seconds = 14; seconds < 23; seconds++) course.at(seconds, volts(100));
  course.at(23, volts(450));
  t.same(course.at(40), ["35 supplyOff", "35 stopMonitor", "35 not passed", "35 failed selfTest outOfTime"]);
});

t.test("what comes at the wrong time changes nothing", async (t) => {
  const course = new Course();
  reach(course, "isolation");
  t.same(course.at(12.5, start()), []);
  t.same(course.at(12.5, selfTest(false)), []);
  t.same(course.at(12.5, volts(Number.NaN)), []);
  t.same(course.at(12.5, volts(20)), []);
  t.same(course.at(12.5, relays(true)), []);
  t.equal(course.step, "checking isolation");
  t.same(course.at(17), ["17 supplyOff", "17 stopMonitor"], "and a voltage is no isolation measurement");
});

t.test("what is told early counts later", async (t) => {
  const known = new Course();
  known.at(0, start(false, null));
  known.at(0.5, { type: "vehicleMaxTold", voltageV: 400 });
  known.at(1, volts(10));
  t.same(known.at(2, relays(true)), ["2 set 450 V 2 A", "2 supplyOn"], "the vehicle's maximum");
  const closed = new Course();
  closed.at(0, start());
  closed.at(0.5, relays(true));
  t.same(closed.at(1, volts(10)), ["1 allowClose", "1 set 450 V 2 A", "1 supplyOn"], "the contactor");
  const again = new Course();
  again.at(0, start(true));
  again.at(0.5, relays(false));
  t.same(again.at(1, volts(10)), ["1 allowClose"], "open again before it was needed");
  const late = new Course();
  reach(late, "testVoltage");
  t.same(late.at(2.6, { type: "vehicleMaxTold", voltageV: 600 }), [], "not while the voltage stands");
  t.equal(late.step, "checking testVoltage");
});

t.test("the self test with open contactors", async (t) => {
  const supply = { ...start(), supply: { minExportV: 0, maxExportV: 1000 } } as CableCheckEvent;
  const course = (changed: Partial<CableCheckOptions> = {}): Course => {
    const begun = new Course({ selfTestRelaysOpen: true, ...changed });
    begun.at(0, supply);
    begun.at(1, volts(0));
    return begun;
  };
  const low = course();
  t.same(low.at(2, volts(37)), [], "the voltage is not there yet");
  t.equal(low.step, "checking relaysOpenVoltage");
  t.same(low.at(3, volts(48)), ["3 self test at 48 V"]);
  const bad = course({ selfTest: false });
  bad.at(2, volts(48));
  t.same(bad.at(3, selfTest(false)), ["3 supplyOff", "3 stopMonitor"]);
  t.same(bad.at(4, volts(0)), ["4 not passed", "4 failed relaysOpenSelfTest selfTestFailed"]);
  const meanwhile = course();
  meanwhile.at(2, volts(48));
  meanwhile.at(2.5, selfTest(true));
  meanwhile.at(3, relays(true));
  t.same(meanwhile.at(4, volts(450)), ["4 startMonitor"], "it passed before anybody asked");
  const failed = course();
  failed.at(2, volts(48));
  failed.at(2.5, selfTest(false));
  failed.at(3, relays(true));
  failed.at(4, volts(450));
  t.same(failed.at(5, volts(0)), ["5 not passed", "5 failed selfTest selfTestFailed"]);
  const again = course();
  again.at(2, volts(48));
  again.at(3, relays(true));
  t.same(again.at(4, volts(450)), [], "begun once");
});

t.test("while it fails, only the voltage and the time count", async (t) => {
  const course = new Course();
  reach(course, "isolation");
  course.at(13, ohms(1));
  t.same(course.at(13.1, relays(false)), []);
  t.same(course.at(13.2, relays(true)), []);
  t.same(course.at(13.3, selfTest(true)), []);
  t.same(course.at(13.4, ohms(1e6)), []);
  t.same(course.at(13.5, { type: "vehicleMaxTold", voltageV: 400 }), []);
  t.equal(course.step, "failing isolation");
  t.same(course.at(13.6, volts(60)), [], "60 V is not below 60 V");
  t.same(course.at(13.7, volts(59)), ["13.7 not passed", "13.7 failed isolation notIsolated"]);
  const timed = new Course();
  timed.at(0, start());
  timed.at(0.1, aborted);
  t.equal(timed.machine.deadlineMs(timed.state), null);
  const waits = new Course();
  reach(waits, "relaysClosed");
  t.same(waits.machine.step(waits.state, waits.machine.deadlineReached, 5999).effects, [], "before its time");
});
