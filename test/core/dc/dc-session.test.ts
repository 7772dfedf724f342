import fc from "fast-check";
import t from "tap";
import { createDcSessionMachine } from "../../../src/core/dc/dc-session.ts";
import type { DcSessionEvent, DcSessionOptions } from "../../../src/core/dc/dc-session-state.ts";
import { initialDcSession } from "../../../src/core/dc/dc-session-state.ts";
import { dischargeWay } from "../../../src/core/dc/discharge.ts";
import { unknownSupply } from "../../../src/core/dc/power-supply.ts";
import {
  back,
  begun,
  bothWays,
  Course,
  capabilities,
  charging,
  checked,
  limits,
  ohms,
  options,
  precharged,
  relays,
  service,
  simple,
  supply,
  target,
} from "./dc-course.ts";

t.test("a session, step by step", async (t) => {
  const course = new Course();
  t.same(course.at(0, { type: "capabilitiesTold", capabilities }), ["at most 0 A 0 W"], "nothing is offered yet");
  t.same(course.at(0, limits(100, 60_000)), ["at most 200 A 60000 W"]);
  course.at(0, { type: "preparing", value: true }, { type: "vehicleLimitsTold", maxV: 500, maxA: 150 });
  t.same(course.at(1, simple("cableCheckRequested")), []);
  t.same(course.at(1, supply(0)), ["allow close"]);
  t.same(course.at(1, relays(true)), ["500 V 2 A", "Export CableCheck"]);
  t.same(course.at(1.5, supply(500)), ["monitor start", "at most 120 A 60000 W"]);
  t.same(course.at(2, ohms(1e6)), ["Off CableCheck", "isolation Valid"]);
  t.same(course.at(2.5, supply(10)), ["cable check ok", "at most 200 A 60000 W"]);
  t.same(course.at(3, simple("prechargeRequested"), target(400, 2)), ["400 V 2 A", "Export PreCharge"]);
  t.same(course.at(3.25, supply(400)), ["at most 150 A 60000 W"]);
  t.same(course.at(4, simple("demandStarted")), ["Export Charging", "400 V 0 A"]);
  t.same(course.at(4, target(400, 10)), []);
  t.same(course.at(4.5, supply(400)), ["400 V 6.25 A", "400 V 10 A"], "25 A a second");
  t.same(course.at(5, simple("demandFinished")), ["Off Charging"]);
  t.same(course.at(5, simple("openRequested")), ["Off Other", "monitor stop"]);
  t.same(course.at(5.1, relays(false)), ["Off Other"]);
  t.same(course.at(6, simple("vehicleLeft")), ["Off Other"]);
});

t.test("the way up and down", async (t) => {
  const course = charging();
  t.same(course.lasting(4.25, 8.25, 400).slice(0, 3), ["400 V 6.25 A", "400 V 12.5 A", "400 V 18.75 A"]);
  t.equal(course.state.control.setpoint?.currentA, 100);
  course.at(8.5, supply(400), target(400, 50));
  t.equal(course.state.control.setpoint?.currentA, 100);
  course.at(8.75, supply(400));
  t.equal(course.state.control.setpoint?.currentA, 75, "100 A a second down");
  course.at(8.75, limits(100, 20_000));
  t.equal(course.state.control.setpoint?.currentA, 50, "a limit at once: 20 kW at 400 V");
  course.at(8.8, { type: "deratingSet", derating: { max_export_current_A: 30 } });
  t.equal(course.state.control.setpoint?.currentA, 30, "so does a temperature");
});

t.test("limits as the vehicle is told them", async (t) => {
  const told = (...events: DcSessionEvent[]): string[] => begun().at(1, ...events);
  t.same(told(limits(100, 30_000)), ["at most 200 A 30000 W"]);
  t.same(told(limits(100, 60_000.5)), [], "hardly a change");
  t.same(told(limits(0, 60_000)), ["at most 0 A 0 W"], "no ampere is nothing");
  t.same(told(limits(100, 0)), ["at most 0 A 0 W"], "no watt either");
  t.same(told(limits(100, 60_000, 10_000)), []);
  t.same(told(supply(10)), [], "hardly a voltage");
  t.same(told(supply(400)), ["at most 150 A 60000 W"], "power over the voltage there is");
  t.same(told({ type: "deratingSet", derating: { max_export_power_W: 10_000 } }), ["at most 200 A 10000 W"]);
  t.same(told({ type: "deratingSet", derating: { max_export_current_A: 50 } }), ["at most 50 A 50000 W"]);
});

t.test("a vehicle that asks for its check before the charger is there has it as soon as that is", async (t) => {
  const early = (): Course => {
    const course = new Course();
    course.at(0, { type: "capabilitiesTold", capabilities }, limits(100, 60_000));
    course.at(0, { type: "vehicleLimitsTold", maxV: 500, maxA: 150 }, supply(0));
    t.same(course.at(1, simple("cableCheckRequested")), []);
    return course;
  };
  const ready: DcSessionEvent = { type: "preparing", value: true };
  t.same(early().at(1.5, ready, supply(0)), ["allow close"]);
  for (const over of ["openRequested", "shutDown", "vehicleLeft"] as const) {
    t.same(early().at(1.5, simple(over), ready, supply(0)).includes("allow close"), false, `not after ${over}`);
  }
});

t.test("limits that nobody renews stop the current at their very end", async (t) => {
  const course = charging();
  course.lasting(4.25, 8, 400);
  course.at(8, limits(100, 60_000, 10_000));
  course.lasting(8.25, 17.75, 400);
  t.equal(course.state.control.setpoint?.currentA, 100);
  t.same(course.at(18), ["at most 0 A 0 W", "400 V 0 A"]);
});

t.test("over-voltage", async (t) => {
  const reached = charging();
  reached.lasting(4.25, 5, 400);
  t.same(reached.at(5.1, supply(500)).slice(0, 1), ["at most 120 A 60000 W"], "the vehicle's maximum may be reached");
  t.same(reached.at(5.5).slice(-3), ["Off Charging", "MREC5OverVoltage Medium", "latched"], "but not for 400 ms");
  const emergency = charging();
  t.same(emergency.at(4.1, supply(550)).slice(0, 2), ["Off Charging", "MREC5OverVoltage High"]);
  const silent = charging();
  silent.at(4.1, supply(400));
  t.same(
    silent.at(5.6).slice(-2),
    ["Off Charging", "MREC5OverVoltage NotMonitored Medium"],
    "nobody tells the voltage",
  );

  for (const course of [reached, emergency, silent]) {
    t.same(
      course.at(6, target(400, 100), supply(400)).filter((word) => /Export| V /.test(word)),
      [],
      "it stays off",
    );
    t.same(
      course.at(6, simple("demandStarted")).filter((word) => /Export| V /.test(word)),
      [],
    );
  }
});

t.test("the cable is tested above what the vehicle stands, and supervised by what nobody stands", async (t) => {
  const course = begun();
  course.at(0, { type: "vehicleLimitsTold", maxV: 400, maxA: 150 });
  course.at(1, simple("cableCheckRequested"));
  course.at(1, supply(0), relays(true));
  t.equal(course.state.control.setpoint?.voltageV, 450);
  t.notMatch(course.lasting(1.25, 3, 455).join(), /OverVoltage/);
  t.same(course.at(3.1, supply(550)).slice(0, 2), ["Off CableCheck", "MREC5OverVoltage High"]);
});

t.test("precharge", async (t) => {
  const late = checked();
  late.at(3, simple("prechargeRequested"), target(400, 2));
  const said = late.lasting(3.25, 10, 300);
  t.same(said.slice(-2), ["Off PreCharge", "Internal Precharge Medium"], "the voltage does not come");
  const early = begun();
  t.same(early.at(0.5, target(400, 2), relays(true)), [], "before the cable check nothing is switched on");
  const unready = new Course();
  t.same(unready.at(0, simple("cableCheckRequested"), simple("prechargeRequested")), [], "nobody waits for it");
  const voltless = checked();
  t.same(voltless.at(3, simple("prechargeRequested"), target(0, 2)), ["refused 0 V"], "0 V, and no voltage before");

  const message = (course: Course, ...events: DcSessionEvent[]): string[] => {
    course.at(3, simple("prechargeRequested"), ...events);
    course.nowMs = 9500;
    const { effects } = course.machine.step(course.state, course.machine.deadlineReached, 9500);
    return effects.flatMap((effect) =>
      effect.kind === "raise" && effect.subType === "Precharge" ? [effect.message] : [],
    );
  };
  t.same(message(checked(), target(400, 2), supply(300)), ["Precharge: 300 V instead of 400 V"]);
  t.same(message(checked(), supply(300)), ["Precharge: 300 V instead of a voltage nobody has told"]);
  t.same(message(checked(), target(400, 2)), ["Precharge: no V instead of 400 V"]);
  const refused = checked();
  t.same(refused.at(3, simple("prechargeRequested"), target(149, 2)), ["refused 149 V"]);
});

t.test("isolation while current flows", async (t) => {
  const good = charging();
  t.same(good.at(4.1, ohms(100_000)), ["isolation Valid"]);
  t.same(good.at(4.2, ohms(99_999)), ["Off Charging", "isolation Fault", "MREC22ResistanceFault Resistance Medium"]);
  const unbalanced = charging();
  const poles = { resistance_F_Ohm: 1e6, voltage_V: 400, voltage_to_earth_l1e_V: 440, voltage_to_earth_l2e_V: 0 };
  const measured: DcSessionEvent = { type: "isolationMeasured", measurement: poles };
  t.same(unbalanced.at(4.1, supply(400), measured).slice(-1), ["isolation Valid"]);
  unbalanced.at(5, supply(400));
  unbalanced.at(6, supply(400));
  t.same(unbalanced.at(6.1, measured), [
    "Off Charging",
    "isolation Valid",
    "MREC22ResistanceFault VoltageToEarth Medium",
  ]);
  t.same(checked().at(3, ohms(10)), [], "before, it is not judged");
});

t.test("who falls silent is no supervision", async (t) => {
  const blind = charging();
  for (let at = 4.25; at < 9; at += 0.25) blind.at(at, supply(400));
  t.same(blind.at(8.999), [], "the isolation monitor has 5 s, as in the cable check");
  t.same(blind.at(9), ["Off Charging", "MREC22ResistanceFault NotMonitored Medium"]);
  const monitored = charging(precharged(checked(begun({ hasOverVoltageMonitor: true }))));
  const volts: DcSessionEvent = { type: "voltageMeasured", source: "overVoltageMonitor", voltageV: 400 };
  for (let sample = 0; sample < 25; sample++) monitored.at(4 + sample / 20, volts);
  t.same(monitored.at(5.249), [], "the supply has 2 s, whoever else tells the voltage");
  t.same(monitored.at(5.25), ["Off Charging", "Internal SupplySilent Medium"]);
});

t.test("a vehicle that falls silent has no power any more", async (t) => {
  const repeated: DcSessionEvent = { type: "targetTold", voltageV: 400, currentA: 2, repeated: true };
  const told = charging();
  told.at(4, repeated);
  told.at(4.2, target(400, 3));
  t.same(told.lasting(4.25, 9, 400), [], "the last word counts, new or not");
  t.same(told.at(9.199), []);
  t.same(told.at(9.2), ["Off Charging", "Internal VehicleSilent Medium"]);
  const onChange = charging();
  onChange.at(4.2, target(400, 3));
  t.same(onChange.lasting(4.25, 40, 400), [], "a stack that tells changes only shows no silence");
  const over = charging();
  over.at(4, repeated);
  over.at(5, simple("demandFinished"));
  t.same(over.at(9), [], "nothing more is asked for");

  const unused = precharged();
  t.same(unused.lasting(3.25, 22.99, 400), [], "the voltage is there");
  t.same(unused.at(23), ["Off PreCharge", "Internal VehicleSilent Medium"]);
  const left = precharged();
  left.at(5, simple("openRequested"));
  t.same(left.at(23), [], "the vehicle has ended it");
});

t.test("an isolation monitor that pauses for precharge goes on with the load, or soon", async (t) => {
  const pausing = { cableCheck: { ...options.cableCheck, pauseMonitor: true } };
  const begins = (course: Course): string[] =>
    course.at(course.nowMs / 1000).filter((word) => word === "monitor start");
  const loaded = charging(precharged(checked(begun(pausing))));
  t.notMatch(loaded.at(4.25, supply(400, 2.5)), ["monitor start"], "1000 W is none");
  t.match(loaded.at(4.5, supply(400, 2.51)).join(), /monitor start/);
  t.same(begins(loaded), [], "once");
  const idle = charging(precharged(checked(begun(pausing))));
  for (let at = 4.25; at < 14; at += 0.25) t.notMatch(idle.at(at, supply(400)).join(), /monitor start/);
  t.match(idle.at(14).join(), /monitor start/, "without load after 10 s");
});

t.test("orderly ramp-down: the current goes before the contactor opens", async (t) => {
  const course = charging();
  course.lasting(4.25, 8, 400, 90);
  t.equal(course.state.control.setpoint?.currentA, 100);
  course.at(8, { type: "stopAsked" });
  const setpoints: (number | undefined)[] = [];
  for (let at = 8.25; at <= 9.25; at += 0.25) {
    course.at(at, supply(400), ohms(1e6), target(400, 120));
    setpoints.push(course.state.control.setpoint?.currentA);
  }
  t.same(setpoints, [75, 50, 25, 0, 0], "100 A/s, whatever the vehicle asks for");
  t.equal(course.state.control.on, true, "the vehicle ends it, or the stop runs out of patience");
  t.same(course.at(9.5, relays(false)).slice(0, 1), ["Off Charging"]);
});

t.test("a vehicle that begins to charge when the station has turned to an end gets no current", async (t) => {
  const course = precharged();
  course.at(4, { type: "preparing", value: false });
  course.at(4, simple("demandStarted"), target(400, 100));
  course.lasting(4.25, 8, 400);
  t.same(course.state.control.setpoint, { voltageV: 400, currentA: 0 });
});

t.test("the voltage goes once the contactor is open", async (t) => {
  const opened = (): Course => {
    const course = charging();
    course.at(5, supply(400), relays(false));
    return course;
  };
  const lasting = (course: Course, toS: number, voltageV: number): string[] => {
    const said: string[] = [];
    for (let at = 5.25; at <= toS; at += 0.25) said.push(...course.at(at, supply(voltageV)));
    return said.filter((word) => /Off|Internal/.test(word));
  };
  t.same(lasting(opened(), 10, 60), ["Off Other", "Internal Welded High"], "60 V after 5 s");
  t.same(lasting(opened(), 9.75, 400), [], "not before");
  t.same(lasting(opened(), 10, 59.9), []);
  t.same(
    opened()
      .at(20)
      .filter((word) => word.startsWith("Internal")),
    [],
    "nobody measures, nobody can tell",
  );
  const again = opened();
  again.at(6, supply(400), relays(true));
  t.same(
    again.at(12).filter((word) => word.startsWith("Internal")),
    [],
    "closed again: the voltage is meant",
  );
});

t.test("over-voltage supervision goes by whoever tells the voltage most often", async (t) => {
  const meter = (voltageV: number): DcSessionEvent => ({ type: "voltageMeasured", source: "powermeter", voltageV });
  const quick = precharged();
  for (let at = 3.5; at < 4; at += 0.1) quick.at(at, meter(400));
  charging(quick);
  t.equal(quick.state.voltageSource, "powermeter", "every 100 ms");
  t.match(quick.at(4.1, meter(550)).join(), /MREC5OverVoltage High/);
  const slow = precharged();
  slow.at(3.3, meter(400));
  slow.at(3.9, supply(400));
  slow.at(3.95, meter(400), supply(400));
  t.equal(charging(slow).state.voltageSource, "powerSupply");
  const stale = precharged();
  stale.at(3.3, meter(400));
  stale.at(3.35, meter(400));
  stale.at(4.75, supply(400));
  stale.at(4.9, simple("demandStarted"));
  t.equal(stale.state.voltageSource, "powerSupply", "what has told nothing for 1.5 s is not quick");
  const monitor = (voltage_V?: number): DcSessionEvent => ({
    type: "isolationMeasured",
    measurement: { resistance_F_Ohm: 1e6, ...(voltage_V !== undefined && { voltage_V }) },
  });
  const isolated = precharged();
  for (let at = 3.5; at < 4; at += 0.1) isolated.at(at, monitor(400));
  t.equal(charging(isolated).state.voltageSource, "isolationMonitor");
  t.match(isolated.at(4.1, monitor(550)).join(), /MREC5OverVoltage High/);
  const mute = precharged();
  for (let at = 3.5; at < 4; at += 0.1) mute.at(at, monitor());
  t.equal(charging(mute).state.voltageSource, "powerSupply", "one that tells no voltage is none to go by");
});

t.test("an over-voltage is remembered until the vehicle has left", async (t) => {
  const found: DcSessionEvent = { type: "vehicleFound" };
  const restarted = new Course();
  restarted.at(0, { type: "latchLoaded" });
  t.same(restarted.at(1, found), ["MREC5OverVoltage High"], "the vehicle is still there");
  t.same(restarted.at(2, simple("vehicleLeft")), ["Off Other", "unlatched"]);
  t.same(restarted.at(3, found), []);
  const external = charging(precharged(checked(begun({ hasOverVoltageMonitor: true }))));
  t.same(external.at(4.1, { type: "overVoltageReported" }), ["Off Charging", "latched"], "by the external monitor");
  t.same(external.at(4.2, { type: "overVoltageReported" }), ["Off Other"], "kept already");
  t.same(new Course().at(0, found), [], "there was none");
});

t.test("instruments that disagree", async (t) => {
  const course = charging();
  const said: string[] = [];
  for (let at = 4.25; at < 40; at += 0.25) {
    const meter: DcSessionEvent = { type: "voltageMeasured", source: "powermeter", voltageV: 300 };
    said.push(...course.at(at, supply(400), ohms(1e6), meter));
  }
  t.match(
    said.filter((word) => /Off|Fault/.test(word)),
    ["Off Charging", "VoltagePlausibilityFault High"],
  );
});

t.test("a cable check that fails", async (t) => {
  const course = begun();
  course.at(1, simple("cableCheckRequested"));
  course.at(1, supply(0), relays(true));
  course.at(1.5, supply(500));
  t.same(course.at(2, ohms(10)), [
    "Off CableCheck",
    "isolation Fault",
    "monitor stop",
    "MREC22ResistanceFault Resistance Medium",
  ]);
  t.same(
    course.at(2.5, supply(10)).filter((word) => !word.startsWith("at most")),
    ["Off Other", "cable check not ok", "MREC11CableCheckFault Self test failed Medium"],
  );
  t.same(course.at(3, simple("prechargeRequested"), target(400, 2)), [], "nothing follows from it");
});

t.test("a cable check with the monitor's own test", async (t) => {
  const tested = (): Course => {
    const course = begun({ cableCheck: { ...options.cableCheck, selfTest: true } });
    course.at(1, simple("cableCheckRequested"), supply(0), relays(true));
    t.same(course.at(1.5, supply(500)), ["self test 500 V", "at most 120 A 60000 W"]);
    return course;
  };
  t.same(tested().at(2, { type: "selfTestEnded", passed: true }), ["monitor start"]);
  t.same(tested().at(2, { type: "selfTestEnded", passed: false }), ["Off CableCheck", "monitor stop"]);
});

t.test("no isolation monitor", async (t) => {
  const course = begun({ cableCheck: { ...options.cableCheck, hasIsolationMonitor: false } });
  t.same(course.at(1, simple("cableCheckRequested")), ["isolation No_IMD", "cable check ok", "allow close"]);
});

t.test("an external over-voltage monitor is kept informed", async (t) => {
  const course = new Course({ hasOverVoltageMonitor: true });
  course.at(0, { type: "capabilitiesTold", capabilities }, limits(100, 60_000), { type: "preparing", value: true });
  t.same(course.at(0, { type: "vehicleLimitsTold", maxV: 500, maxA: 150 }), ["ovm 550 V 500 V"]);
  const volts = (voltageV: number): DcSessionEvent => ({
    type: "voltageMeasured",
    source: "overVoltageMonitor",
    voltageV,
  });
  course.at(1, simple("cableCheckRequested"));
  course.at(1, supply(0), relays(true), volts(0));
  course.at(1.5, supply(500), volts(500));
  course.at(2, ohms(1e6), supply(10));
  course.at(3, simple("prechargeRequested"), target(400, 2), volts(0));
  course.at(3.25, supply(400), volts(400));
  t.same(course.at(4, simple("demandStarted")).slice(-2), ["ovm start", "400 V 0 A"]);
  t.equal(course.state.voltageSource, "powerSupply", "one that tells no voltage is not waited for");
  course.at(4.05, volts(400));
  t.equal(course.state.voltageSource, "overVoltageMonitor");
  t.same(
    course.at(4.1, supply(900)).filter((word) => word.includes("Over")),
    [],
    "the supply's own word is not the measure",
  );
  t.same(course.at(4.2, volts(550)).slice(0, 2), ["Off Charging", "MREC5OverVoltage High"]);
  t.same(course.at(5, simple("demandFinished")), ["Off Other", "ovm stop"]);
  t.same(course.at(6, simple("vehicleLeft")), ["Off Other", "unlatched", "ovm reset", "ovm stop"]);
  const opened = charging(precharged(checked(begun({ hasOverVoltageMonitor: true }))));
  t.same(opened.at(4.1, simple("openRequested")), ["Off Charging", "ovm stop", "monitor stop"]);
});

t.test("what the vehicle is told of voltage and current", async (t) => {
  const present = (voltageV: number, currentA: number, offsetA = 0): unknown => {
    const { step } = createDcSessionMachine({ ...options, presentCurrentOffsetA: offsetA });
    const { effects } = step(initialDcSession, supply(voltageV, currentA), 0);
    return effects.flatMap((effect) =>
      effect.kind === "hlcCommand" && effect.command.name === "update_dc_present_values"
        ? Object.values(effect.command.args.present_voltage_current)
        : [],
    );
  };
  t.same(present(400, 10), [400, 10]);
  t.same(present(-0.5, 0), [0, 0]);
  t.same(present(400, 10, 2), [400, 12]);
  t.same(present(400, -10, 2), [400, -12]);
  t.same(present(400, 0, 2), [400, 0]);
  t.same(present(400, 1, 2), [400, 3]);
  t.same(present(Number.NaN, 0), []);
});

t.test("a vehicle with low targets", async (t) => {
  const course = precharged(checked(begun({ ignoresLowTargets: true })));
  course.at(4, simple("demandStarted"), target(400, 100), target(299, 50), target(400, -1));
  t.same(course.state.asked, { voltageV: 400, currentA: 100 });
  course.at(4.1, target(300, 0));
  t.same(course.state.asked, { voltageV: 300, currentA: 0 }, "not too low");
  const other = charging();
  other.at(4.1, target(0, 50));
  t.same(other.state.asked, { voltageV: 400, currentA: 50 }, "no voltage: the one before");
});

t.test("a vehicle that tells its limits late, or others while current flows", async (t) => {
  const late = new Course();
  late.at(0, { type: "capabilitiesTold", capabilities }, limits(100, 60_000), { type: "preparing", value: true });
  late.at(1, simple("cableCheckRequested"));
  t.same(late.at(1, supply(0), relays(true)), ["allow close"], "at which voltage, the vehicle has to say");
  t.same(late.at(1.4, { type: "vehicleLimitsTold", maxV: null, maxA: 150 }), [], "its current says nothing of it");
  t.same(late.at(1.5, { type: "vehicleLimitsTold", maxV: 500, maxA: 150 }), ["500 V 2 A", "Export CableCheck"]);

  const tripped = (course: Course): string => {
    course.at(4.5, supply(480));
    return course.at(4.9).join();
  };
  const lower = charging();
  lower.at(4.1, { type: "vehicleLimitsTold", maxV: 420, maxA: null });
  t.match(tripped(lower), /Off Charging,MREC5OverVoltage Medium/, "480 V is more than 420 V");
  const waiting = precharged();
  waiting.at(3.3, { type: "vehicleLimitsTold", maxV: 420, maxA: null }, supply(400));
  waiting.at(4, supply(400));
  t.match(tripped(waiting), /Off PreCharge,MREC5OverVoltage Medium/);
  const tested = begun();
  tested.at(1, simple("cableCheckRequested"), supply(0), relays(true));
  tested.at(1.1, { type: "vehicleLimitsTold", maxV: 420, maxA: null });
  t.notMatch(tested.lasting(1.25, 3, 480).join(), /OverVoltage/, "in the cable check it does not count yet");

  const less = charging();
  less.lasting(4.25, 9, 400);
  t.equal(less.state.control.setpoint?.currentA, 100);
  t.same(less.at(9.1, { type: "vehicleLimitsTold", maxV: 500, maxA: null }), [], "what it does not tell, stays");
  t.same(less.at(9.1, { type: "vehicleLimitsTold", maxV: null, maxA: 50 }), ["400 V 50 A"], "at once");
});

t.test("from precharge on the vehicle's own maximum counts", async (t) => {
  const said = (course: Course): string => [...course.at(5, supply(520)), ...course.at(5.4)].join();
  const ready = precharged();
  ready.lasting(3.5, 4.75, 400);
  t.match(said(ready), /Off PreCharge,MREC5OverVoltage Medium/);
  const early = checked();
  early.at(3, simple("prechargeRequested"), target(400, 2));
  early.at(3.25, supply(300));
  early.at(4, simple("demandStarted"));
  early.lasting(4.25, 4.75, 400);
  t.match(said(early), /Off Charging,MREC5OverVoltage Medium/, "of a vehicle that does not wait for its end too");
  const unasked = checked();
  unasked.at(4, simple("demandStarted"), target(400, 10));
  unasked.lasting(4.25, 4.75, 400);
  t.match(said(unasked), /Off Charging,MREC5OverVoltage Medium/, "and of one that asks for none");
});

t.test("an isolation monitor that tells a voltage is one of those that must agree", async (t) => {
  const course = charging();
  const said: string[] = [];
  for (let at = 4.3; at < 34.3; at += 0.25) {
    const measurement = { resistance_F_Ohm: 1e6, voltage_V: 300 };
    said.push(...course.at(at, supply(400), { type: "isolationMeasured", measurement }));
  }
  t.notMatch(said.join(), /Fault/);
  t.match(course.at(34.3).join(), /^Off Charging,VoltagePlausibilityFault High/, "30 s, with a sample or without");
  course.at(35, simple("vehicleLeft"));
  t.same(course.state.plausibility, { name: "off", latched: false }, "the next vehicle is measured anew");
});

t.test("a cable check that nobody lets go on", async (t) => {
  const unclosed = begun();
  t.same(unclosed.at(1, simple("cableCheckRequested"), supply(0)), ["allow close"]);
  t.same(unclosed.at(5.99), []);
  t.same(unclosed.at(16), [
    "Off CableCheck",
    "monitor stop",
    "Off Other",
    "cable check not ok",
    "MREC11CableCheckFault Self test failed Medium",
  ]);
  const early = begun();
  const { effects } = early.machine.step(early.state, simple("cableCheckRequested"), 0);
  t.match(effects, [{ kind: "clear", type: "evse_manager/MREC11CableCheckFault" }], "what failed before is over");

  const testing = (): Course => {
    const course = begun();
    course.at(1, simple("cableCheckRequested"));
    t.same(course.at(1, supply(0), relays(true)).slice(-1), ["Export CableCheck"]);
    return course;
  };
  const isOver = (course: Course): void => {
    t.equal(course.state.cableCheck.name, "idle");
    t.same(
      course.at(30, supply(500)).filter((word) => !word.startsWith("at most")),
      [],
    );
  };
  const unprepared = testing();
  t.same(unprepared.at(1.5, { type: "preparing", value: false }), [
    "Off CableCheck",
    "monitor stop",
    "cable check not ok",
  ]);
  isOver(unprepared);
  const stopped = testing();
  t.same(stopped.at(1.5, simple("shutDown")), ["Off CableCheck", "monitor stop", "cable check not ok"]);
  isOver(stopped);
  const gone = testing();
  t.same(gone.at(1.5, simple("vehicleLeft")), ["Off CableCheck", "monitor stop", "cable check not ok"]);
  isOver(gone);
});

t.test("nothing begins while the charger does not wait for the vehicle", async (t) => {
  const course = begun();
  course.at(0, { type: "preparing", value: false });
  t.same(
    course.at(1, simple("cableCheckRequested"), supply(0), relays(true)).filter((word) => word !== "at most"),
    [],
  );
  t.equal(course.state.locked, true);
  const once = begun();
  once.at(0.5, { type: "preparing", value: false }, { type: "preparing", value: true });
  t.same(once.at(1, supply(0)), [], "nor where nobody has asked");
  const late = checked();
  late.at(2.6, { type: "preparing", value: false });
  t.same(late.at(3, simple("prechargeRequested"), target(400, 2)), []);
  const done = precharged();
  done.at(3.5, { type: "preparing", value: false });
  t.notMatch(done.lasting(3.75, 25, 400).join(), /VehicleSilent/, "precharge is over");
  const begins = precharged();
  begins.at(4, simple("demandStarted"), target(400, 0));
  t.notMatch(begins.lasting(4.25, 30, 400).join(), /VehicleSilent/, "so it is with the demand");
});

t.test("a stop asked for in precharge, and one at full current", async (t) => {
  const before = precharged();
  t.same(before.at(3.5, { type: "stopAsked" }), []);
  t.same(before.at(3.6, target(410, 2)), ["410 V 2 A"], "there is no current to take down");
  const flowing = charging();
  flowing.lasting(4.25, 12, 400, 90);
  t.same(flowing.at(12, { type: "stopAsked" }), [], "not all at once");
  t.equal(flowing.at(12.25)[0], "400 V 75 A");
});

t.test("a contactor that says again what it said", async (t) => {
  const course = charging();
  t.same(course.at(4.01, relays(true)), []);
  course.at(5, supply(400), relays(false));
  t.same(course.at(5.1, relays(false)), []);
  const late = begun({ cableCheck: { ...options.cableCheck, hasIsolationMonitor: false } });
  late.at(1, simple("cableCheckRequested"), simple("prechargeRequested"), target(400, 2));
  t.same(late.at(4, relays(true)), ["Export PreCharge"], "the target was told before");
  t.same(late.at(5.4), [], "and the supply had nothing to tell before");
  const again = charging();
  again.at(5, supply(400), relays(false));
  again.at(6, supply(400), relays(true));
  const said: string[] = [];
  for (let at = 6.25; at <= 12; at += 0.25) said.push(...again.at(at, supply(400)));
  t.notMatch(said.join(), /Welded/);
});

t.test("who takes the power away, ends what watched it", async (t) => {
  const stopped = charging();
  t.same(stopped.at(4.2, simple("shutDown")), ["Off Charging", "monitor stop"]);
  t.same(stopped.at(30), []);
  const left = charging();
  left.at(4.2, simple("vehicleLeft"));
  t.same(left.at(30), []);
  const finished = charging();
  const meter: DcSessionEvent = { type: "voltageMeasured", source: "powermeter", voltageV: 300 };
  finished.at(4.25, supply(400), ohms(1e6), meter);
  finished.at(4.5, simple("demandFinished"));
  const said: string[] = [];
  for (let at = 4.75; at < 45; at += 0.25) said.push(...finished.at(at, supply(400), meter));
  t.same(said, [], "two that disagree while nothing flows");
  const unwatched = charging(precharged(checked(begun({ cableCheck: { ...options.cableCheck, measurements: 0 } }))));
  for (let at = 4.25; at < 20; at += 0.25) t.notMatch(unwatched.at(at, supply(400)).join(), /NotMonitored/);
});

t.test("the next vehicle begins anew", async (t) => {
  const course = charging();
  t.match(course.at(4.1, supply(550)).join(), /MREC5OverVoltage High/);
  course.at(5, relays(false), simple("vehicleLeft"));
  t.equal(course.state.vehicleMaxV, null);
  t.equal(course.state.vehicleMaxA, null);
  t.same(course.state.paces, {});
  t.same(course.state.plausibility, { name: "off", latched: false });
  t.match(course.state.overVoltage, { name: "off", latched: false });
  t.same(course.at(6, supply(0)), ["at most 200 A 60000 W"], "it is told what there is");
  course.at(7, { type: "preparing", value: true }, { type: "vehicleLimitsTold", maxV: 500, maxA: 150 });
  course.at(7, simple("cableCheckRequested"));
  t.same(course.at(7, supply(0), relays(true)), ["allow close", "500 V 2 A", "Export CableCheck"]);

  const metered = precharged();
  for (let at = 3.5; at < 4; at += 0.1) {
    metered.at(at, { type: "voltageMeasured", source: "powermeter", voltageV: 400 });
  }
  charging(metered);
  t.equal(metered.state.voltageSource, "powermeter");
  metered.at(5, simple("demandFinished"), relays(false), simple("vehicleLeft"));
  metered.at(7, { type: "preparing", value: true }, { type: "vehicleLimitsTold", maxV: 500, maxA: 150 });
  metered.at(7, simple("cableCheckRequested"));
  metered.at(7, supply(0), relays(true));
  t.match(metered.at(7.5, supply(600)).join(), /MREC5OverVoltage High/, "in the cable check the supply's word counts");
});

t.test("an over-voltage that stays after the supply was switched off is worse", async (t) => {
  const course = charging();
  course.at(4.1, supply(520));
  t.match(course.at(4.5).join(), /MREC5OverVoltage Medium/);
  t.match(course.at(4.6, supply(550)).join(), /MREC5OverVoltage High/);
});

t.test("a supply that is on and tells nothing", async (t) => {
  const monitored = precharged(checked(begun({ hasOverVoltageMonitor: true })));
  const volts: DcSessionEvent = { type: "voltageMeasured", source: "overVoltageMonitor", voltageV: 400 };
  monitored.at(4, simple("demandStarted"), target(400, 0), supply(400));
  monitored.at(4.9, volts);
  t.same(monitored.at(5.99), []);
  t.same(monitored.at(6), ["Off Charging", "Internal SupplySilent Medium"]);
});

t.test("what is offered, to the ampere", async (t) => {
  const told = (...events: DcSessionEvent[]): string[] => begun().at(1, ...events);
  t.same(told(limits(100, 1000), supply(10)), ["at most 200 A 1000 W"], "10 V is no voltage yet");
  t.same(told(limits(100, 1000), supply(10.5)), ["at most 200 A 1000 W", "at most 95.2 A 1000 W"]);
  t.same(told(supply(400), supply(399.6)), ["at most 150 A 60000 W", "at most 150.2 A 60000 W"]);
  t.same(told(supply(400), supply(399.9)), ["at most 150 A 60000 W"]);
  t.same(told(limits(100, 59_998.6)), ["at most 200 A 59999 W"]);
  t.same(told(limits(0.5, 60_000)), [], "half an ampere on the AC side is something");
  t.same(told(limits(100, 0.6)), ["at most 200 A 1 W"]);
  const asked = checked();
  asked.at(3, simple("prechargeRequested"), target(400, 2));
  t.same(asked.at(3.1, supply(5)), ["at most 150 A 60000 W"], "over the voltage asked for, before there is one");
  const derated = (max_export_current_A: number): DcSessionEvent => ({
    type: "deratingSet",
    derating: { max_export_current_A },
  });
  t.same(
    told(derated(0.0006), derated(0), derated(0.0006)),
    ["at most 0 A 1 W", "at most 0 A 0 W", "at most 0 A 1 W"],
    "nothing at all is never rounded to, nor from",
  );
  const { effects } = createDcSessionMachine(options).step(
    initialDcSession,
    { type: "capabilitiesTold", capabilities: { ...capabilities, min_export_current_A: 2 } },
    0,
  );
  t.match(effects[0], {
    kind: "hlcCommand",
    command: {
      name: "update_dc_minimum_limits",
      args: {
        minimum_limits: {
          evse_minimum_current_limit: 2,
          evse_minimum_voltage_limit: 150,
          evse_minimum_power_limit: 300,
        },
      },
    },
  });
});

t.test("before anything is known", async (t) => {
  const { deadlineMs } = createDcSessionMachine(options);
  t.equal(deadlineMs(initialDcSession), null);
  t.match(initialDcSession, {
    locked: true,
    preparing: false,
    demandActive: false,
    rampingDown: false,
    relaysClosed: false,
    latched: false,
    ramp: { currentA: 0, atMs: 0 },
    supplyHeardMs: 0,
    voltageSource: "powerSupply",
    cableCheck: { name: "idle" },
    precharge: { name: "idle" },
    overVoltage: { name: "off", limits: null, latched: false },
    plausibility: { name: "off", latched: false },
  });
  t.same(unknownSupply, {
    bidirectional: false,
    max_export_voltage_V: 60,
    min_export_voltage_V: 0,
    max_export_current_A: 0,
    min_export_current_A: 0,
    max_export_power_W: 0,
    current_regulation_tolerance_A: 0.5,
    peak_current_ripple_A: 0.5,
  });
});

t.test("whatever happens, the supply is on only where it may be, and goes off first", async () => {
  const volt = fc.integer({ min: 0, max: 600 });
  const event: fc.Arbitrary<DcSessionEvent> = fc.oneof(
    volt.map((voltageV) => supply(voltageV)),
    fc.tuple(volt, fc.integer({ min: 0, max: 200 })).map(([voltageV, currentA]) => target(voltageV, currentA)),
    fc.constantFrom(1e6, 10).map(ohms),
    fc.boolean().map(relays),
    fc.boolean().map((value): DcSessionEvent => ({ type: "preparing", value })),
    fc.constantFrom(limits(100, 60_000), limits(0, 0), limits(100, 60_000, 2000)),
    fc.constantFrom(
      simple("cableCheckRequested"),
      simple("cableCheckRequested"),
      simple("prechargeRequested"),
      simple("demandStarted"),
      simple("demandFinished"),
      simple("shutDown"),
      simple("openRequested"),
      simple("vehicleLeft"),
    ),
  );
  const takesAway = new Set(["demandFinished", "shutDown", "openRequested", "vehicleLeft"]);
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.integer({ min: 0, max: 800 })), { maxLength: 60 }), (events) => {
      const machine = createDcSessionMachine(options);
      let { state } = begun();
      let nowMs = 0;
      for (const [next, waitMs] of events) {
        nowMs += waitMs;
        for (const one of [machine.deadlineReached, next]) {
          const before = state;
          const { state: after, effects } = machine.step(state, one, nowMs);
          state = after;
          const [first] = effects;
          const opens = one.type === "relaysChanged" && !one.closed && before.relaysClosed;
          if (takesAway.has(one.type) || opens) {
            if (state.control.on) return false;
            if (first?.kind !== "supply" || first.command.type !== "setMode" || first.command.mode !== "Off")
              return false;
          }
          if (state.control.on && state.locked) return false;
          if (state.control.on && !state.relaysClosed) return false;
          if (state.control.on && state.overVoltage.name !== "watching" && state.overVoltage.name !== "above")
            return false;
          if (effects.some((effect) => effect.kind === "raise") && state.control.on) return false;
        }
      }
      return true;
    }),
    { seed: 7, numRuns: 400 },
  );
});

t.test(
  "whatever is asked in both directions, current flows in the one that the grid wants, and in no other",
  async () => {
    const volt = fc.integer({ min: 0, max: 1100 });
    const chance: fc.Arbitrary<DcSessionEvent> = fc.oneof(
      volt.map((voltageV) => supply(voltageV)),
      fc.tuple(volt, fc.integer({ min: -200, max: 200 })).map(([voltageV, currentA]) => target(voltageV, currentA)),
      fc.constantFrom(limits(100, 60_000), limits(100, 9000, 1500), back(20_000), back(5000, 1500), limits(0, 0)),
      fc.constantFrom(true, false).map(service),
      fc.constantFrom<DcSessionEvent>(
        { type: "serviceForgotten" },
        { type: "deratingSet", derating: { max_import_current_A: 7 } },
        { type: "deratingSet", derating: {} },
        { type: "vehicleLimitsTold", maxV: 1200, maxA: 150 },
        { type: "capabilitiesTold", capabilities },
        simple("saeModeActive"),
        simple("stopAsked"),
        simple("demandFinished"),
      ),
    );
    const ways: Partial<DcSessionOptions>[] = [{}, { dischargesUnspoken: true }, { saeMode: "V2G" }];
    fc.assert(
      fc.property(
        fc.constantFrom(...ways),
        fc.array(fc.tuple(chance, fc.integer({ min: 0, max: 600 }))),
        (way, events) => {
          const machine = createDcSessionMachine({ ...options, ...way });
          const course = bothWays(way, service(true));
          course.at(4, simple("demandStarted"));
          let { state, nowMs } = course;
          for (const [next, waitMs] of events) {
            nowMs += waitMs;
            for (const one of [machine.deadlineReached, next, machine.deadlineReached]) {
              state = machine.step(state, one, nowMs).state;
              const { control, budget, demandActive } = state;
              if (!control.on || (control.setpoint?.currentA ?? 0) === 0) continue;
              const isGiven = budget !== null && nowMs < budget.endsAtMs && budget.maxW > 0;
              if (demandActive && !isGiven) return false;
              if (demandActive && budget?.discharges !== (control.direction === "Import")) return false;
              if (control.direction === "Import" && dischargeWay(state, { ...options, ...way }) === null) return false;
            }
          }
          return true;
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  },
);
