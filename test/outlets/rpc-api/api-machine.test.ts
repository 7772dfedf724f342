/** What a client is answered and told, without a socket. */
import t from "tap";
import type { SessionEventName } from "../../../src/core/session/session-event.ts";
import { createApiMachine } from "../../../src/outlets/rpc-api/api-machine.ts";
import type { ApiEffect, ApiEvent, ApiState } from "../../../src/outlets/rpc-api/api-state.ts";
import { initialApiState } from "../../../src/outlets/rpc-api/api-state.ts";
import { withDecimalPlaces } from "../../../src/outlets/rpc-api/decimal-places.ts";
import type { Call, MethodName } from "../../../src/outlets/rpc-api/methods.ts";
import { callOf } from "../../../src/outlets/rpc-api/methods.ts";
import { chargeProtocol } from "../../../src/outlets/rpc-api/objects.ts";

const timestamp = "2026-01-01T00:00:00.000Z";

const capabilities = {
  max_current_A_import: 32,
  min_current_A_import: 6,
  max_phase_count_import: 3,
  min_phase_count_import: 1,
  max_current_A_export: 0,
  min_current_A_export: 0,
  max_phase_count_export: 0,
  min_phase_count_export: 0,
  supports_changing_phases_during_charging: true,
  supports_cp_state_E: false,
  connector_type: "IEC62196Type2Cable",
} as const;

/** A machine with what it did so far. */
class Bench {
  readonly #machine;
  state: ApiState;
  nowMs = 0;
  #calls = 0;

  constructor(options: { evses?: number; sinkEvses?: (number | null)[]; decimalPlaces?: number } = {}) {
    const { evses = 1, sinkEvses = [1], decimalPlaces = 2 } = options;
    this.#machine = createApiMachine({ version: "evsed 1.2.3", sinkEvses, decimalPlaces });
    this.state = initialApiState(evses);
    for (let place = 0; place < evses; place += 1) {
      this.post({ type: "evseTold", place, index: place + 1, connectors: [{ index: 1, type: "cType2" }] });
    }
  }

  post(event: ApiEvent): readonly ApiEffect[] {
    const { state, effects } = this.#machine.step(this.state, event, this.nowMs);
    this.state = state;
    return effects;
  }

  call(method: MethodName, params: object = {}, client = 1): readonly ApiEffect[] {
    this.#calls += 1;
    return this.post({ type: "called", client, call: this.#calls, request: { method, params } as Call, timestamp });
  }

  /** Of a call that is answered at once. */
  answer(method: MethodName, params: object = {}): object {
    const answers = this.call(method, params).filter(({ type }) => type === "answer");
    const [answer] = answers;
    if (answer?.type !== "answer" || answers.length !== 1) throw new Error(`${answers.length} answers to ${method}`);
    return answer.result;
  }

  error(method: MethodName, params: object = {}): unknown {
    return (this.answer(method, params) as { error?: unknown }).error;
  }

  /** The deadline passes. */
  wait(): readonly ApiEffect[] {
    this.nowMs = this.#machine.deadlineMs(this.state) ?? Number.NaN;
    return this.post(this.#machine.deadlineReached);
  }

  deadlineMs(): number | null {
    return this.#machine.deadlineMs(this.state);
  }

  greet(client = 1): this {
    this.post({ type: "clientConnected", client });
    this.call("API.Hello", {}, client);
    return this;
  }

  session(event: SessionEventName, more: object = {}): readonly ApiEffect[] {
    return this.post({ type: "sessionChanged", place: 0, event: { uuid: "s", event, ...more } });
  }

  enforce(currentA: number, phases?: number, place = 0): readonly ApiEffect[] {
    const sourced = (value: number) => ({ value, source: "" });
    return this.post({
      type: "limitsEnforced",
      place,
      limits: {
        uuid: "",
        valid_for: 10,
        schedule: [],
        limits_root_side: {
          ac_max_current_A: sourced(currentA),
          ...(phases !== undefined && { ac_max_phase_count: sourced(phases) }),
        },
      },
    });
  }

  status(): Record<string, unknown> {
    return (this.answer("EVSE.GetStatus", { evse_index: 1 }) as { status: Record<string, unknown> }).status;
  }
}

const bench = (options?: ConstructorParameters<typeof Bench>[0]): Bench => new Bench(options).greet();
const told = (effects: readonly ApiEffect[]): string[] =>
  effects.flatMap((effect) => (effect.type === "notify" ? [effect.method] : []));
const limitsIn = (effects: readonly ApiEffect[]) => effects.find((effect) => effect.type === "setLimits");

t.test("the state a session event leads to", async (t) => {
  const table: [SessionEventName, string][] = [
    ["Enabled", "Unplugged"],
    ["SessionStarted", "Preparing"],
    ["AuthRequired", "AuthRequired"],
    ["Authorized", "AuthRequired"],
    ["TransactionStarted", "Preparing"],
    ["PrepareCharging", "Preparing"],
    ["ChargingStarted", "Charging"],
    ["ChargingPausedEV", "ChargingPausedEV"],
    ["ChargingPausedEVSE", "ChargingPausedEVSE"],
    ["SwitchingPhases", "SwitchingPhases"],
    ["StoppingCharging", "FinishedEV"],
    ["ChargingFinished", "Finished"],
    ["TransactionFinished", "Finished"],
    ["SessionFinished", "Unplugged"],
    ["Deauthorized", "Unplugged"],
    ["PluginTimeout", "AuthTimeout"],
    ["ReservationStart", "Reserved"],
    ["ReservationEnd", "Unplugged"],
    ["SessionResumed", "Preparing"],
    ["Disabled", "Disabled"],
  ];
  const station = bench();
  t.equal(station.status().state, "Unknown");
  for (const [event, state] of table) {
    station.session(event);
    t.equal(station.status().state, state, event);
  }
  const meter_value = { timestamp, energy_Wh_import: { total: 0 } };
  station.session("TransactionFinished", { transaction_finished: { reason: "Local", meter_value } });
  t.equal(station.status().state, "FinishedEVSE", "stopped here");
  station.session("TransactionFinished", { transaction_finished: { reason: "EVDisconnected", meter_value } });
  t.equal(station.status().state, "Finished", "stopped by somebody else");
});

t.test("protocols by their names", async (t) => {
  const names = ["IEC61851-1", "DIN70121", "ISO15118-2-2013", "ISO15118-20:AC", "Unknown", ""];
  t.strictSame(names.map(chargeProtocol), ["IEC61851", "DIN70121", "ISO15118", "ISO15118_20", "Unknown", "Unknown"]);
});

t.test("hello", async (t) => {
  await t.test("must come within 5 s", async (t) => {
    const station = new Bench();
    station.nowMs = 1000;
    station.post({ type: "clientConnected", client: 7 });
    t.equal(station.deadlineMs(), 6000);
    t.strictSame(station.wait(), [{ type: "disconnect", client: 7, why: "no API.Hello in time" }]);
    t.equal(station.deadlineMs(), null);
  });

  await t.test("comes before anything else", async (t) => {
    const station = new Bench();
    station.post({ type: "clientConnected", client: 7 });
    t.strictSame(station.call("EVSE.GetStatus", { evse_index: 1 }, 7), [
      { type: "disconnect", client: 7, why: "API.Hello comes first" },
    ]);
    station.post({ type: "clientConnected", client: 8 });
    t.match(station.post({ type: "misspoke", client: 8 }), [{ type: "disconnect", client: 8 }]);
    station.greet(9);
    t.strictSame(station.post({ type: "misspoke", client: 9 }), [], "afterwards it is only answered");
  });

  await t.test("says who is there", async (t) => {
    const station = bench();
    const info = { vendor: "chargebyte", model: "Charge Control C", serial: "1", firmware_version: "2.0" };
    station.post({ type: "chargerTold", info });
    t.strictSame(station.answer("API.Hello"), {
      authentication_required: false,
      api_version: "1.0.0",
      everest_version: "evsed 1.2.3",
      charger_info: info,
    });
  });

  await t.test("only who said it hears of news, and nobody twice", async (t) => {
    const station = bench();
    station.post({ type: "clientConnected", client: 2 });
    const [notification, ...more] = station.session("Enabled");
    t.match(notification, { type: "notify", clients: [1], method: "EVSE.StatusChanged", params: { evse_index: 1 } });
    t.strictSame(more, []);
    t.strictSame(station.session("Enabled"), [], "nothing is new");
    station.post({ type: "clientDisconnected", client: 1 });
    t.strictSame(station.session("Disabled"), [], "nobody is there");
  });
});

t.test("without data", async (t) => {
  const station = bench();
  const evse_index = 1;
  t.match(station.answer("EVSE.GetHardwareCapabilities", { evse_index }), {
    error: "ErrorNoDataAvailable",
    hardware_capabilities: { max_current_A_import: 0 },
  });
  t.strictSame(station.answer("EVSE.GetMeterData", { evse_index }), {
    meter_data: { energy_Wh_import: { total: 0 }, timestamp: "" },
    error: "ErrorNoDataAvailable",
  });
  t.match(station.answer("EVSE.GetInfo", { evse_index: 0 }), {
    error: "ErrorInvalidEVSEIndex",
    info: { index: 0, available_connectors: [] },
  });
  const nothing = new Bench({ evses: 0 }).greet();
  t.strictSame(nothing.answer("ChargePoint.GetEVSEInfos"), { infos: [], error: "ErrorNoDataAvailable" });
});

t.test("capabilities and readings", async (t) => {
  const station = bench();
  t.strictSame(told(station.post({ type: "capabilitiesTold", place: 0, capabilities })), [
    "EVSE.HardwareCapabilitiesChanged",
  ]);
  t.strictSame(told(station.post({ type: "capabilitiesTold", place: 0, capabilities })), []);
  t.strictSame(station.answer("EVSE.GetHardwareCapabilities", { evse_index: 1 }), {
    hardware_capabilities: {
      max_current_A_export: 0,
      max_current_A_import: 32,
      max_phase_count_export: 0,
      max_phase_count_import: 3,
      min_current_A_export: 0,
      min_current_A_import: 6,
      min_phase_count_export: 0,
      min_phase_count_import: 1,
      phase_switch_during_charging: true,
    },
    error: "NoError",
  });
  const measured = (reading: object) =>
    station.post({ type: "measured", place: 0, reading: { timestamp, energy_Wh_import: { total: 1000 }, ...reading } });
  t.strictSame(told(measured({ voltage_V: { L1: 230.126, DC: 400 }, current_A: { N: 0.5 }, VAR: { total: 1 } })), [
    "EVSE.MeterDataChanged",
  ]);
  t.strictSame(station.answer("EVSE.GetMeterData", { evse_index: 1 }), {
    meter_data: { current_A: { N: 0.5 }, energy_Wh_import: { total: 1000 }, timestamp, voltage_V: { L1: 230.13 } },
    error: "NoError",
  });
  measured({});
  t.strictSame(
    station.answer("EVSE.GetMeterData", { evse_index: 1 }),
    { meter_data: { energy_Wh_import: { total: 1000 }, timestamp }, error: "NoError" },
    "what a meter does not tell any more is not told as if it did",
  );
});

t.test("the energy of a transaction and its time", async (t) => {
  const station = bench();
  const reading = (total: number, exported?: number) => ({
    timestamp,
    energy_Wh_import: { total },
    ...(exported !== undefined && { energy_Wh_export: { total: exported } }),
  });
  const measured = (total: number, exported?: number) =>
    station.post({ type: "measured", place: 0, reading: reading(total, exported) });
  const bill = () => {
    const { charged_energy_wh, discharged_energy_wh, charging_duration_s } = station.status();
    return [charged_energy_wh, discharged_energy_wh, charging_duration_s];
  };
  measured(5000, 70);
  t.strictSame(bill(), [0, 0, 0], "before one");
  station.nowMs = 10_000;
  station.session("TransactionStarted", {
    transaction_started: { id_tag: {}, meter_value: reading(5000.4, 70) },
  } as object);
  station.nowMs = 70_900;
  measured(5100.9, 90);
  t.strictSame(bill(), [100.5, 20, 60]);
  station.nowMs = 80_000;
  station.session("TransactionFinished", {
    transaction_finished: { reason: "EVDisconnected", meter_value: reading(5200.4, 95) },
  });
  t.strictSame(bill(), [200, 25, 70]);
  station.nowMs = 90_000;
  measured(6000, 100);
  t.strictSame(bill(), [200, 25, 70], "it is over");
});

t.test("SetACChargingCurrent", async (t) => {
  const set = (station: Bench, max_current: number, evse_index = 1) =>
    station.call("EVSE.SetACChargingCurrent", { evse_index, max_current });

  await t.test("is answered when the limit is in force", async (t) => {
    const station = bench();
    station.enforce(16, 3);
    const effects = set(station, 10);
    t.strictSame(effects, [
      {
        type: "setLimits",
        sink: 0,
        limits: {
          schedule_import: [
            {
              timestamp,
              limits_to_root: {},
              limits_to_leaves: {
                ac_max_current_A: { value: 10, source: "RpcApi_module" },
                ac_max_phase_count: { value: 3, source: "RpcApi_module" },
                ac_min_phase_count: { value: 3, source: "RpcApi_module" },
              },
            },
          ],
          schedule_export: [
            {
              timestamp,
              limits_to_root: {},
              limits_to_leaves: { ac_max_current_A: { value: 0, source: "RpcApi_module" } },
            },
          ],
          schedule_setpoints: [],
        },
      },
    ]);
    t.strictSame(
      station.enforce(12, 3).filter(({ type }) => type === "answer"),
      [],
      "not yet",
    );
    t.match(
      station.enforce(10.004, 3).filter(({ type }) => type === "answer"),
      [{ result: { error: "NoError" } }],
    );
    t.equal(station.deadlineMs(), null);
  });

  await t.test("fails after 5 s", async (t) => {
    const station = bench();
    station.enforce(16, 3);
    station.nowMs = 1000;
    set(station, 20);
    t.equal(station.deadlineMs(), 6000);
    t.match(station.wait(), [{ type: "answer", result: { error: "ErrorValuesNotApplied" } }]);
  });

  await t.test("replaces one that waits", async (t) => {
    const station = bench();
    set(station, 20);
    const [first, second] = set(station, 21);
    t.match(first, { type: "answer", result: { error: "ErrorValuesNotApplied" } });
    t.match(second, { type: "setLimits" });
    t.equal(station.state.waiting.length, 1);
  });

  await t.test("while charging is not allowed is only remembered", async (t) => {
    const station = bench();
    station.answer("EVSE.SetChargingAllowed", { evse_index: 1, charging_allowed: false });
    t.match(set(station, 13), [{ type: "answer", result: { error: "NoError" } }]);
    const allowed = station.call("EVSE.SetChargingAllowed", { evse_index: 1, charging_allowed: true });
    t.match(limitsIn(allowed)?.limits.schedule_import, [{ limits_to_leaves: { ac_max_current_A: { value: 13 } } }]);
  });

  await t.test("zero and less are export", async (t) => {
    const station = bench();
    t.match(limitsIn(set(station, -8))?.limits, {
      schedule_import: [{ limits_to_leaves: { total_power_W: { value: 0 } } }],
      schedule_export: [{ limits_to_leaves: { ac_max_current_A: { value: 8 } } }],
    });
  });

  await t.test("each EVSE has its own", async (t) => {
    const station = bench({ evses: 2, sinkEvses: [2, 1] });
    station.enforce(16, 3);
    t.match(limitsIn(set(station, 10, 1)), { sink: 1 });
    t.match(limitsIn(set(station, 11, 2)), { sink: 0 });
    station.answer("EVSE.SetChargingAllowed", { evse_index: 1, charging_allowed: false });
    const allowed = station.call("EVSE.SetChargingAllowed", { evse_index: 1, charging_allowed: true });
    t.match(
      limitsIn(allowed)?.limits.schedule_import,
      [{ limits_to_leaves: { ac_max_current_A: { value: 10 } } }],
      "not that of the other one",
    );
  });

  await t.test("needs a place to be set", async (t) => {
    t.match(set(bench({ sinkEvses: [] }), 10), [{ type: "answer", result: { error: "ErrorInvalidEVSEIndex" } }]);
    t.match(set(bench({ sinkEvses: [null] }), 10), [{ type: "answer", result: { error: "ErrorInvalidEVSEIndex" } }]);
  });
});

t.test("SetChargingAllowed", async (t) => {
  const allow = (station: Bench, charging_allowed: boolean) =>
    station.call("EVSE.SetChargingAllowed", { evse_index: 1, charging_allowed });

  await t.test("as it is: nothing happens", async (t) => {
    t.strictSame(allow(bench(), true), [{ type: "answer", call: 2, result: { error: "NoError" } }]);
  });

  await t.test("nobody charges: no current for whoever comes, then as much as there is", async (t) => {
    const station = bench();
    const effects = allow(station, false);
    t.match(limitsIn(effects)?.limits.schedule_import, [{ limits_to_leaves: { total_power_W: { value: 0 } } }]);
    t.strictSame(told(effects), ["EVSE.StatusChanged"]);
    t.equal(station.status().charging_allowed, false);
    t.match(limitsIn(allow(station, true))?.limits.schedule_import, [
      { limits_to_leaves: { ac_max_current_A: { value: 999.9 } } },
    ]);
    t.equal(station.status().charging_allowed, true);
  });

  await t.test("somebody charges: paused, and let go on", async (t) => {
    const station = bench();
    station.session("ChargingStarted");
    const [pause] = allow(station, false);
    t.match(pause, { type: "pause", place: 0, call: 2 });
    t.equal(station.status().charging_allowed, true, "not before it is");
    t.match(station.post({ type: "evseAnswered", call: 2, result: true }), [
      { type: "answer", result: { error: "NoError" } },
      {},
    ]);
    t.equal(station.status().charging_allowed, false);
    station.session("ChargingPausedEVSE");
    const resumed = allow(station, true);
    t.strictSame(
      resumed.map(({ type }) => type),
      ["setLimits", "resume"],
    );
    t.match(station.post({ type: "evseAnswered", call: 5, result: true })[0], { result: { error: "NoError" } });
  });

  await t.test("an EVSE that does not pause", async (t) => {
    const station = bench();
    station.session("ChargingStarted");
    allow(station, false);
    t.strictSame(station.post({ type: "evseAnswered", call: 2, result: false }), [
      { type: "answer", call: 2, result: { error: "ErrorValuesNotApplied" } },
    ]);
    t.equal(station.status().charging_allowed, true, "it is still allowed");
    allow(station, false);
    t.match(station.wait(), [{ type: "answer", result: { error: "ErrorUnknownError" } }], "nor answers");
  });

  await t.test("without a place for limits, what was paused goes on all the same", async (t) => {
    const station = bench({ sinkEvses: [] });
    t.equal(
      station.error("EVSE.SetChargingAllowed", { evse_index: 1, charging_allowed: false }),
      "ErrorInvalidEVSEIndex",
    );
    station.session("ChargingStarted");
    allow(station, false);
    station.post({ type: "evseAnswered", call: 3, result: true });
    station.session("ChargingPausedEVSE");
    t.match(allow(station, true), [{ type: "resume" }]);
  });

  await t.test("charging counts as allowed", async (t) => {
    const station = bench();
    allow(station, false);
    station.session("ChargingStarted");
    t.equal(station.status().charging_allowed, true);
  });
});

t.test("SetACChargingPhaseCount", async (t) => {
  const set = (station: Bench, phase_count: number) =>
    station.error("EVSE.SetACChargingPhaseCount", { evse_index: 1, phase_count });
  const station = bench();
  t.equal(set(station, 3), "ErrorNoDataAvailable");
  station.post({
    type: "capabilitiesTold",
    place: 0,
    capabilities: { ...capabilities, supports_changing_phases_during_charging: false },
  });
  station.enforce(16, 3);
  t.equal(set(station, 3), "NoError", "as it is");
  t.equal(set(station, 1), "ErrorOperationNotSupported");
  station.post({ type: "capabilitiesTold", place: 0, capabilities });
  t.equal(set(station, 4), "ErrorOutOfRange");
  t.equal(set(station, 2), "ErrorInvalidParameter");
  const effects = station.call("EVSE.SetACChargingPhaseCount", { evse_index: 1, phase_count: 1 });
  t.match(limitsIn(effects)?.limits.schedule_import, [
    { limits_to_leaves: { ac_max_phase_count: { value: 1 }, ac_min_phase_count: { value: 1 } } },
  ]);
  const after = station.call("EVSE.SetACChargingCurrent", { evse_index: 1, max_current: 10 });
  t.match(
    limitsIn(after)?.limits.schedule_import,
    [{ limits_to_leaves: { ac_max_current_A: { value: 10 }, ac_max_phase_count: { value: 1 } } }],
    "a current set while phases change does not take that back",
  );
});

t.test("SetDCChargingPower", async (t) => {
  const station = bench();
  station.post({ type: "modesTold", place: 0, modes: ["DC_extended"] });
  const effects = station.call("EVSE.SetDCChargingPower", { evse_index: 1, max_power: 20_000 });
  t.match(limitsIn(effects)?.limits, {
    schedule_import: [{ limits_to_leaves: { total_power_W: { value: 20_000 } } }],
    schedule_export: [{ limits_to_leaves: { total_power_W: { value: 0 } } }],
  });
  t.match(effects.at(-1), { result: { error: "NoError" } });
  station.enforce(16, 3);
  t.notOk("ac_charge_param" in station.status(), "nothing of alternating current");
});

t.test("what the vehicle tells of itself", async (t) => {
  const station = bench();
  const display = { present_soc: 42, battery_energy_capacity: 50_000 };
  t.strictSame(told(station.post({ type: "vehicleTold", place: 0, display })), ["EVSE.StatusChanged"]);
  t.strictSame(station.status().display_parameters, display);
  station.post({ type: "vehicleTold", place: 0, display: {} });
  t.notOk("display_parameters" in station.status(), "it is gone");
});

t.test("EnableConnector", async (t) => {
  const station = bench();
  const params = { evse_index: 1, connector_index: 1, enable: false, priority: 100 };
  t.strictSame(station.call("EVSE.EnableConnector", params), [
    {
      type: "enable",
      place: 0,
      call: 2,
      connectorId: 1,
      source: { enable_source: "LocalAPI", enable_state: "Disable", enable_priority: 100 },
    },
  ]);
  t.match(station.post({ type: "evseAnswered", call: 2, result: false }), [{ result: { error: "NoError" } }]);
  station.call("EVSE.EnableConnector", { ...params, enable: true });
  t.match(
    station.post({ type: "evseAnswered", call: 3, result: false }),
    [{ result: { error: "ErrorValuesNotApplied" } }],
    "somebody else keeps it disabled",
  );
  t.equal(station.error("EVSE.EnableConnector", { ...params, connector_index: 2 }), "ErrorInvalidConnectorIndex");
  t.equal(station.error("EVSE.EnableConnector", { ...params, priority: 10_001 }), "ErrorOutOfRange");
  t.match(station.call("EVSE.EnableConnector", { ...params, connector_index: 0 }), [{ connectorId: 0 }]);
});

t.test("errors belong to an EVSE, or to all of them", async (t) => {
  const station = bench({ evses: 2 });
  const error = (uuid: string, evse_index: number) => ({
    type: "errorRaised" as const,
    error: {
      type: "evse_board_support/VendorError",
      description: "",
      message: "",
      severity: "High" as const,
      origin: { module_id: "bsp", implementation_id: "main", evse_index, connector_index: 0 },
      timestamp,
      uuid,
    },
  });
  const present = () =>
    [1, 2].map((evse_index) => {
      const { status } = station.answer("EVSE.GetStatus", { evse_index }) as { status: { error_present: boolean } };
      return status.error_present;
    });
  t.strictSame(told(station.post(error("a", 2))), ["ChargePoint.ActiveErrorsChanged", "EVSE.StatusChanged"]);
  t.strictSame(present(), [false, true]);
  station.post(error("b", 0));
  t.strictSame(present(), [true, true]);
  station.post({ type: "errorCleared", uuid: "a" });
  t.strictSame(present(), [true, true]);
  station.post({ type: "errorCleared", uuid: "b" });
  t.strictSame(present(), [false, false]);
});

t.test("parameters", async (t) => {
  const limit = { method: "EVSE.SetACChargingCurrent", params: { evse_index: 1, max_current: 9.5 } };
  t.strictSame(callOf("EVSE.SetACChargingCurrent", { evse_index: 1, max_current: 9.5, token: "x" }), limit);
  t.strictSame(callOf("EVSE.SetACChargingCurrent", [1, 9.5]), limit);
  t.strictSame(callOf("API.Hello", undefined), { method: "API.Hello", params: {} });
  for (const wrong of [
    undefined,
    {},
    [1],
    [1, 2, 3],
    { evse_index: 1.5, max_current: 1 },
    { evse_index: 1, max_current: "1" },
  ]) {
    t.throws(() => callOf("EVSE.SetACChargingCurrent", wrong), JSON.stringify(wrong));
  }
});

t.test("decimal places", async (t) => {
  t.strictSame(withDecimalPlaces({ a: [1.2345, 7], b: "1.2345", c: null, d: true }, 2), {
    a: [1.23, 7],
    b: "1.2345",
    c: null,
    d: true,
  });
  t.equal(withDecimalPlaces(1.23456789, 0), 1.23456789, "0: as it is");
});
