/** What the parts of one EVSE are to each other: pilot, charger, DC session, high-level communication, random delay. */
import t from "tap";
import { unknownSupply } from "../../../src/core/dc/power-supply.ts";
import type { OuterHighLevelEvent } from "../../../src/core/hlc/high-level.ts";
import { wantedOf } from "../../../src/core/session/charger-limits.ts";
import type { EvseEffect, EvseEvent, EvseOptions } from "../../../src/core/session/evse-state.ts";
import type { Bench } from "./evse-bench.ts";
import {
  bench,
  capabilities,
  chargingBench,
  dc,
  dcCharging,
  dcChecked,
  dcOptions,
  dcPlugged,
  enable,
  evseOptions,
  fault,
  highLevel,
  isolation,
  limits,
  outputWord,
  reading,
  startedBench,
  supplied,
  token,
  withCharger,
} from "./evse-bench.ts";

const said = (event: OuterHighLevelEvent): EvseEvent => ({ kind: "highLevel", event });
const authorize: EvseEvent = { kind: "authorize", token };

/** Errors raised and cleared, but for the one that sums them up. */
function errorWord(effect: EvseEffect): string[] {
  if (effect.kind !== "raise" && effect.kind !== "clear") return [];
  if (effect.type === "evse_manager/Inoperative") return [];
  const subType = effect.subType === undefined || effect.subType === "" ? "" : `/${effect.subType}`;
  return [`${effect.kind} ${effect.type.replace("evse_manager/", "")}${subType}`];
}

/** What is told the stack of the vehicle, but for what it hears with every sample. */
function stackWord(effect: EvseEffect): string[] {
  if (effect.kind === "slacCommand") {
    const { command } = effect;
    return [`slac ${command.name}${"enable" in command ? ` ${command.enable}` : ""}`];
  }
  if (effect.kind !== "hlcCommand") return [];
  const { command } = effect;
  switch (command.name) {
    case "cable_check_finished":
      return [`cable check ${command.args.status ? "ok" : "not ok"}`];
    case "stop_charging":
      return [command.args.stop ? "stop" : "go on"];
    case "ac_contactor_closed":
      return [command.args.status ? "closed" : "open"];
    case "update_isolation_status":
    case "send_error":
    case "reset_error":
    case "no_energy_pause_charging":
      return [command.name];
    default:
      return [];
  }
}

function supplyWord(effect: EvseEffect): string[] {
  if (effect.kind !== "supply") return [];
  const { command } = effect;
  if (command.type === "setMode") return [command.mode];
  return [
    `${command.type === "setImportVoltageCurrent" ? "from " : ""}${command.voltageV} V ${Math.round(command.currentA * 100) / 100} A`,
  ];
}

/** What the events bring about, in these words. */
function brings(b: Bench, word: (effect: EvseEffect) => string[], ...events: Parameters<Bench["post"]>): string[] {
  const { length } = b.effects;
  b.post(...events);
  return b.effects.slice(length).flatMap(word);
}

/** What passes meanwhile; the supply goes on telling its voltage. */
function lasting(b: Bench, word: (effect: EvseEffect) => string[], ms: number, voltageV = 400): string[] {
  const { length } = b.effects;
  for (let passedMs = 0; passedMs < ms; passedMs += 250) b.wait(250).post(supplied(voltageV), isolation(1e6));
  return b.effects.slice(length).flatMap(word);
}

const withHighLevel = (more: Partial<typeof highLevel>, options: EvseOptions = dcOptions): EvseOptions => ({
  ...options,
  highLevel: options.highLevel && { ...options.highLevel, ...more },
});

/** 60 kW at most; 40 kW back, where it also draws. */
const supplyOf = (maxA: number, drawing: object = {}): EvseEvent =>
  dc({
    type: "capabilitiesTold",
    capabilities: {
      ...unknownSupply,
      min_export_voltage_V: 150,
      max_export_voltage_V: 1000,
      max_export_current_A: maxA,
      max_export_power_W: 60_000,
      ...drawing,
    },
  });

const bothWays = supplyOf(200, {
  bidirectional: true,
  min_import_voltage_V: 200,
  max_import_voltage_V: 900,
  max_import_current_A: 80,
  max_import_power_W: 40_000,
});

t.test("a DC contactor closes when the cable check says so", async (t) => {
  const b = dcPlugged();
  t.same(brings(b, outputWord, "C", dc({ type: "cableCheckRequested" })), []);
  t.same(brings(b, outputWord, supplied(100)), [], "there is voltage on the supply still");
  t.same(brings(b, outputWord, supplied(0)), ["close"]);
  t.match(
    b.effects.findLast(({ kind }) => kind === "contactorCommand"),
    { closed: true, reason: "DCCableCheck" },
  );
});

t.test("what the cable check finds out is told to the stack", async (t) => {
  const b = dcPlugged();
  const first = brings(b, stackWord, "C", dc({ type: "cableCheckRequested" }), supplied(0), supplied(500));
  t.same(first, ["closed"]);
  t.same(brings(b, stackWord, isolation(1e6)), ["update_isolation_status"]);
  t.same(brings(b, stackWord, supplied(10)), ["cable check ok"]);
});

t.test("a vehicle that needs a rest hears of its cable check later", async (t) => {
  const b = dcChecked(withHighLevel({ cableCheckRestMs: 3000 }));
  const heard = (): string[] => b.effects.flatMap(stackWord).filter((word) => word.startsWith("cable"));
  t.same(heard(), []);
  b.wait(2999);
  t.same(heard(), []);
  b.wait(1);
  t.same(heard(), ["cable check ok"]);
  const stopped = dcChecked(withHighLevel({ cableCheckRestMs: 3000 })).post({ kind: "stop", final: true });
  t.same(
    stopped
      .wait(60_000)
      .effects.flatMap(stackWord)
      .filter((word) => word.startsWith("cable")),
    [],
    "not once the station has stopped",
  );
});

t.test("what the vehicle asks for reaches the supply", async (t) => {
  const asks = (voltageV: number, currentA: number): EvseEvent =>
    said({ type: "targetTold", target: { voltageV, currentA } });
  const b = dcChecked();
  t.same(brings(b, supplyWord, dc({ type: "prechargeRequested" }), asks(400, 2)), ["400 V 2 A", "Export"]);
  t.same(brings(b, supplyWord, supplied(400), dc({ type: "demandStarted" })), ["Export", "400 V 0 A"]);
  t.same(brings(b, supplyWord, asks(410, 30)), ["410 V 0 A"]);
  t.same(lasting(b, supplyWord, 1000), ["410 V 6.25 A", "410 V 12.5 A", "410 V 18.75 A", "410 V 25 A"]);
});

t.test("a vehicle that said the same twice is missed when it falls silent", async (t) => {
  const asks = said({ type: "targetTold", target: { voltageV: 400, currentA: 30 } });
  const errors = (b: Bench): string[] => lasting(b, errorWord, 6000);
  t.same(errors(dcCharging().post(asks)), [], "its stack tells changes only");
  const repeating = dcCharging().post(asks, asks);
  t.same(lasting(repeating, errorWord, 4750), []);
  t.same(lasting(repeating, errorWord, 250), ["raise Internal/VehicleSilent"]);
});

t.test("a vehicle that leaves its current to the station gets it by the voltage there is", async (t) => {
  const b = dcCharging().post(supplyOf(30));
  const mode = { maxChargeW: 6000, minChargeW: 0, maxChargeA: 120, maxV: 450, minV: 200 };
  b.post(said({ type: "dynamicModeTold", mode }));
  t.same(b.state.dc?.asked, { voltageV: 450, currentA: 15 }, "6 kW at 400 V");
  t.same(brings(b, ({ kind }) => [kind], supplied(375)).includes("dcTarget"), false, "said within the house");
  t.same(b.state.dc?.asked, { voltageV: 450, currentA: 16 }, "6 kW at 375 V");
});

t.test("an error of the DC side is the station's: raised, told, and cleared with what it knows", async (t) => {
  const b = dcPlugged();
  t.same(brings(b, errorWord, dc({ type: "cableCheckRequested" }), supplied(0)), [], "there was none");
  b.wait(4999);
  t.same(brings(b, errorWord, supplied(0)), []);
  b.wait(1);
  t.same(brings(b, errorWord, supplied(0)), ["raise MREC11CableCheckFault/Self test failed"], "it is in B still");
  t.match(b.state.faults, [
    {
      source: "evse_manager",
      type: "evse_manager/MREC11CableCheckFault",
      sub_type: "Self test failed",
      severity: "Medium",
      vendor_id: "EVerest",
    },
  ]);
  t.same(brings(b, errorWord, dc({ type: "cableCheckRequested" })), ["clear MREC11CableCheckFault/Self test failed"]);
  t.same(b.state.faults, []);
});

t.test("only errors of the station's own are cleared with a session, and each with its sub type", async (t) => {
  const b = dcCharging();
  const others = fault("evse_manager/Internal", "Medium", { source: "slac" });
  b.post("PowerOff", { kind: "faultRaised", fault: others });
  t.match(
    b.state.faults.map(({ source, sub_type }) => `${source}/${sub_type}`),
    ["evse_manager/ContactorOpened", "slac/"],
  );
  b.wait(1000);
  t.same(brings(b, errorWord, "A").concat(lasting(b, errorWord, 30_000, 0)), ["clear Internal/ContactorOpened"]);
  t.match(
    b.state.faults.map(({ source }) => source),
    ["slac"],
  );
});

t.test("an error without a sub type", async (t) => {
  const b = chargingBench(withCharger({ overCurrentTimeoutMs: 1000 }));
  b.post(reading(1, 40)).wait(1000).post(reading(2, 40)).wait(1000);
  t.match(b.state.faults, [{ type: "evse_manager/MREC4OverCurrentFailure", sub_type: "", vendor_id: "EVerest" }]);
  const raised = b.effects.flatMap(errorWord);
  t.same(raised, ["raise MREC4OverCurrentFailure"]);
  const { length } = b.effects;
  b.post("A").wait(30_000);
  const cleared = b.effects.slice(length).find((effect) => effect.kind === "clear" && effect.type.includes("MREC4"));
  t.same(cleared, { kind: "clear", type: "evse_manager/MREC4OverCurrentFailure" });
});

/** A DC station that waits for what its store knows, nobody plugged in. */
function beforeStore(): Bench {
  const options = { ...dcOptions, charger: { ...dcOptions.charger, hasStore: true } };
  const b = bench(options).post({ kind: "capabilities", capabilities }, { kind: "phasesAvailable", count: 3 });
  return b.post(limits(16), { kind: "ready" });
}

const loaded = (overVoltage: boolean): EvseEvent => ({ kind: "storeLoaded", session: null, overVoltage });
const brownOut = { ...fault("evse_board_support/BrownOut", "Medium") };
const brownOutRaised: EvseEvent = { kind: "faultRaised", fault: brownOut };
const brownOutCleared: EvseEvent = { kind: "faultCleared", source: "bsp", type: brownOut.type, sub_type: "" };

t.test("no F while an over-voltage is remembered: nobody would see the plug being pulled", async (t) => {
  const pilot = (effect: EvseEffect): string[] => outputWord(effect).filter((word) => word === "F" || word === "X1");
  t.same(brings(beforeStore(), pilot, brownOutRaised), ["F"], "an error, and nobody there");
  t.same(brings(beforeStore().post(brownOutRaised), pilot, loaded(true)), ["X1"], "… and then the store tells");
  t.same(brings(beforeStore().post(brownOutRaised), pilot, loaded(false)), []);
  t.same(brings(beforeStore().post(brownOutRaised), pilot, supplied(0), supplied(10)), [], "F stays");
  t.same(brings(beforeStore().wait(2000), pilot, loaded(true)), [], "it was X1 anyway");
  t.same(brings(beforeStore().post(loaded(true)), pilot, brownOutRaised), ["X1"], "an error afterwards");
  t.same(
    brings(beforeStore().post(brownOutRaised, loaded(true)), pilot, supplied(0), brownOutCleared, brownOutRaised),
    ["X1", "X1"],
    "once X1 is there, it is there",
  );
});

t.test("an over-voltage at an EVSE without a session ends when the plug is pulled, and not before", async (t) => {
  const b = beforeStore().post(brownOutRaised, loaded(true));
  t.same(brings(b, errorWord, "B"), ["raise MREC5OverVoltage"], "found where nobody knew of it");
  t.equal(b.state.charger.name, "Idle");
  t.same(brings(b, errorWord, "B", "C", "C", "B"), []);
  t.same(brings(b, errorWord, "A"), ["clear MREC5OverVoltage"]);
  t.equal(b.state.dc?.latched, false);
  t.same(brings(b, errorWord, "B"), [], "and the next vehicle is another one");
  const { length } = b.effects;
  b.post("A");
  t.same(
    b.effects.slice(length).filter((effect) => effect.kind === "clear"),
    [],
  );
});

t.test("an over-voltage of a session ends with it", async (t) => {
  const b = dcCharging();
  t.same(brings(b, errorWord, supplied(560)), ["raise MREC5OverVoltage"]);
  b.wait(1000);
  t.same(brings(b, errorWord, "C", "B"), []);
  const { length } = b.effects;
  b.post("A").wait(60_000);
  t.same(b.effects.slice(length).flatMap(errorWord), ["clear MREC5OverVoltage"]);
});

t.test("power towards the grid: what of it is the charger's, and what the DC side's", async (t) => {
  const named = (value: number) => ({ value, source: "x" });
  const feedingBack = { ...capabilities, max_current_A_export: 20, max_phase_count_export: 3 };
  const of = (options: EvseOptions, ampere: number | null, watt: number | null): Bench =>
    bench(options).post({ kind: "capabilities", capabilities: feedingBack }, bothWays, {
      kind: "enforceLimits",
      limits: {
        ...(ampere !== null && { ac_max_current_A: named(ampere) }),
        ...(watt !== null && { total_power_W: named(watt) }),
      },
      validForMs: 10_000,
    });
  const charger = { ...dcOptions.charger, maxCurrentExportA: 32 };
  const discharging = { ...dcOptions, charger, dc: { ...dcOptions.dc, dischargesUnspoken: true } };
  const table: [ampere: number | null, watt: number | null, maxA: number, maxW: number][] = [
    [-16, null, 16, 11_040],
    [-16, -6900, 10, 6900],
    [-8, -6900, 8, 5520],
    [null, -6900, 10, 6900],
    [-50, null, 20, 13_800],
    [-0.5, null, 0.5, 345],
  ];
  for (const [ampere, watt, maxA, maxW] of table) {
    const b = of(discharging, ampere, watt);
    const name = `${ampere} A, ${watt} W`;
    t.match(b.state.dc?.budget, { maxA, maxW, discharges: true, endsAtMs: 10_000 }, name);
    t.match(b.state.charger, { limitA: 0, dischargeA: maxA }, name);
    t.equal(b.wait(9999).state.charger.dischargeA, maxA, name);
    t.equal(b.wait(1).state.charger.dischargeA, 0, `${name}: nobody has said so again`);
  }
  const refused = of({ ...dcOptions, charger }, -16, null);
  t.match(refused.state.dc?.budget, { maxA: 16, maxW: 11_040, discharges: true });
  t.equal(refused.state.charger.dischargeA, 0, "no vehicle is discharged here");
  const ac = of({ ...evseOptions, charger: { ...evseOptions.charger, maxCurrentExportA: 32 } }, -16, null);
  t.match(ac.state.charger, { limitA: 0, dischargeA: 0 }, "with alternating current it is the vehicle's own business");
  t.equal(ac.state.dc, null);
  t.match(of(discharging, 16, null).state.charger, { limitA: 16, dischargeA: 0 });
});

t.test("limits are delayed in the states in between as in those on both sides", async (t) => {
  const delays = { enabled: true, maxDurationS: 600, atAnyChange: true };
  const isDelayed = (b: Bench, ampere = 10): boolean =>
    brings(b, ({ kind }) => (kind === "drawDelay" ? [kind] : []), limits(ampere)).length > 0;
  const welded = chargingBench({ ...evseOptions, randomDelay: delays }, () => true).post({ kind: "pause", call: 1 });
  t.equal(welded.state.charger.name, "StoppingCharging");
  t.equal(isDelayed(welded), false);
  const waking = startedBench({ ...evseOptions, randomDelay: delays })
    .post("B", authorize)
    .wait(29_000);
  t.equal(waking.state.charger.name, "PrepareCharging");
  waking.wait(1000);
  t.equal(waking.state.charger.name, "T_step_EF");
  t.equal(isDelayed(waking), false);
  const fallingBack = startedBench({
    ...withCharger({ hlcEnabled: true, use5Percent: true }),
    randomDelay: delays,
  }).post("B", { kind: "slacState", state: "MATCHING" });
  fallingBack.post(authorize).wait(11_000);
  t.equal(fallingBack.state.charger.name, "T_step_X1");
  t.equal(isDelayed(fallingBack), false);
  const switching = chargingBench({ ...evseOptions, randomDelay: delays });
  const board = { ...capabilities, supports_changing_phases_during_charging: true };
  switching.post(
    { kind: "capabilities", capabilities: board },
    {
      kind: "enforceLimits",
      limits: { ac_max_current_A: { value: 16, source: "x" }, ac_max_phase_count: { value: 1, source: "x" } },
      validForMs: 1_000_000,
    },
  );
  t.equal(switching.state.charger.name, "SwitchPhases");
  t.equal(isDelayed(switching), false);
  const disabled = startedBench({ ...evseOptions, randomDelay: delays }).post(enable("Disable"));
  t.equal(isDelayed(disabled), false);
});

t.test("a station that speaks to no vehicle tells no matching anything", async (t) => {
  const course: Parameters<Bench["post"]> = ["B", authorize, "C", { kind: "dlinkTerminate" }, { kind: "dlinkError" }];
  t.same(
    startedBench()
      .post(...course)
      .wait(60_000)
      .effects.flatMap(stackWord),
    [],
  );
  const spoken = startedBench(withCharger({ hlcEnabled: true }));
  t.same(brings(spoken, stackWord, "B"), ["slac enter_bcd", "reset_error", "open", "go on"]);
  t.same(brings(spoken, stackWord, { kind: "dlinkPause" }), ["slac dlink_pause"]);
  t.same(brings(spoken, stackWord, { kind: "dlinkTerminate" }), ["slac dlink_terminate"]);
  t.same(brings(spoken, stackWord, { kind: "requestErrorRoutine" }), ["slac reset false"]);
});

t.test("a stop is told in words, and nothing of it to the matching", async (t) => {
  t.same(brings(dcCharging(), stackWord, { kind: "pause", call: 1 }), ["stop"]);
  const stopped = brings(dcCharging(), stackWord, { kind: "stopTransaction", reason: "EmergencyStop" });
  t.same(stopped, ["send_error", "stop", "open"]);
});

t.test("a stop lets the current fall before the contactor opens", async (t) => {
  const b = dcCharging();
  lasting(b, supplyWord, 4000);
  t.same(brings(b, supplyWord, { kind: "pause", call: 1 }), []);
  t.same(lasting(b, supplyWord, 750), ["400 V 25 A", "400 V 0 A"]);
});

t.test("the cable is checked while the station prepares, and at no other time", async (t) => {
  const checks = (b: Bench): boolean =>
    brings(b, outputWord, dc({ type: "cableCheckRequested" }), supplied(0)).includes("close");
  const b = startedBench(dcOptions).post(supplyOf(200), limits(32), "B", "C").wait(600);
  b.post(dc({ type: "vehicleLimitsTold", maxV: 500, maxA: 150 }));
  t.equal(checks(b), false, "nobody has shown who pays");
  t.same(brings(b, outputWord, authorize, supplied(0)), ["close"], "it was asked for before");
  t.equal(checks(dcPlugged().post("C")), true);
  const stopped = dcChecked();
  t.same(brings(stopped, outputWord, { kind: "stopTransaction", reason: "Local" }), []);
  t.equal(stopped.state.charger.name, "StoppingCharging");
  t.equal(checks(stopped), false, "the session is being stopped");
  const testing = dcPlugged().post("C", dc({ type: "cableCheckRequested" }), supplied(0), supplied(250));
  t.same(
    brings(testing, outputWord, { kind: "stopTransaction", reason: "Local" }),
    ["supplyOff"],
    "stopped in the middle of it: the voltage goes at once",
  );
});

t.test("switching an empty DC station off and on is none of its supply's and its monitor's business", async (t) => {
  const devices = ({ kind }: EvseEffect): string[] =>
    ["supply", "isolationMonitor", "overVoltageMonitor"].includes(kind) ? [kind] : [];
  t.same(brings(startedBench(dcOptions), devices, enable("Disable"), enable("Enable")), []);
});

t.test("a plug that is locked only for those who have shown who pays", async (t) => {
  const locks = (effect: EvseEffect): string[] => outputWord(effect).filter((word) => word.endsWith("lock"));
  const pilot = { ...evseOptions.pilot, unlockWhenDeauthorized: true };
  const b = startedBench({ ...evseOptions, pilot });
  t.same(brings(b, locks, "B"), []);
  t.same(brings(b, locks, authorize), ["lock"]);
  t.same(brings(b, locks, { kind: "stopTransaction", reason: "Local" }), ["unlock"]);
});

t.test("limits that mean nothing: before the board has told its phases, and once they are over", async (t) => {
  const threePhases = (validForMs: number): EvseEvent => ({
    kind: "enforceLimits",
    limits: { ac_max_current_A: { value: 8, source: "x" }, ac_max_phase_count: { value: 1, source: "x" } },
    validForMs,
  });
  const kinds = ({ kind }: EvseEffect): string[] => (kind === "countdown" || kind === "drawDelay" ? [kind] : []);
  t.same(bench().post(threePhases(1000)).effects, []);
  const delays = { enabled: true, maxDurationS: 600, atAnyChange: true };
  const b = chargingBench({ ...evseOptions, randomDelay: delays });
  t.same(
    brings(b, ({ kind }) => [kind], threePhases(0), threePhases(-1)),
    [],
  );
  t.equal(b.state.charger.limitA, 16);
  t.same(brings(b, kinds, threePhases(1)), ["drawDelay"]);
});

t.test("a meter is waited for a millisecond where that is wanted", async (t) => {
  const b = bench({ ...withCharger({ hasMeter: true, hasStore: true }), initialMeterValueTimeoutMs: 1 });
  const asked = (): boolean => b.effects.some(({ kind }) => kind === "loadStore");
  b.post({ kind: "ready" });
  t.equal(asked(), false);
  b.wait(1);
  t.equal(asked(), true);
});

t.test("what the parts tell each other nobody else hears", async (t) => {
  const inner = ["setPwm", "setX1", "setF", "allowPower", "setAuthorized", "forceUnlock", "supplyOff", "hlc", "slac"];
  const courses: readonly Bench[] = [
    dcCharging().post({ kind: "pause", call: 1 }, "B", "A"),
    chargingBench().post({ kind: "forceUnlock", call: 1 }, "B", "A", enable("Disable"), brownOutRaised),
    startedBench(withCharger({ hlcEnabled: true })).post("B", { kind: "requestErrorRoutine" }),
  ];
  for (const b of courses) {
    b.wait(60_000);
    t.ok(b.effects.length > 20);
    t.same(
      b.effects.map(({ kind }) => kind as string).filter((kind) => [...inner, "allowClose", "car"].includes(kind)),
      [],
    );
  }
});

t.test("a contactor that is not confirmed open keeps the next vehicle away until it is", async (t) => {
  let isWelded = true;
  const b = chargingBench(evseOptions, () => isWelded).post("A");
  t.same(b.wait(20_999).effects.flatMap(errorWord), []);
  t.same(b.wait(1).effects.flatMap(errorWord), ["raise Internal"]);
  t.equal(b.state.charger.shutdown, "Emergency");
  t.equal(b.outputs().includes("F"), true);
  b.post("B", authorize).wait(60_000);
  t.equal(b.state.charger.name, "Idle", "no session begins");
  isWelded = false;
  const before = b.effects.length;
  b.post("PowerOff");
  t.same(b.effects.slice(before).flatMap(errorWord), ["clear Internal"]);
  b.post(authorize).wait(1000);
  t.equal(b.state.charger.name, "PrepareCharging");
});

t.test("who has come to nothing: the vehicle hears it only where it waits for somebody", async (t) => {
  const answers = (effect: EvseEffect): string[] =>
    effect.kind === "hlcCommand" && effect.command.name === "authorization_response"
      ? [effect.command.args.authorization_status]
      : [];
  const asks = said({ type: "externalRequired" });
  const nobody: EvseEvent = { kind: "withdrawAuthorization" };
  const options = withCharger({ hlcEnabled: true, use5Percent: true, hasStore: true });
  const identification = { ...highLevel.identification, answersAfterStep: true };
  const plugged = (): Bench =>
    startedBench(withHighLevel({ identification }, options)).post({ kind: "storeLoaded", session: null }, "B");
  t.same(brings(plugged(), answers, asks, nobody), ["Unknown"]);
  const known = plugged().post(authorize, asks);
  t.equal(known.state.charger.transactionActive, false, "it is on its way to the store");
  t.same(brings(known, answers, nobody), [], "the session ends");
  const stopped = chargingBench(withCharger({ hlcEnabled: true })).post({ kind: "stopTransaction", reason: "Local" });
  t.equal(stopped.state.charger.transactionActive, true);
  t.same(brings(stopped, answers, asks, nobody), [], "a transaction that ends is nobody's to take back");
});

t.test("a station that begins with a vehicle plugged in begins from nothing", async (t) => {
  const delays = { enabled: true, maxDurationS: 600, atAnyChange: true };
  const kinds = ({ kind }: EvseEffect): string[] => (kind === "drawDelay" ? [kind] : []);
  const begun = (ms: number): Bench =>
    startedBench({ ...evseOptions, randomDelay: delays })
      .wait(ms)
      .post("B");
  t.same(brings(begun(4999), kinds, limits(16)), ["drawDelay"], "all of its kind begin at once");
  t.same(brings(begun(5000), kinds, limits(16)), []);
});

t.test("a delay ends by itself, and what waited counts", async (t) => {
  const delays = { enabled: true, maxDurationS: 600, atAnyChange: true };
  const b = chargingBench({ ...evseOptions, randomDelay: delays }).post(limits(8));
  b.post({ kind: "randomDelay", order: { kind: "drawn", durationS: 300 } }).wait(299_999);
  t.equal(b.state.charger.limitA, 16);
  t.equal(b.wait(1).state.charger.limitA, 8);
  t.same(
    b.effects.flatMap((effect) => (effect.kind === "countdown" ? [effect.leftS] : [])),
    [300, 0],
  );
});

t.test("a board that falls silent: the pilot is told as such, and power goes", async (t) => {
  const pilot = (effect: EvseEffect): string[] =>
    effect.kind === "cp" ? [`${effect.from} ${effect.to}`] : outputWord(effect).filter((word) => word === "open");
  t.same(brings(chargingBench(), pilot, "Disconnected"), ["open", "C Disabled"]);
});

t.test("an error whose type says nothing and that nobody describes", async (t) => {
  const b = startedBench().post({ kind: "faultRaised", fault: fault("Unnamed") });
  t.same(
    b.effects.flatMap((effect) => (effect.kind === "raise" ? [effect.message] : [])),
    ["Unnamed"],
  );
});

t.test("a bill of a session that a cut ended, without a meter and without a store that answers", async (t) => {
  const b = bench(withCharger({ hasStore: true })).post({ kind: "ready" });
  b.post({ kind: "storeLoaded", session: { id: "old" } }).wait(2000);
  const bills = b.effects.flatMap((effect) => (effect.kind === "session" ? [effect.event] : []));
  t.strictSame(
    bills.filter(({ event }) => event === "TransactionFinished"),
    [
      {
        uuid: "old",
        event: "TransactionFinished",
        transaction_finished: { meter_value: { timestamp: "", energy_Wh_import: { total: 0 } }, reason: "PowerLoss" },
      },
    ],
  );
});

t.test("what limits mean, and who is behind it", async (t) => {
  const of = (phases: number, ampere: number, watt: number): string => {
    const board = { ...capabilities, max_phase_count_import: phases };
    const { charger } = bench().post({ kind: "capabilities", capabilities: board }).state;
    const { currentA, source } = wantedOf(charger, evseOptions.charger, {
      ac_max_current_A: { value: ampere, source: "by current" },
      total_power_W: { value: watt, source: "by power" },
    });
    return `${currentA} A ${source}`;
  };
  t.equal(of(3, 10, 6900), "10 A by current", "as much by either");
  t.equal(of(3, 10, 6210), "9 A by power");
  t.equal(of(1, 10, 2070), "9 A by power");
  t.equal(of(3, 0, 6900), "0 A by current");
  t.equal(of(3, 10, 0), "0 A by power");
  t.equal(of(3, 0, -2300), "0 A ", "one towards the vehicle, one towards the grid: neither");
  t.equal(of(3, -10, 0), "0 A ");
  const single = { ...capabilities, max_phase_count_import: 1 };
  t.equal(bench().post({ kind: "capabilities", capabilities: single }, limits(16)).state.charger.limitA, 16);
  t.equal(startedBench().post(limits(8, 1)).state.charger.limitA, 8, "for a millisecond");
  t.match(
    bench()
      .post({ kind: "ready" })
      .effects.find(({ kind }) => kind === "limits"),
    { maxCurrentA: 0, phases: 1 },
    "before anybody has told anything",
  );
});

t.test("the lock is told when it moves", async (t) => {
  const told = (effect: EvseEffect): string[] =>
    effect.kind === "lockCommand" || effect.kind === "lockState" ? [`${effect.kind} ${effect.locked}`] : [];
  const b = bench().post({ kind: "ready" });
  t.same(brings(b, told, "A"), [], "it was open");
  t.same(brings(b, told, "B"), ["lockCommand true", "lockState true"]);
  t.same(brings(b, told, "B"), []);
  t.same(brings(b, told, "A"), ["lockCommand false", "lockState false"]);
  t.same(brings(b, told, { kind: "forceUnlock", call: 1 }), [], "open it is already");
});
