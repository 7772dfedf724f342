import fc from "fast-check";
import t from "tap";
import type { Request, RequestKind, Response } from "../../../boards/sim/v2g/messages.ts";
import type { Phase, StationEffect, StationEvent, StationTalk } from "../../../boards/sim/v2g/station-talk.ts";
import { nothingTold, silentStation, stationTalk } from "../../../boards/sim/v2g/station-talk.ts";
import type { VehicleEffect, VehicleEvent, VehicleStep, VehicleTalk } from "../../../boards/sim/v2g/vehicle-talk.ts";
import { parkedVehicle, stepTable, vehicleSteps, vehicleTalk } from "../../../boards/sim/v2g/vehicle-talk.ts";

const needs = { minV: 150, maxV: 500, maxA: 100, maxW: 40_000, capacityWh: 50_000, targetV: 400, targetA: 20 };

const requests: Readonly<Record<RequestKind, Request>> = {
  supportedAppProtocol: { kind: "supportedAppProtocol", protocols: ["ISO15118D2", "DIN70121"] },
  sessionSetup: { kind: "sessionSetup", evccId: "02:00:00:00:00:01" },
  serviceDiscovery: { kind: "serviceDiscovery" },
  paymentServiceSelection: { kind: "paymentServiceSelection", option: "ExternalPayment" },
  authorization: { kind: "authorization" },
  chargeParameterDiscovery: {
    kind: "chargeParameterDiscovery",
    mode: "DC_extended",
    departureS: 60,
    energyWh: 0,
    soc: 40,
    needs,
    sae: false,
  },
  cableCheck: { kind: "cableCheck", soc: 40 },
  preCharge: { kind: "preCharge", targetV: 399, targetA: 0 },
  powerDelivery: { kind: "powerDelivery", start: true },
  chargingStatus: { kind: "chargingStatus" },
  currentDemand: { kind: "currentDemand", targetV: 400, targetA: 20, soc: 40, complete: false },
  weldingDetection: { kind: "weldingDetection" },
  sessionStop: { kind: "sessionStop", pause: false },
};

const told = { ...nothingTold, linkUp: true, modes: ["DC_extended", "AC_three_phase_core"] as const };

/** What a station did, one word an effect. */
const word = (effect: StationEffect): string => {
  if (effect.type === "publish") return effect.publication.name;
  if (effect.type === "close") return "close";
  const { ok, ongoing } = effect.response;
  return ok ? (ongoing ? "ongoing" : "ok") : "failed";
};

/** Plays events one second apart; answers the last state and what came of the last event. */
function play(events: readonly StationEvent[], from: StationTalk = { ...silentStation, told }) {
  let state = from;
  let words: string[] = [];
  for (const [index, event] of events.entries()) {
    const step = stationTalk.step(state, event, index * 1000);
    state = step.state;
    words = step.effects.map(word);
  }
  return { state, words };
}

const asks = (kind: RequestKind): StationEvent => ({ type: "request", request: requests[kind] });
const hears = (change: Partial<typeof nothingTold>): StationEvent => ({ type: "told", change });
const connected: StationEvent = { type: "connected" };

t.test("the station publishes how far the vehicle is, in the order of a DC session", async (t) => {
  const session: [StationEvent, string[]][] = [
    [connected, []],
    [asks("supportedAppProtocol"), ["ev_app_protocol", "selected_protocol", "ok"]],
    [asks("sessionSetup"), ["evcc_id", "ok"]],
    [asks("serviceDiscovery"), ["ok"]],
    [asks("paymentServiceSelection"), ["selected_payment_option", "ok"]],
    [asks("authorization"), ["require_auth_eim", "ongoing"]],
    [asks("authorization"), ["ongoing"]],
    [hears({ authorization: "accepted" }), []],
    [asks("authorization"), ["ok"]],
    [
      asks("chargeParameterDiscovery"),
      [
        "requested_energy_transfer_mode",
        "dc_ev_status",
        "dc_ev_maximum_limits",
        "dc_ev_energy_capacity",
        "dc_ev_energy_request",
        "dc_full_soc",
        "dc_bulk_soc",
        "departure_time",
        "ok",
      ],
    ],
    [asks("cableCheck"), ["start_cable_check", "ongoing"]],
    [asks("cableCheck"), ["ongoing"]],
    [hears({ cableCheck: "passed" }), []],
    [asks("cableCheck"), ["ok"]],
    [asks("preCharge"), ["start_pre_charge", "dc_ev_target_voltage_current", "ok"]],
    [asks("preCharge"), ["ok"]],
    [asks("powerDelivery"), ["v2g_setup_finished", "ok"]],
    [asks("currentDemand"), ["current_demand_started", "dc_ev_target_voltage_current", "dc_charging_complete", "ok"]],
    [asks("currentDemand"), ["ok"]],
    [
      { type: "request", request: { kind: "powerDelivery", start: false } },
      ["current_demand_finished", "dc_open_contactor", "ok"],
    ],
    [asks("weldingDetection"), ["ok"]],
    [asks("sessionStop"), ["ok", "dlink_terminate"]],
    [{ type: "disconnected" }, []],
  ];
  const events = session.map(([event]) => event);
  for (const [index, [, words]] of session.entries()) {
    t.same(play(events.slice(0, index + 1)).words, words, JSON.stringify(events[index]));
  }
});

t.test("what comes out of sequence fails, and nothing is published that did not happen", async (t) => {
  const inPhase = (phase: Phase): StationTalk => ({ ...silentStation, told, phase, mode: "DC_extended" });
  const wrong: [Phase, RequestKind][] = [
    ["connected", "sessionSetup"],
    ["protocol", "authorization"],
    ["payment", "chargeParameterDiscovery"],
    ["authorized", "cableCheck"],
    ["parameters", "preCharge"],
    ["parameters", "powerDelivery"],
    ["cableCheck", "preCharge"],
    ["cableCheck", "currentDemand"],
    ["preCharge", "currentDemand"],
    ["charging", "cableCheck"],
    ["charging", "chargingStatus"],
    ["powerOff", "currentDemand"],
  ];
  for (const [phase, kind] of wrong) {
    t.same(play([asks(kind)], inPhase(phase)).words, ["failed", "hlc_session_failed"], `${kind} in ${phase}`);
  }
  t.same(play([asks("sessionStop")], inPhase("stopped")).words, [], "after the end nobody answers");
  t.same(play([hears({ linkUp: false }), connected, asks("supportedAppProtocol")]).words, [], "nor on a dead line");
});

t.test("whatever breaks the conversation, the station hears first that no power is wanted", async (t) => {
  const at = (phase: Phase, mode: "DC_extended" | "AC_three_phase_core"): StationTalk => ({
    ...silentStation,
    told,
    phase,
    mode,
  });
  const broken: [Phase, "DC_extended" | "AC_three_phase_core", string[]][] = [
    ["session", "DC_extended", ["dlink_error"]],
    ["cableCheck", "DC_extended", ["dc_open_contactor", "dlink_error"]],
    ["preCharge", "DC_extended", ["dc_open_contactor", "dlink_error"]],
    ["power", "DC_extended", ["dc_open_contactor", "dlink_error"]],
    ["charging", "DC_extended", ["current_demand_finished", "dc_open_contactor", "dlink_error"]],
    ["powerOff", "DC_extended", ["dlink_error"]],
    ["power", "AC_three_phase_core", ["ac_open_contactor", "dlink_error"]],
    ["charging", "AC_three_phase_core", ["ac_open_contactor", "dlink_error"]],
    ["stopped", "DC_extended", []],
    ["closed", "DC_extended", []],
  ];
  for (const [phase, mode, words] of broken) {
    t.same(play([{ type: "disconnected" }], at(phase, mode)).words, words, `${mode} in ${phase}`);
  }
  const { words } = play([hears({ linkUp: false })], at("charging", "DC_extended"));
  t.same(words, ["current_demand_finished", "dc_open_contactor", "dlink_error", "close"], "the line itself is down");
});

t.test("deadlines of the station: silence, authorization, contactor", async (t) => {
  const due = (state: StationTalk, nowMs: number): string[] =>
    stationTalk.step(state, stationTalk.deadlineReached, nowMs).effects.map(word);
  const charging: StationTalk = { ...silentStation, told, phase: "charging", mode: "DC_extended", heardAtMs: 5000 };
  t.equal(stationTalk.deadlineMs(charging), 65_000);
  t.same(due(charging, 64_999), []);
  t.same(due(charging, 65_000), [
    "hlc_session_failed",
    "close",
    "current_demand_finished",
    "dc_open_contactor",
    "dlink_error",
  ]);
  const asking: StationTalk = {
    ...silentStation,
    told,
    phase: "payment",
    option: "Contract",
    authorizationAskedAtMs: 1000,
    heardAtMs: 55_900,
  };
  t.equal(stationTalk.deadlineMs(asking), 56_000, "55 s for a contract");
  const refused = stationTalk.step(asking, stationTalk.deadlineReached, 56_000).state;
  t.same(play([asks("authorization")], refused).words, ["failed", "hlc_session_failed"]);
  const patient = { ...asking, authorizationS: { ExternalPayment: 300, Contract: 0 } };
  t.equal(stationTalk.deadlineMs(patient), 115_900, "0 is for ever");
  const ac: StationTalk = { ...silentStation, told, phase: "parameters", mode: "AC_three_phase_core" };
  const closing = play([asks("powerDelivery")], ac);
  t.same(closing.words, ["v2g_setup_finished", "ac_close_contactor"], "the answer waits for the contactor");
  t.same(play([hears({ contactorClosed: true })], closing.state).words, ["ok"]);
  t.equal(stationTalk.deadlineMs(closing.state), 3000);
  t.same(due(closing.state, 3000), ["failed", "hlc_session_failed"]);
});

const fine: Response = {
  kind: "sessionSetup",
  ok: true,
  ongoing: false,
  wish: "none",
  error: null,
  isolation: "Valid",
  presentV: 0,
  presentA: 0,
  maxV: 500,
  maxA: 15,
  maxW: 100_000,
  dischargeA: 0,
  dischargeW: 0,
  acMaxA: 16,
  options: ["ExternalPayment"],
};
const response = (change: Partial<Response> = {}, inletV = 0): VehicleEvent => ({
  type: "response",
  response: { ...fine, ...change },
  inletV,
});

const doing = (effect: VehicleEffect): string => {
  switch (effect.type) {
    case "send":
      return effect.request.kind;
    case "contactor":
      return effect.closed ? "close" : "open";
    case "powerReady":
      return effect.ready ? "C" : "B";
    default:
      return effect.type;
  }
};

/** A vehicle that has asked at a step and waits for the answer; DC unless it says AC. */
const waitingAt = (step: VehicleStep, change: Partial<VehicleTalk> = {}): VehicleTalk => ({
  ...parkedVehicle,
  step,
  waits: "answer",
  dueMs: 10_000,
  needs,
  powerReady: true,
  pilotInC: true,
  ...change,
});

const after = (state: VehicleTalk, event: VehicleEvent, nowMs = 1000) => {
  const { state: next, effects } = vehicleTalk.step(state, event, nowMs);
  return { next, step: next.step, does: effects.map(doing) };
};

t.test("the vehicle goes on by the order, and asks again while the station is not done", async (t) => {
  const order: [VehicleStep, VehicleEvent, VehicleStep | null, string[]][] = [
    ["discovery", { type: "connected", found: true }, "supportedAppProtocol", []],
    ["discovery", { type: "connected", found: false }, "discovery", []],
    ["supportedAppProtocol", response(), "sessionSetup", []],
    ["sessionSetup", response(), "serviceDiscovery", []],
    ["serviceDiscovery", response(), "paymentServiceSelection", []],
    ["paymentServiceSelection", response(), "authorization", []],
    ["authorization", response({ ongoing: true }), "authorization", []],
    ["authorization", response(), "chargeParameterDiscovery", []],
    ["chargeParameterDiscovery", response(), "cableCheck", ["C"]],
    ["cableCheck", response({ ongoing: true }), "cableCheck", []],
    ["cableCheck", response(), "preCharge", []],
    ["preCharge", response({}, 378.9), "preCharge", []],
    ["preCharge", response({}, 379), "powerOn", ["close", "powerOn"]],
    ["preCharge", response({}, 419), "powerOn", ["close", "powerOn"]],
    ["preCharge", response({}, 419.1), "preCharge", []],
    ["powerOn", response(), "currentDemand", []],
    ["currentDemand", response(), "currentDemand", []],
    ["powerOff", response(), "weldingDetection", ["B"]],
    ["weldingDetection", response({ presentV: 60 }), "weldingDetection", []],
    ["weldingDetection", response({ presentV: 59.9 }), "sessionStop", []],
    ["sessionStop", response(), null, ["B", "disconnect", "finished"]],
  ];
  for (const [step, event, next, does] of order) {
    const got = after(waitingAt(step), event);
    t.same([got.step, got.does], [next, does], `${step} ${JSON.stringify(event)}`);
  }
  const unready = after(waitingAt("chargeParameterDiscovery", { pilotInC: false, powerReady: false }), response());
  t.same([unready.step, unready.does], ["readying", ["C"]]);
  t.equal(after(unready.next, { type: "pilot", inC: true }).step, "cableCheck", "not before its pilot is in C");
});

t.test("an answer that does not come, or comes too late, ends the conversation at every step", async (t) => {
  for (const step of vehicleSteps) {
    if (step === "readying") continue;
    const { answerMs, paceMs } = stepTable[step];
    const asking = { ...waitingAt(step), waits: "pace", dueMs: paceMs, contactorClosed: true } as const;
    const asked = after(asking, vehicleTalk.deadlineReached, paceMs);
    t.equal(asked.next.dueMs, paceMs + answerMs, step);
    const given = after(asked.next, vehicleTalk.deadlineReached, paceMs + answerMs);
    t.same([given.step, given.does], [null, ["open", "B", "disconnect", "stopFromStation", "finished"]], step);
  }
  t.equal(vehicleTalk.deadlineMs(parkedVehicle), null);
});

t.test("its patience: 40 s for the cable check, 7 s for the pre-charge, 20 s to find a station", async (t) => {
  const patience: [VehicleStep, VehicleStep, VehicleEvent, number][] = [
    ["chargeParameterDiscovery", "cableCheck", response(), 40_000],
    ["cableCheck", "preCharge", response(), 7000],
  ];
  for (const [before, step, event, ms] of patience) {
    const { next } = after(waitingAt(before), event);
    t.equal(next.step, step);
    t.equal(next.patienceEndsMs, 1000 + ms);
    t.equal(after(next, vehicleTalk.deadlineReached, 1000 + ms).step, null);
  }
  const { trip } = parkedVehicle;
  t.equal(after(parkedVehicle, { type: "started", trip }).next.patienceEndsMs, 21_000);
});

t.test("a station that wants an end gets one, in good order or in haste", async (t) => {
  const closed = { contactorClosed: true };
  const stops: [VehicleStep, Partial<Response>, VehicleStep | null, string[]][] = [
    ["authorization", { ok: false }, "sessionStop", ["B", "stopFromStation"]],
    ["cableCheck", { ok: false }, "sessionStop", ["B", "stopFromStation"]],
    ["cableCheck", { wish: "stop" }, "sessionStop", ["stopFromStation", "B"]],
    ["currentDemand", { wish: "stop" }, "powerOff", ["stopFromStation"]],
    ["currentDemand", { error: "Error_EmergencyShutdown" }, "powerOff", ["open", "B", "stopFromStation"]],
    ["currentDemand", { ok: false }, "sessionStop", ["open", "B", "stopFromStation"]],
    ["powerOff", { ok: false }, null, ["open", "B", "disconnect", "stopFromStation", "finished"]],
  ];
  for (const [step, change, next, does] of stops) {
    const state = waitingAt(step, step === "currentDemand" || step === "powerOff" ? closed : {});
    const got = after(state, response(change));
    t.same([got.step, got.does], [next, does], `${step} ${JSON.stringify(change)}`);
  }
});

t.test("at every step a vehicle can hang up, fall silent or leave in good order", async (t) => {
  for (const step of vehicleSteps) {
    if (step === "readying") continue;
    const pacing = (how: "abort" | "silence" | "stop"): VehicleTalk => ({
      ...waitingAt(step),
      waits: "pace",
      dueMs: 1000,
      misbehaviour: { at: step, how, demandV: null, demandA: null, closesEarly: false },
    });
    const aborted = after(pacing("abort"), vehicleTalk.deadlineReached);
    t.same([aborted.step, aborted.does], [null, ["B", "disconnect", "finished"]], step);
    const silent = after(pacing("silence"), vehicleTalk.deadlineReached);
    t.same([silent.does, vehicleTalk.deadlineMs(silent.next)], [[], null], step);
    t.equal(after(silent.next, { type: "wish", wish: "stop" }).step, step, "and stays so");
    const left = after(pacing("stop"), vehicleTalk.deadlineReached);
    const isPowered = ["powerOn", "currentDemand", "chargingStatus"].includes(step);
    const isLeaving = ["powerOff", "weldingDetection", "sessionStop"].includes(step);
    t.equal(left.step, isLeaving ? step : isPowered ? "powerOff" : "sessionStop", step);
  }
});

t.test("it asks for no more than it needs, bears and is offered, unless it is told to", async (t) => {
  const demand = (change: Partial<VehicleTalk>) => {
    const state = waitingAt("currentDemand", { waits: "pace", dueMs: 1000, offered: fine, ...change });
    const [sent] = vehicleTalk.step(state, vehicleTalk.deadlineReached, 1000).effects;
    if (sent?.type !== "send" || sent.request.kind !== "currentDemand") return null;
    return [sent.request.targetV, sent.request.targetA];
  };
  t.same(demand({}), [400, 15], "what the station offers");
  t.same(demand({ offered: { ...fine, maxA: 200 } }), [400, 20], "what it needs");
  t.same(demand({ offered: { ...fine, maxA: 200, maxW: 4000 } }), [400, 10], "what the power gives");
  t.same(demand({ needs: { ...needs, targetV: 600 } }), [500, 15], "what it bears");
  const misbehaviour = { ...parkedVehicle.misbehaviour, demandV: 0, demandA: 999 };
  t.same(demand({ misbehaviour }), [0, 999]);
});

t.test("whatever happens in whatever order, a vehicle that is done has let go of everything", async () => {
  const { trip } = parkedVehicle;
  const event: fc.Arbitrary<VehicleEvent> = fc.oneof(
    { weight: 6, arbitrary: fc.constant(vehicleTalk.deadlineReached) },
    {
      weight: 6,
      arbitrary: fc
        .record({
          ok: fc.boolean(),
          ongoing: fc.boolean(),
          inletV: fc.constantFrom(0, 399),
          presentV: fc.constantFrom(0, 400),
        })
        .map(({ inletV, ...change }) => response(change, inletV)),
    },
    fc.constantFrom<VehicleEvent>(
      { type: "started", trip },
      { type: "connected", found: true },
      { type: "pilot", inC: true },
      { type: "pilot", inC: false },
      { type: "wish", wish: "stop" },
      { type: "wish", wish: "pause" },
      { type: "abort" },
      { type: "lost" },
      response({ wish: "stop" }),
      response({ error: "Error_Malfunction" }),
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.nat(3000)), { maxLength: 80 }), (events) => {
      let state: VehicleTalk = { ...parkedVehicle, needs };
      let [nowMs, closed, ready, open] = [0, false, false, false];
      for (const [next, passedMs] of [[{ type: "started", trip }, 0] as const, ...events]) {
        nowMs += passedMs;
        const { state: after, effects } = vehicleTalk.step(state, next, nowMs);
        state = after;
        for (const effect of effects) {
          if (effect.type === "contactor") closed = effect.closed;
          if (effect.type === "powerReady") ready = effect.ready;
          if (effect.type === "connect") open = true;
          if (effect.type === "disconnect") open = false;
        }
        if (closed !== state.contactorClosed || ready !== state.powerReady) return false;
        if (closed && !ready) return false;
        if (state.step === null && (closed || ready || open)) return false;
      }
      return true;
    }),
    { numRuns: 2000 },
  );
});

t.test("whatever a vehicle says, the station hears of each end exactly once", async () => {
  const event: fc.Arbitrary<StationEvent> = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...Object.keys(requests)).map((kind) => asks(kind as RequestKind)) },
    fc.constantFrom<StationEvent>(
      connected,
      { type: "disconnected" },
      { type: "request", request: { kind: "powerDelivery", start: false } },
      hears({ linkUp: false }),
      hears({ linkUp: true }),
      hears({ cableCheck: "passed", authorization: "accepted" }),
    ),
  );
  const inPhase = fc.constantFrom<Phase>("preCharge", "power", "charging", "cableCheck");
  fc.assert(
    fc.property(inPhase, fc.array(event, { maxLength: 40 }), (phase, events) => {
      let state: StationTalk = { ...silentStation, told, phase, mode: "DC_extended" };
      let demanded = phase === "charging";
      let nowMs = 0;
      for (const next of events) {
        nowMs += 100;
        const step = stationTalk.step(state, next, nowMs);
        state = step.state;
        for (const name of step.effects.map(word)) {
          if (name === "current_demand_started" || name === "current_demand_finished") {
            if (demanded === (name === "current_demand_started")) return false;
            demanded = !demanded;
          }
        }
        if ((state.phase === "closed" || state.phase === "stopped" || state.phase === "powerOff") && demanded)
          return false;
      }
      return true;
    }),
    { numRuns: 2000 },
  );
});
