/** Start, errors, limits and stop of one EVSE: pilot, charger and errors together. */
import t from "tap";
import { withinCable } from "../../../src/core/session/charger-limits.ts";
import { evseMachine } from "../../../src/core/session/evse.ts";
import type { EvseEffect, EvseEvent } from "../../../src/core/session/evse-state.ts";
import { initialEvse } from "../../../src/core/session/evse-state.ts";
import {
  bench,
  capabilities,
  chargingBench,
  dcCharging,
  dcOptions,
  enable,
  evseOptions,
  fault,
  isolation,
  limits,
  reading,
  startedBench,
  supplied,
  token,
  withCharger,
} from "./evse-bench.ts";

/** What start-up tells, in short. */
function told(effects: readonly EvseEffect[]): string[] {
  return effects.flatMap((effect): string[] => {
    switch (effect.kind) {
      case "session":
        return [`${effect.event.event}${effect.event.uuid === "" ? "" : ` ${effect.event.uuid}`}`];
      case "storeSession":
        if (effect.session === null) return ["forget"];
        return [`${effect.session.finished === undefined ? "keep" : "bill"} ${effect.session.id}`];
      case "meterStop":
        return [`meterStop ${effect.call} "${effect.transactionId}"`];
      case "waitingForExternalReady":
        return [`waiting ${effect.value}`];
      case "storeOverdue":
        return [`overdue ${effect.id}`];
      case "closedAfterCut":
        return [`closed ${effect.id}: ${effect.energyWh} Wh by ${effect.reading}`];
      case "loadStore":
      case "readyForCharging":
      case "drawSessionId":
        return [effect.kind];
      case "reply":
        return [`reply ${effect.result}`];
      default:
        return [];
    }
  });
}

const ready: EvseEvent = { kind: "ready" };
const stored = (timestamp: string): EvseEvent => ({ kind: "sessionStored", call: 0, timestamp });
const finishedIn = (effects: readonly EvseEffect[]) =>
  effects.flatMap((effect) =>
    effect.kind === "session" && effect.event.transaction_finished ? [effect.event.transaction_finished] : [],
  );
const meterOk: EvseEvent = { kind: "meterStopped", call: 0, response: { status: "OK" } };
const full = withCharger({ hasMeter: true, hasStore: true });

t.test("the order of the start: first reading, store, the meters' open transactions, then running", async (t) => {
  const b = bench(full).post(ready);
  t.strictSame(told(b.effects), ["drawSessionId"]);
  b.post(reading(1000));
  t.strictSame(told(b.effects).slice(1), ["loadStore"]);
  b.post({ kind: "storeLoaded", session: null });
  t.strictSame(told(b.effects).slice(2), ['meterStop 0 ""']);
  b.post(meterOk);
  t.strictSame(told(b.effects).slice(3), ["Enabled", "readyForCharging"]);
  t.equal(b.state.startUp.phase, "running");
  t.equal(b.effects.at(-1)?.kind, "energyRequest");
  const { length } = b.effects;
  b.post(reading(1001), { kind: "storeLoaded", session: { id: "late" } }, meterOk).wait(60_000);
  t.strictSame(told(b.effects.slice(length)), []);
});

t.test("each step has its patience", async (t) => {
  const b = bench(full).post(ready);
  t.strictSame(told(b.wait(4999).effects), ["drawSessionId"]);
  t.strictSame(told(b.wait(1).effects).slice(1), ["loadStore"]);
  t.strictSame(told(b.wait(1999).effects).slice(2), []);
  t.strictSame(told(b.wait(1).effects).slice(2), ['meterStop 0 ""']);
  t.strictSame(told(b.wait(9999).effects).slice(3), []);
  t.strictSame(told(b.wait(1).effects).slice(3), ["Enabled", "readyForCharging"]);
});

t.test("nothing is waited for that is not there", async (t) => {
  t.strictSame(told(bench().post(ready).effects), ["drawSessionId", "Enabled", "readyForCharging"]);
  t.strictSame(told(bench(withCharger({ hasStore: true })).post(ready).effects), ["drawSessionId", "loadStore"]);
  const noWait = { ...withCharger({ hasMeter: true }), initialMeterValueTimeoutMs: 0 };
  t.strictSame(told(bench(noWait).post(ready).effects), ["drawSessionId", 'meterStop 0 ""']);
  t.strictSame(told(bench(withCharger({ hasMeter: true })).post(reading(1), ready).effects), [
    "drawSessionId",
    'meterStop 0 ""',
  ]);
});

t.test("a session that was open when the power went is closed, never resumed", async (t) => {
  const b = bench(full).post(ready, reading(1234), { kind: "storeLoaded", session: { id: "old" } });
  const signed = (data: string) => ({ signed_meter_data: data, signing_method: "x", encoding_method: "y" });
  t.strictSame(told(b.effects).slice(2), ["SessionResumed old", 'meterStop 0 "old"']);
  b.post({
    kind: "meterStopped",
    call: 0,
    response: { status: "OK", signed_meter_value: signed("end"), start_signed_meter_value: signed("begin") },
  });
  t.strictSame(told(b.effects).slice(4), ["closed old: null Wh by meter", "bill old"], "written, not told yet");
  b.post(stored("noon"));
  t.strictSame(told(b.effects).slice(6), ["TransactionFinished old", "forget", "Enabled", "readyForCharging"]);
  t.match(
    b.effects.find((effect) => effect.kind === "session" && effect.event.event === "TransactionFinished"),
    {
      event: {
        timestamp: "noon",
        transaction_finished: {
          reason: "PowerLoss",
          meter_value: { energy_Wh_import: { total: 1234 } },
          signed_meter_value: { signed_meter_data: "end" },
          start_signed_meter_value: { signed_meter_data: "begin" },
        },
      },
    },
  );
});

/** A station with a meter, its start behind it. */
function metered() {
  const b = bench(withCharger({ hasMeter: true })).post(
    reading(1000),
    { kind: "capabilities", capabilities },
    { kind: "phasesAvailable", count: 3 },
    limits(16),
    ready,
    meterOk,
    "A",
  );
  const last = <K extends EvseEffect["kind"]>(kind: K): Extract<EvseEffect, { readonly kind: K }> | undefined =>
    b.effects.findLast((effect): effect is Extract<EvseEffect, { readonly kind: K }> => effect.kind === kind);
  const payload = (event: string) =>
    b.effects.flatMap((effect) => (effect.kind === "session" && effect.event.event === event ? [effect.event] : []));
  return { b, last, payload };
}

t.test("what the meter is told of the person who pays", async (t) => {
  const types = {
    Central: "CENTRAL",
    eMAID: "EMAID",
    MacAddress: "UNDEFINED",
    ISO14443: "ISO14443",
    ISO15693: "ISO15693",
    KeyCode: "KEY_CODE",
    Local: "LOCAL",
    NoAuthorization: "NONE",
  } as const;
  for (const [type, identification_type] of Object.entries(types)) {
    const { b, last } = metered();
    const id_token = { value: "TAG", type: type as keyof typeof types };
    b.post("B")
      .wait(1000)
      .post({ kind: "authorize", token: { id_token, authorization_type: "RFID" } })
      .wait(1000);
    t.match(
      last("meterStart")?.request,
      {
        transaction_id: b.state.charger.session?.id ?? "none",
        identification_status: "ASSIGNED",
        identification_flags: [],
        identification_type,
        identification_data: "TAG",
      },
      type,
    );
  }
});

t.test("each transaction is billed with its own signed readings and nobody else's", async (t) => {
  const { b, last, payload } = metered();
  const signed = (data: string) => ({ signed_meter_data: data, signing_method: "x", encoding_method: "y" });
  const transaction = (begin?: string, end?: string): void => {
    b.post("B").wait(1000).post({ kind: "authorize", token }).wait(1000);
    b.post({
      kind: "meterStarted",
      call: last("meterStart")?.call ?? -1,
      response: { status: "OK", ...(begin !== undefined && { signed_meter_value: signed(begin) }) },
    });
    b.post("C").wait(5000).post(reading(2000)).post("A").wait(1000).post(reading(3000));
    b.post({
      kind: "meterStopped",
      call: last("meterStop")?.call ?? -1,
      response: { status: "OK", ...(end !== undefined && { signed_meter_value: signed(end) }) },
    }).wait(5000);
  };
  transaction("begin", "end");
  t.match(payload("TransactionStarted")[0]?.transaction_started, {
    id_tag: token,
    signed_meter_value: signed("begin"),
  });
  t.match(finishedIn(b.effects)[0], {
    reason: "EVDisconnected",
    start_signed_meter_value: signed("begin"),
    signed_meter_value: signed("end"),
    meter_value: { energy_Wh_import: { total: 3000 } },
  });
  transaction();
  t.same(Object.keys(payload("TransactionStarted")[1]?.transaction_started ?? {}).sort(), ["id_tag", "meter_value"]);
  t.same(Object.keys(finishedIn(b.effects)[1] ?? {}).sort(), ["meter_value", "reason"]);
  t.same(
    payload("SessionStarted").map(({ session_started }) => Object.keys(session_started ?? {}).sort()),
    [
      ["meter_value", "reason"],
      ["meter_value", "reason"],
    ],
    "plugged in first, nobody is known yet",
  );
  t.same(Object.keys(payload("TransactionFinished")[1] ?? {}).includes("timestamp"), false);
  b.post({ kind: "authorize", token });
  t.same(payload("SessionStarted")[2]?.session_started?.id_tag, token);
});

t.test("a session that is over leaves nothing of its person to the next one", async (t) => {
  const { b } = metered();
  b.post("B")
    .wait(1000)
    .post({
      kind: "authorize",
      token: { ...token, authorization_type: "PlugAndCharge" },
    });
  t.equal(b.state.charger.plugAndCharge, true);
  b.wait(20_000).post("A").wait(20_000);
  t.match(b.state.charger, { session: null, token: null, plugAndCharge: false, authorized: false, stopToken: null });
});

t.test("an EVSE that nobody has told anything", async (t) => {
  t.match(initialEvse(evseOptions).charger, {
    stopForced: false,
    wokenUp: false,
    bcbDetected: false,
    storedAtMs: 0,
    meterAtMs: 0,
    slac: "UNMATCHED",
    enableTable: [{ enable_source: "Unspecified", enable_state: "Enable", enable_priority: 10_000 }],
  });
  t.match(initialEvse(evseOptions).charger.capabilities, {
    max_current_A_import: 0,
    min_current_A_import: 0,
    max_phase_count_import: 1,
    min_phase_count_import: 0,
    max_current_A_export: 0,
    min_current_A_export: 0,
    max_phase_count_export: 0,
    min_phase_count_export: 0,
    supports_changing_phases_during_charging: false,
    supports_cp_state_E: false,
  });
});

t.test("... without a meter, too", async (t) => {
  const b = bench(withCharger({ hasStore: true })).post(ready, { kind: "storeLoaded", session: { id: "old" } });
  t.strictSame(told(b.effects).slice(2), ["SessionResumed old", "closed old: null Wh by none", "bill old"]);
  b.post(stored("noon"));
  t.strictSame(told(b.effects).slice(5), ["TransactionFinished old", "forget", "Enabled", "readyForCharging"]);
});

const powermeter = (energyWh: number, more: object = {}) => ({
  timestamp: "2026-01-01T00:00:00Z",
  energy_Wh_import: { total: energyWh },
  ...more,
});

t.test("the bill of a session that a cut ended: whose reading counts", async (t) => {
  const of = (start: number, last: number, more: object = {}) => ({
    start: powermeter(start, more),
    last: powermeter(last, more),
  });
  const table: readonly (readonly [
    what: string,
    readings: ReturnType<typeof of> | undefined,
    now: object | null,
    billed: number,
    log: string,
  ])[] = [
    ["the meter went on counting", of(1000, 1500), powermeter(1700), 1700, "700 Wh by meter"],
    ["it stands where it stood", of(1000, 1500), powermeter(1500), 1500, "500 Wh by meter"],
    ["it restarted at 0", of(1000, 1500), powermeter(0), 1500, "500 Wh by stored"],
    ["it restarted and counts again", of(1000, 1500), powermeter(1499), 1500, "500 Wh by stored"],
    ["it tells nothing", of(1000, 1500), null, 1500, "500 Wh by stored"],
    [
      "it is another one",
      of(1000, 1500, { meter_id: "a" }),
      powermeter(9000, { meter_id: "b" }),
      1500,
      "500 Wh by stored",
    ],
    [
      "the same by name",
      of(1000, 1500, { meter_id: "a" }),
      powermeter(9000, { meter_id: "a" }),
      9000,
      "8000 Wh by meter",
    ],
    ["no reading was stored", undefined, powermeter(1700), 1700, "null Wh by meter"],
    ["there is no reading at all", undefined, null, 0, "null Wh by none"],
  ];
  for (const [what, readings, now, billed, log] of table) {
    const session = { id: "old", ...(readings === undefined ? {} : { readings }) };
    const b = bench(full).post(ready);
    if (now === null) b.wait(5000);
    else b.post({ kind: "powermeter", value: now as ReturnType<typeof powermeter> });
    b.post({ kind: "storeLoaded", session }, meterOk, stored("noon"));
    t.ok(told(b.effects).includes(`closed old: ${log}`), `${what}: ${told(b.effects)}`);
    t.match(finishedIn(b.effects), [{ meter_value: { energy_Wh_import: { total: billed } } }], what);
  }
});

t.test("the signed start is billed where only the store still has it", async (t) => {
  const start_signed_meter_value = { signed_meter_data: "begin", signing_method: "x", encoding_method: "y" };
  const b = bench(full)
    .post(ready, reading(1234), { kind: "storeLoaded", session: { id: "old", start_signed_meter_value } })
    .post(meterOk, stored("noon"));
  t.match(finishedIn(b.effects), [{ start_signed_meter_value: { signed_meter_data: "begin" } }]);
});

t.test("a bill that was written is told word for word, whatever the meter says now", async (t) => {
  const finished = { reason: "Local", meter_value: powermeter(1500), id_tag: token } as const;
  const b = bench(full).post(ready, reading(9), {
    kind: "storeLoaded",
    session: { id: "old", finished, timestamp: "yesterday" },
  });
  t.strictSame(told(b.effects).slice(2), ["SessionResumed old", "TransactionFinished old", "forget", 'meterStop 0 ""']);
  t.strictSame(finishedIn(b.effects), [finished]);
  t.match(
    b.effects.find((effect) => effect.kind === "session" && effect.event.event === "TransactionFinished"),
    { event: { timestamp: "yesterday" } },
  );
  b.post(stored("today"), meterOk);
  t.strictSame(told(b.effects).slice(6), ["Enabled", "readyForCharging"]);
});

t.test("a store that does not take the bill is waited for two seconds", async (t) => {
  const b = bench(full).post(ready, reading(1234), { kind: "storeLoaded", session: { id: "old" } }, meterOk);
  const { length } = told(b.effects);
  t.strictSame(told(b.wait(1999).effects).slice(length), []);
  t.strictSame(told(b.wait(1).effects).slice(length), [
    "overdue old",
    "TransactionFinished old",
    "forget",
    "Enabled",
    "readyForCharging",
  ]);
  b.post(stored("late"));
  t.equal(told(b.effects).length, length + 5);
});

t.test("the start waits for the word from outside where that is wanted", async (t) => {
  const b = bench({ ...evseOptions, waitsForExternalReady: true })
    .post(ready)
    .wait(600_000);
  t.strictSame(told(b.effects), ["drawSessionId", "waiting true"]);
  b.post({ kind: "externalReady", call: 1 });
  t.strictSame(told(b.effects).slice(2), ["waiting false", "Enabled", "readyForCharging", "reply true"]);
  b.post({ kind: "externalReady", call: 2 });
  t.strictSame(told(b.effects).slice(-1), ["reply true"]);
  t.strictSame(told(bench().post(ready, { kind: "externalReady", call: 1 }).effects).slice(-1), ["reply false"]);
});

t.test("disabled before the start: the station starts disabled", async (t) => {
  const b = bench().post(enable("Disable"), ready);
  t.strictSame(told(b.effects), ["reply false", "drawSessionId", "Disabled", "readyForCharging"]);
  t.equal(b.state.pilot.enabled, false);
});

t.test("an error raises Inoperative, the same again changes nothing, its end clears it", async (t) => {
  const b = startedBench();
  const start = b.effects.length;
  const contactor = fault("evse_board_support/MREC17EVSEContactorFault", "Medium");
  const lines = (): string[] =>
    b.effects.slice(start).flatMap((effect) => {
      if (effect.kind === "raise") return [`raise ${effect.type}: ${effect.message} (${effect.severity})`];
      return effect.kind === "clear" ? [`clear ${effect.type}`] : [];
    });
  b.post({ kind: "faultRaised", fault: contactor }, { kind: "faultRaised", fault: contactor });
  const first =
    "raise evse_manager/Inoperative: evse_board_support/MREC17EVSEContactorFault: MREC17EVSEContactorFault (High)";
  t.strictSame(lines(), [first]);
  t.equal(b.state.charger.shutdown, "Error");
  b.post({ kind: "faultRaised", fault: fault("evse_board_support/MREC3HighTemperature") });
  t.strictSame(lines(), [first]);
  b.post({ kind: "faultRaised", fault: fault("evse_board_support/MREC8EmergencyStop") });
  t.strictSame(lines().slice(1), [
    "clear evse_manager/Inoperative",
    "raise evse_manager/Inoperative: evse_board_support/MREC17EVSEContactorFault: MREC17EVSEContactorFault, MREC8EmergencyStop (High)",
  ]);
  t.equal(b.state.charger.shutdown, "Emergency");
  b.post({ kind: "faultCleared", source: "bsp", type: contactor.type, sub_type: "other" });
  b.post({ kind: "faultCleared", source: "imd", type: contactor.type, sub_type: "" });
  t.equal(lines().length, 3);
  b.post({ kind: "faultCleared", source: "bsp", type: contactor.type, sub_type: "" });
  t.equal(lines().length, 5);
  b.post({ kind: "faultCleared", source: "bsp", type: "evse_board_support/MREC8EmergencyStop", sub_type: "" });
  t.strictSame(lines().slice(5), ["clear evse_manager/Inoperative"]);
  t.equal(b.state.charger.shutdown, "None");
});

t.test("whose error it was is told where that is wanted", async (t) => {
  for (const inoperativeUsesVendorId of [true, false]) {
    const b = startedBench({ ...evseOptions, inoperativeUsesVendorId });
    b.post({ kind: "faultRaised", fault: fault("evse_board_support/VendorError", "High", { vendor_id: "acme" }) });
    t.match(b.effects.at(-1), { kind: "raise", vendorId: inoperativeUsesVendorId ? "acme" : "EVerest" });
  }
});

t.test("a meter's error blocks only where it is to", async (t) => {
  const error = fault("powermeter/CommunicationFault", "Low", { source: "powermeter" });
  t.equal(startedBench().post({ kind: "faultRaised", fault: error }).state.charger.shutdown, "Error");
  const harmless = startedBench(withCharger({ failOnPowermeterErrors: false }));
  t.equal(harmless.post({ kind: "faultRaised", fault: error }).state.charger.shutdown, "None");
});

t.test("a restart leaves X1, the end leaves F; power is off either way and stays off", async (t) => {
  for (const final of [true, false]) {
    const b = chargingBench().post(limits(16, 5000));
    const before = b.effects.length;
    b.post({ kind: "stop", final });
    t.strictSame(b.outputs(), [final ? "F" : "X1", "open"]);
    t.equal(
      b.effects.slice(before).some((effect) => effect.kind === "lock" && !effect.locked),
      false,
    );
    b.post(
      { kind: "enforceLimits", limits: { ac_max_current_A: { value: 16, source: "x" } }, validForMs: 1000 },
      { kind: "authorize", token },
      { kind: "resume", call: 3 },
      "B",
      "C",
      "PowerOn",
      "A",
      "C",
      { kind: "faultRaised", fault: fault("evse_board_support/BrownOut") },
      enable("Enable"),
      { kind: "deadlineReached" },
    ).wait(120_000);
    const outputs = b.outputs();
    t.notOk(outputs.includes("close"), outputs.join(" "));
    t.notOk(
      outputs.some((word) => word.startsWith("pwm")),
      outputs.join(" "),
    );
  }
});

t.test("hardware comes before what is told, and only changes are told", async (t) => {
  const machine = evseMachine(evseOptions);
  let state = initialEvse(evseOptions);
  const step = (event: EvseEvent): readonly EvseEffect[] => {
    const got = machine.step(state, event, 1000);
    state = got.state;
    return got.effects;
  };
  step({ kind: "capabilities", capabilities });
  step(limits(16));
  step(ready);
  step({ kind: "bsp", event: "A" });
  step({ kind: "authorize", token });
  step({ kind: "bsp", event: "B" });
  t.match(
    step({ kind: "bsp", event: "C" }).map(({ kind }) => kind),
    ["contactor", "cp"],
  );
  t.strictSame(
    step({ kind: "bsp", event: "PowerOn" }).map(({ kind }) => kind),
    ["contactorState"],
  );
  t.strictSame(step({ kind: "bsp", event: "PowerOn" }), []);
  t.strictSame(
    step({ kind: "bsp", event: "B" }).map((effect) => (effect.kind === "state" ? effect.to : effect.kind)),
    ["contactor", "cp", "contactorCommand", "StoppingCharging", "session"],
  );
});

t.test("a station without a lock moves none", async (t) => {
  const b = chargingBench(withCharger({ hasLock: false }))
    .post("B")
    .wait(1000)
    .post("A");
  t.notOk(b.effects.some(({ kind }) => kind === "lock" || kind === "lockCommand" || kind === "lockState"));
});

t.test("a lock that reports an error is not told as moved", async (t) => {
  const b = startedBench();
  const error = fault("connector_lock/ConnectorLockFailedLock", "Low", { source: "connector_lock" });
  b.post("B");
  t.equal(b.effects.filter(({ kind }) => kind === "lockState").length, 1);
  b.post({ kind: "faultRaised", fault: error }, "A");
  t.equal(b.effects.filter(({ kind }) => kind === "lockCommand").length, 2);
  t.equal(b.effects.filter(({ kind }) => kind === "lockState").length, 1);
});

t.test("a lock that warns is told as moved", async (t) => {
  const b = startedBench();
  b.post({
    kind: "faultRaised",
    fault: fault("connector_lock/VendorWarning", "Low", { source: "connector_lock" }),
  });
  b.post("B");
  t.equal(b.effects.filter(({ kind }) => kind === "lockState").length, 1);
});

t.test("what enforced limits let the vehicle draw", async (t) => {
  const named = (value: number) => ({ value, source: "x" });
  const threeToOne = { ...capabilities, supports_changing_phases_during_charging: true };
  const threeOnly = { ...threeToOne, min_phase_count_import: 3 };
  const oneOnly = { ...threeToOne, max_phase_count_import: 1 };
  /** Ampere, watt and phases of the limits; board; ampere in force; phases asked for in vain. */
  const table: [ampere: number | null, watt: number | null, phases: number | null, object, number, number?][] = [
    [16, null, null, capabilities, 16],
    [null, 6900, null, capabilities, 10],
    [16, 6900, null, capabilities, 10],
    [8, 6900, null, capabilities, 8],
    [null, null, null, capabilities, 0],
    [null, 0, null, capabilities, 0],
    [16, 0, null, capabilities, 0],
    [0, 6900, null, capabilities, 0],
    [-16, null, null, capabilities, 0],
    [null, -6900, null, capabilities, 0],
    [16, -6900, null, capabilities, 0],
    [-16, 6900, null, capabilities, 0],
    [80, null, null, capabilities, 32],
    [16, null, 1, capabilities, 16, 1],
    [null, 2300, 1, capabilities, 2300 / 230 / 3, 1],
    [null, 2300, 1, threeToOne, 10],
    [null, 2300, 2, threeToOne, 10],
    [16, null, 1, threeOnly, 16, 1],
    [16, null, 3, oneOnly, 16, 3],
    [16, null, 1, oneOnly, 16],
    [16, null, 0, capabilities, 16],
  ];
  for (const [ampere, watt, phases, board, expectedA, refused] of table) {
    const b = bench().post({ kind: "capabilities", capabilities: { ...capabilities, ...board } });
    b.post({
      kind: "enforceLimits",
      limits: {
        ...(ampere !== null && { ac_max_current_A: named(ampere) }),
        ...(watt !== null && { total_power_W: named(watt) }),
        ...(phases !== null && { ac_max_phase_count: named(phases) }),
      },
      validForMs: 10_000,
    });
    const name = `${ampere} A, ${watt} W, ${phases} phases`;
    t.equal(b.state.charger.limitA, expectedA, name);
    const told = b.effects.flatMap((effect) => (effect.kind === "phasesRefused" ? [effect.wanted] : []));
    t.same(told, refused === undefined ? [] : [refused], name);
    b.wait(9999);
    t.equal(b.state.charger.limitA, expectedA, `${name}: as long as they are valid`);
    b.wait(1);
    t.equal(b.state.charger.limitA, 0, `${name}: and not longer`);
  }
});

t.test("phases that can not be had are told once, not with every renewal", async (t) => {
  const one: EvseEvent = {
    kind: "enforceLimits",
    limits: { ac_max_phase_count: { value: 1, source: "x" } },
    validForMs: 10_000,
  };
  const b = startedBench().post(one, one, one, limits(16), one);
  t.same(
    b.effects.filter(({ kind }) => kind === "phasesRefused"),
    [
      { kind: "phasesRefused", wanted: 1, active: 3 },
      { kind: "phasesRefused", wanted: 1, active: 3 },
    ],
  );
});

t.test("limits mean nothing before the board has told its phases", async (t) => {
  const b = bench().post(limits(16));
  t.equal(b.state.charger.limitA, 0);
  b.post({ kind: "capabilities", capabilities });
  t.equal(b.state.charger.limitA, 0);
});

t.test("told to the world above: no more than the cable in the socket carries", async (t) => {
  const socket = { ...capabilities, connector_type: "IEC62196Type2Socket" as const };
  const told = (ampere: number, ...events: EvseEvent[]) =>
    withinCable(bench().post({ kind: "capabilities", capabilities: socket }, ...events).state.charger, {
      uuid: "connector_1",
      valid_for: 10,
      limits_root_side: {
        ac_max_current_A: { value: ampere, source: "x" },
        ac_max_phase_count: { value: 3, source: "x" },
      },
      schedule: [],
    }).limits_root_side;
  const phases = { value: 3, source: "x" };
  const thin: EvseEvent = { kind: "proximity", ampacity: "A_13" };
  t.same(told(16, thin), {
    ac_max_current_A: { value: 13, source: "connector_1/pp_ampacity" },
    ac_max_phase_count: phases,
  });
  t.same(told(10, thin), { ac_max_current_A: { value: 10, source: "x" }, ac_max_phase_count: phases });
  t.equal(told(13, thin).ac_max_current_A?.source, "x", "it carries just that");
  t.same(told(16), { ac_max_current_A: { value: 16, source: "x" }, ac_max_phase_count: phases }, "no cable yet");
  const attached: EvseEvent = { kind: "capabilities", capabilities };
  t.equal(told(16, thin, attached).ac_max_current_A?.value, 16, "an attached cable is rated by the board");
});

t.test("derating of a supply is kept for direct current", async (t) => {
  const derating = { max_export_power_W: 30_000 };
  t.strictSame(startedBench().post({ kind: "dcDerate", derating }).state.dcDerating, derating);
});

t.test("a board whose interlock opens says why, and what follows is not told twice", async (t) => {
  const commands = (effects: readonly EvseEffect[]): string[] =>
    effects.flatMap((effect) =>
      effect.kind === "contactorCommand" ? [`${effect.closed ? "close" : "open"} ${effect.reason}`] : [],
    );
  for (const reason of ["left_c", "pilot_fault", "rcm", "grant_expired"]) {
    const b = chargingBench();
    for (const event of [
      { kind: "interlockOpened", reason },
      { kind: "interlockOpened", reason },
      { kind: "bsp", event: "B" },
      { kind: "bsp", event: "PowerOff" },
    ] as const) {
      b.post(event);
    }
    t.same(commands(b.effects), ["close FullPowerCharging", `open interlock:${reason}`]);
    t.same(commands(b.post({ kind: "bsp", event: "C" }).effects).slice(2), ["close FullPowerCharging"], "and back");
  }
  const open = startedBench().post({ kind: "interlockOpened", reason: "left_c" });
  t.same(commands(open.effects), [], "it was open before");
});

t.test("a DC session comes to charge", async (t) => {
  const b = dcCharging();
  t.equal(b.state.charger.name, "Charging");
  t.equal(b.state.dc?.control.on, true);
  t.equal(b.state.dc?.control.phase, "Charging");
});

t.test("whatever ends it: the supply goes off before the contactor opens, in the same turn", async (t) => {
  const ends: [string, EvseEvent, string[]][] = [
    ["the vehicle leaves C", { kind: "bsp", event: "B" }, ["supplyOff", "open"]],
    ["unplugged", { kind: "bsp", event: "A" }, ["supplyOff", "open"]],
    [
      "an emergency",
      { kind: "faultRaised", fault: fault("evse_board_support/MREC8EmergencyStop") },
      ["X1", "supplyOff", "open"],
    ],
    [
      "an error",
      { kind: "faultRaised", fault: fault("connector_lock/ConnectorLockUnexpectedOpen", "Medium") },
      ["supplyOff", "open"],
    ],
    ["over-voltage", supplied(550), ["X1", "supplyOff", "open"]],
    ["isolation", isolation(10), ["supplyOff", "open"]],
    ["the end of the process", { kind: "stop", final: true }, ["F", "supplyOff", "open"]],
  ];
  for (const [title, event, expected] of ends) {
    const b = dcCharging();
    b.outputs();
    const done = b.post(event).outputs();
    const first = (word: string): number => done.indexOf(word);
    for (const word of expected) t.ok(done.includes(word), `${title}: ${word} in ${done.join(" ")}`);
    t.ok(first("supplyOff") >= 0 && first("supplyOff") < first("open"), `${title}: ${done.join(" ")}`);
    t.equal(b.state.dc?.control.on, false, title);
  }
});

const raises = (effects: readonly EvseEffect[]): string[] =>
  effects.flatMap((effect) => {
    if (effect.kind !== "raise" && effect.kind !== "clear") return [];
    if (effect.type === "evse_manager/Inoperative") return [];
    return [`${effect.kind} ${effect.type}${(effect.subType ?? "") === "" ? "" : `/${effect.subType}`}`];
  });

t.test("a DC contactor that opens by itself stays open, and its error lasts until the vehicle is pulled", async (t) => {
  const b = dcCharging();
  const { length } = b.effects;
  b.outputs();
  b.post("PowerOff");
  t.match(
    b.effects.slice(length).find(({ kind }) => kind === "raise"),
    {
      type: "evse_manager/Internal",
      subType: "ContactorOpened",
      severity: "High",
      message: "The contactor has opened by itself",
    },
  );
  t.match(b.state.faults, [{ source: "evse_manager", sub_type: "ContactorOpened", vendor_id: "EVerest" }]);
  t.ok(b.outputs().includes("supplyOff"));
  t.equal(b.state.pilot.powerAllowed, false);
  b.post("B", "C").wait(60_000);
  t.notOk(b.outputs().includes("close"));
  b.post("A").wait(60_000);
  t.ok(raises(b.effects).includes("clear evse_manager/Internal/ContactorOpened"));
  t.same(b.state.faults, []);
  const ac = chargingBench().post("PowerOff");
  t.same(raises(ac.effects), [], "with alternating current it may close again");
});

t.test("a DC contactor closes for a cable check and for nothing else", async (t) => {
  const b = startedBench(dcOptions).post("B", { kind: "authorize", token }).wait(600).post("C").wait(5000);
  t.equal(b.state.dc?.preparing, true);
  t.notOk(b.outputs().includes("close"), "the vehicle asks on the pilot alone");
  const charging = dcCharging();
  t.equal(charging.state.pilot.commandedClosed, true);
  t.equal(charging.state.dc?.preparing, false);
  t.equal(charging.state.dc?.rampingDown, false);
  t.equal(charging.post({ kind: "pause", call: 1 }).state.dc?.rampingDown, true, "a stop lets the current fall first");
});

t.test("what the supply may take from the grid", async (t) => {
  const named = (value: number) => ({ value, source: "x" });
  const table: [limits: object, maxA: number, maxW: number][] = [
    [{ ac_max_current_A: named(16) }, 16, 11_040],
    [{ ac_max_current_A: named(16), total_power_W: named(5520) }, 8, 5520],
    [{ ac_max_current_A: named(0) }, 0, 0],
    [{ total_power_W: named(0) }, 0, 0],
  ];
  for (const [told, maxA, maxW] of table) {
    const b = startedBench(dcOptions).post({ kind: "enforceLimits", limits: told, validForMs: 10_000 });
    t.match(b.state.dc?.budget, { maxA, maxW, discharges: false, endsAtMs: 10_000 });
  }
  const derating = { max_export_power_W: 30_000 };
  t.same(startedBench(dcOptions).post({ kind: "dcDerate", derating }).state.dc?.derating, derating);
});

t.test("an over-voltage outlives the restart as long as its vehicle is plugged in", async (t) => {
  const options = { ...dcOptions, charger: { ...dcOptions.charger, hasStore: true } };
  const error = "evse_manager/MREC5OverVoltage";
  const loaded = (overVoltage?: boolean): EvseEvent => ({
    kind: "storeLoaded",
    session: null,
    ...(overVoltage !== undefined && { overVoltage }),
  });
  const begun = () => bench(options).post({ kind: "capabilities", capabilities }, ready);
  t.same(raises(begun().post(loaded(true), "B").effects), [`raise ${error}`], "found after the store has told");
  const late = () => begun().wait(2000).post("B");
  t.same(raises(late().post(loaded(true)).effects), [`raise ${error}`], "the store tells late: found before");
  t.same(raises(late().post(loaded(false)).effects), []);
  t.same(raises(begun().post("B", loaded(false)).effects), []);
  t.same(raises(begun().post("B", loaded()).effects), []);
  const gone = begun().post(loaded(true), "A", "B");
  t.same(raises(gone.effects).includes(`raise ${error}`), false, "pulled while the station was without power");
  const pulled = begun().post(loaded(true), "B", "A").wait(60_000);
  t.equal(pulled.state.dc?.latched, false);
  t.same(pulled.state.faults, []);
  t.equal(raises(pulled.effects).at(-1), `clear ${error}`);
});

t.test("an over-voltage seen by the monitor is remembered, no other error is", async (t) => {
  const raised = (type: string): EvseEvent => ({
    kind: "faultRaised",
    fault: fault(type, "High", { source: "over_voltage_monitor" }),
  });
  const b = dcCharging();
  t.equal(b.post(raised("over_voltage_monitor/MREC5OverVoltage")).state.dc?.latched, true);
  b.post(enable("Disable")).wait(60_000);
  t.notOk(b.outputs().includes("F"), "behind F nobody would see the plug being pulled");
  const other = dcCharging().post(raised("over_voltage_monitor/DeviceFault"));
  t.equal(other.state.dc?.latched, false);
});

t.test("once stopped there is nothing to wait for, and only the board is heard", async (t) => {
  const delays = { ...evseOptions, randomDelay: { enabled: true, maxDurationS: 600, atAnyChange: true } };
  const held = chargingBench(delays).post(limits(8));
  held.post({ kind: "randomDelay", order: { kind: "drawn", durationS: 300 } });
  t.equal(held.state.delay.name, "running");
  const hlc = startedBench(withCharger({ hlcEnabled: true }))
    .post("B")
    .wait(1000);
  const courses = [
    [evseOptions, chargingBench().post(limits(16, 5000))],
    [delays, held],
    [dcOptions, dcCharging()],
    [withCharger({ hlcEnabled: true }), hlc],
  ] as const;
  for (const [options, b] of courses) {
    const machine = evseMachine(options);
    t.ok((machine.deadlineMs(b.state) ?? 0) > b.nowMs());
    b.post({ kind: "stop", final: true }).wait(1000);
    t.equal(b.state.reported.fedBack, false, "that the contactor has opened is heard");
    b.post("A").wait(60_000);
    t.equal(machine.deadlineMs(b.state), null);
    const { charger, delay, dc, highLevel } = b.state;
    b.post({ kind: "deadlineReached" });
    t.strictSame(b.state.highLevel, highLevel);
    t.equal(b.state.charger, charger);
    t.equal(b.state.delay, delay);
    t.equal(b.state.dc, dc);
    const { state } = b;
    t.equal(b.post(enable("Disable"), { kind: "authorize", token }).state, state);
  }
  t.equal(evseMachine(evseOptions).deadlineMs(initialEvse(evseOptions)), null, "nor before the start");
});

t.test("a deadline of something else ends no step of the start", async (t) => {
  const b = bench(full).post(ready).wait(4000).post({ kind: "deadlineReached" });
  t.equal(b.state.startUp.phase, "firstReading");
  b.post(reading(1)).wait(1000).post({ kind: "deadlineReached" });
  t.equal(b.state.startUp.phase, "store");
});

t.test("a transaction is told once it is stored, with the time of its bill", async (t) => {
  const b = startedBench(withCharger({ hasStore: true }));
  b.post({ kind: "storeLoaded", session: null }).events();
  const lastCall = (): number => {
    const last = b.effects.findLast((effect) => effect.kind === "storeSession");
    return last?.kind === "storeSession" ? last.call : -1;
  };
  b.post("B", { kind: "authorize", token }).wait(100);
  t.notOk(b.events().includes("TransactionStarted"));
  b.post(stored("nobody asked"));
  t.notOk(b.events().includes("TransactionStarted"), "an answer to somebody else");
  b.post({ kind: "sessionStored", call: lastCall(), timestamp: "noon" });
  t.ok(b.events().includes("TransactionStarted"));
  b.post("C").wait(5000).post("A").wait(1000);
  t.notOk(b.events().includes("TransactionFinished(EVDisconnected)"));
  b.post({ kind: "sessionStored", call: lastCall(), timestamp: "evening" });
  t.ok(b.events().includes("TransactionFinished(EVDisconnected)"));
  t.match(
    b.effects.find((effect) => effect.kind === "session" && effect.event.event === "TransactionFinished"),
    { event: { timestamp: "evening" } },
  );
});

t.test("the bill of a session that a cut ended names no signed reading that nobody has", async (t) => {
  const b = bench(full)
    .post(ready, reading(1234), { kind: "storeLoaded", session: { id: "old" } })
    .post(meterOk, stored("noon"));
  t.same(Object.keys(finishedIn(b.effects)[0] ?? {}).sort(), ["meter_value", "reason"]);
});

t.test("limits are delayed while a vehicle charges or is about to", async (t) => {
  const b = startedBench();
  const table: [state: string, events: Parameters<typeof b.post>, delayed: boolean][] = [
    ["Idle", [], false],
    ["WaitingForAuthentication", ["B"], true],
    ["PrepareCharging", [{ kind: "authorize", token }], true],
    ["Charging", ["C"], true],
    ["ChargingPausedEV", ["B"], false],
    ["ChargingPausedEVSE", [limits(0)], false],
    ["PrepareCharging", [limits(16)], true],
    ["Finished", [{ kind: "stopTransaction", reason: "Local" }], false],
    ["Idle", ["A"], false],
    ["Disabled", [enable("Disable")], false],
  ];
  for (const [state, events, delayed] of table) {
    b.post(...events).wait(1000);
    t.equal(b.state.charger.name, state);
    t.equal(b.state.delay.vehicleCharges, delayed, state);
  }
});

t.test("a limit that protects a fuse or a cable is never delayed", async (t) => {
  const delays = { ...evseOptions, randomDelay: { enabled: true, maxDurationS: 600, atAnyChange: true } };
  const by = (source: string): EvseEvent => ({
    kind: "enforceLimits",
    limits: { ac_max_current_A: { value: 8, source } },
    validForMs: 1_000_000,
  });
  const nothingBy = (limitedBy: string): EvseEvent => ({
    kind: "enforceLimits",
    limits: {},
    limitedBy,
    validForMs: 1_000_000,
  });
  const table: [EvseEvent, limitA: number][] = [
    [by("tariff"), 16],
    [by("cable/pp_ampacity"), 8],
    [nothingBy("tariff"), 16],
    [nothingBy("grid/module_config"), 0],
  ];
  for (const [event, limitA] of table) {
    const b = chargingBench(delays);
    const { length } = b.effects;
    b.post(event);
    t.equal(b.state.charger.limitA, limitA, JSON.stringify(event));
    t.equal(
      b.effects.slice(length).some(({ kind }) => kind === "drawDelay"),
      limitA === 16,
    );
  }
  t.equal(startedBench().post(limits(0, 0)).state.charger.limitA, 16, "a limit that is over already is none");
});

t.test("the PWM is told as it changes, after what was commanded", async (t) => {
  const b = chargingBench();
  const pwm = (): string[] =>
    b.effects.flatMap((effect) => (effect.kind === "pwm" ? [`${effect.mode} ${effect.dutyPercent.toFixed(1)}`] : []));
  t.same(pwm(), ["X1 100.0", "pwm 26.7"]);
  b.post({ kind: "pause", call: 1 }, "B").wait(1000);
  b.post({ kind: "resume", call: 2 }).wait(1000);
  t.same(pwm().slice(2), ["X1 100.0", "pwm 26.7"]);
  b.post("A").wait(1000).post(enable("Disable"));
  t.same(pwm().slice(4), ["X1 100.0", "F 0.0"]);
  const kinds = startedBench()
    .post(limits(10))
    .effects.map(({ kind }) => kind);
  t.ok(kinds.lastIndexOf("overCurrentLimit") < kinds.lastIndexOf("limits"), kinds.join(" "));
});

t.test("a forced unlock opens the contactor first", async (t) => {
  const b = chargingBench().post({ kind: "forceUnlock", call: 1 });
  b.post("B").wait(10_000);
  t.same(b.outputs(), ["X1", "open", "open", "unlock"]);
});

t.test("an error before anything was agreed on ends the matching", async (t) => {
  const raised: EvseEvent = { kind: "faultRaised", fault: fault("evse_board_support/BrownOut") };
  const b = startedBench(withCharger({ hlcEnabled: true })).post("B");
  const { length } = b.effects;
  b.post(raised);
  const commands = b.effects.slice(length).filter(({ kind }) => kind === "slacCommand");
  t.same(commands, [{ kind: "slacCommand", command: { name: "reset", enable: false } }]);
  const silent = startedBench().post("B", raised);
  t.notOk(silent.effects.some(({ kind }) => kind === "slacCommand"));
});

t.test("told once to start, a station that runs does not start again", async (t) => {
  const b = bench({ ...evseOptions, waitsForExternalReady: true }).post(ready, { kind: "externalReady" });
  const { length } = told(b.effects);
  t.notOk(
    told(b.effects).some((word) => word.startsWith("reply")),
    "nobody waits for an answer",
  );
  b.post({ kind: "externalReady", call: 2 });
  t.same(told(b.effects).slice(length), ["reply true"]);
});
