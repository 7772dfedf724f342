import t from "tap";
import type { ProvidedIdToken } from "../../../src/core/auth/tokens.ts";
import type { DcSessionState } from "../../../src/core/dc/dc-session-state.ts";
import { initialDcSession } from "../../../src/core/dc/dc-session-state.ts";
import { unknownSupply } from "../../../src/core/dc/power-supply.ts";
import type { DcOffer, DynamicMode } from "../../../src/core/hlc/dc-words.ts";
import { dynamicTarget, nothingOffered, wholeAmperes } from "../../../src/core/hlc/dc-words.ts";
import type { HighLevelEvent, HighLevelOptions, OuterHighLevelEvent } from "../../../src/core/hlc/high-level.ts";
import { highLevelDeadlineMs, initialHighLevel, stepHighLevel } from "../../../src/core/hlc/high-level.ts";
import { manufacturerOf } from "../../../src/core/hlc/values.ts";
import type { ChargerState } from "../../../src/core/session/charger-state.ts";
import { initialCharger } from "../../../src/core/session/charger-state.ts";
import type { EvseEffect, EvseEvent } from "../../../src/core/session/evse-state.ts";
import { defaultOptions } from "../../spec/charger-check.ts";
import type { Bench } from "../session/evse-bench.ts";
import { capabilities, highLevel, limits, reading, startedBench, token, withCharger } from "../session/evse-bench.ts";

const said = (event: OuterHighLevelEvent): EvseEvent => ({ kind: "highLevel", event });
const authorize = (by: ProvidedIdToken, certificateStatus?: string): EvseEvent => ({
  kind: "authorize",
  token: by,
  ...(certificateStatus !== undefined && { certificateStatus }),
});
const rejected = (by: ProvidedIdToken, certificateStatus?: string): EvseEvent =>
  said({
    type: "tokenRejected",
    token: by,
    status: "Blocked",
    ...(certificateStatus !== undefined && { certificateStatus }),
  });

const contract: ProvidedIdToken = {
  id_token: { value: "UKSWI123456791A", type: "eMAID" },
  authorization_type: "PlugAndCharge",
  certificate: "PEM",
};
const asksOthers = said({ type: "externalRequired" });
const asksContract = said({ type: "contractRequired", token: contract });
const evccId = said({ type: "evccIdTold", id: "00:7D:FA:01:02:03" });
const modem = said({ type: "modemFound", address: "98:ED:5C:0A:0B:0C" });
const nobody: EvseEvent = { kind: "withdrawAuthorization" };

type Change = {
  readonly [K in keyof HighLevelOptions]?: HighLevelOptions[K] extends object
    ? Partial<HighLevelOptions[K]>
    : HighLevelOptions[K];
};

const optionsOf = ({ offer, identification, plugAndCharge, ...more }: Change): HighLevelOptions => ({
  ...highLevel,
  ...more,
  offer: { ...highLevel.offer, ...offer },
  identification: { ...highLevel.identification, ...identification },
  plugAndCharge: { ...highLevel.plugAndCharge, ...plugAndCharge },
});

/** A vehicle in B at 5 %. */
function plugged(change: Change = {}): Bench {
  const options = { ...withCharger({ hlcEnabled: true, use5Percent: true }), highLevel: optionsOf(change) };
  return startedBench(options).post("B").wait(1000);
}

/** Tokens and answers as one word each. */
function word(effect: EvseEffect): string[] {
  if (effect.kind === "providedToken") {
    const { id_token, authorization_type, connectors } = effect.token;
    return [`${authorization_type} ${id_token.type} ${id_token.value} @${connectors?.join()}`];
  }
  if (effect.kind === "hlcCommand" && effect.command.name === "authorization_response") {
    const { authorization_status, certificate_status } = effect.command.args;
    return [`${authorization_status}/${certificate_status}`];
  }
  return [];
}

t.test("who pays: what the vehicle asks, and what it is answered", async (t) => {
  const autocharge = (by: "stack" | "modem"): Change => ({ identification: { autocharge: by } });
  const cases: [title: string, change: Change, events: EvseEvent[], words: string[]][] = [
    ["nobody has come yet", {}, [asksOthers], []],
    ["a card, then the question", {}, [authorize(token), asksOthers], ["Accepted/NoCertificateAvailable"]],
    ["the question, then a card", {}, [asksOthers, authorize(token)], ["Accepted/NoCertificateAvailable"]],
    ["answered once", {}, [asksOthers, authorize(token), evccId], ["Accepted/NoCertificateAvailable"]],
    ["a card that is refused is followed by another", {}, [asksOthers, rejected(token)], []],
    ["nobody comes in time", {}, [asksOthers, nobody], ["Unknown/NoCertificateAvailable"]],
    ["nobody comes, and nobody has asked", {}, [nobody], []],
    ["its address is nothing without autocharge", {}, [evccId, modem, asksOthers], []],
    [
      "its address, once it asks",
      autocharge("stack"),
      [evccId, modem, asksOthers],
      ["Autocharge MacAddress VID:007DFA010203 @1"],
    ],
    ["its address, not before it asks", autocharge("stack"), [evccId, modem], []],
    ["no address told", autocharge("stack"), [asksOthers], []],
    [
      "a card came first",
      autocharge("stack"),
      [evccId, authorize(token), asksOthers],
      ["Accepted/NoCertificateAvailable"],
    ],
    [
      "its modem's, as soon as it is known",
      autocharge("modem"),
      [modem, evccId, asksOthers],
      ["Autocharge MacAddress VID:98ED5C0A0B0C @1"],
    ],
    ["its modem's, a card came first", autocharge("modem"), [authorize(token), modem], []],
    ["a contract", {}, [asksContract], ["PlugAndCharge eMAID UKSWI123456791A @1"]],
    [
      "a contract that is accepted",
      {},
      [asksContract, authorize(contract)],
      ["PlugAndCharge eMAID UKSWI123456791A @1", "Accepted/Accepted"],
    ],
    [
      "… with what was found out about it",
      {},
      [asksContract, authorize(contract, "CertificateExpired")],
      ["PlugAndCharge eMAID UKSWI123456791A @1", "Accepted/CertificateExpired"],
    ],
    [
      "a contract that is refused",
      {},
      [asksContract, rejected(contract, "CertificateRevoked"), rejected(contract)],
      ["PlugAndCharge eMAID UKSWI123456791A @1", "Blocked/CertificateRevoked"],
    ],
    [
      "refused without a reason, or with one nobody knows",
      {},
      [asksContract, rejected(contract, "Whatever")],
      ["PlugAndCharge eMAID UKSWI123456791A @1", "Blocked/NoCertificateAvailable"],
    ],
    [
      "a card while a contract is looked at is none",
      {},
      [asksContract, authorize(token)],
      ["PlugAndCharge eMAID UKSWI123456791A @1"],
    ],
    [
      "a contract nobody looks at",
      {},
      [asksContract, nobody],
      ["PlugAndCharge eMAID UKSWI123456791A @1", "Unknown/NoCertificateAvailable"],
    ],
  ];
  for (const [title, change, events, words] of cases) {
    const b = plugged(change);
    const before = b.effects.length;
    b.post(...events);
    t.same(b.effects.slice(before).flatMap(word), words, title);
  }
  t.equal(plugged().post(asksContract, authorize(token)).state.charger.authorized, false, "nobody pays by it");
});

t.test("dbg_hlc_auth_after_tstep: a card is answered once the pilot is past its X1", async (t) => {
  const b = plugged({ identification: { answersAfterStep: true } });
  b.post({ kind: "slacState", state: "MATCHED" }, asksOthers, authorize(token));
  const answers = () => b.effects.flatMap(word);
  t.same(b.wait(12_900).state.charger.name, "T_step_X1");
  t.same(answers(), []);
  b.wait(200);
  t.same([b.state.charger.name, ...answers()], ["PrepareCharging", "Accepted/NoCertificateAvailable"]);
});

const commandsSince = (b: Bench, before: number) =>
  b.effects.slice(before).flatMap((effect) => (effect.kind === "hlcCommand" ? [effect.command] : []));

t.test("a contract is on offer until somebody pays by other means, and again afterwards", async (t) => {
  const offers = (b: Bench) =>
    commandsSince(b, 0).flatMap((command) =>
      command.name === "session_setup" ? [command.args.payment_options.join("+")] : [],
    );
  const both = "Contract+ExternalPayment";
  const b = plugged();
  t.same(offers(b), [both, both], "at the start, and with the session");
  t.same(offers(b.post(authorize(token))), [both, both, "ExternalPayment"]);
  t.same(offers(b.post("A").wait(5000)).slice(3), [both]);
  t.same(offers(plugged().post(asksContract, authorize(contract))), [both, both]);
  t.same(offers(plugged({ offer: { externalPayment: false } })), ["Contract", "Contract"]);
  t.same(offers(plugged({ plugAndCharge: { enabled: false } })), ["ExternalPayment", "ExternalPayment"]);
  t.same(
    offers(plugged({ offer: { externalPayment: false }, plugAndCharge: { enabled: false } })),
    ["ExternalPayment", "ExternalPayment"],
    "one of them there must be",
  );
  const set = plugged();
  const before = set.effects.length;
  set.post(
    said({ type: "plugAndChargeSet", change: { enabled: false, centralValidation: true } }),
    said({ type: "plugAndChargeSet", change: { certificateInstallation: false } }),
  );
  t.same(
    commandsSince(set, before).map(({ args }) => args),
    [
      {
        payment_options: ["ExternalPayment"],
        supported_certificate_service: true,
        central_contract_validation_allowed: true,
      },
      {
        payment_options: ["ExternalPayment"],
        supported_certificate_service: false,
        central_contract_validation_allowed: true,
      },
    ],
  );
});

t.test("what the station can and does is told when it changes, and not again", async (t) => {
  const b = plugged();
  const tell = (...events: EvseEvent[]): Record<string, unknown> => {
    const before = b.effects.length;
    b.post(...events);
    return Object.fromEntries(commandsSince(b, before).map(({ name, args }) => [name, args]));
  };
  t.same(tell(limits(16)), {});
  t.same(tell(limits(10)), {
    update_ac_max_current: { max_current: 10 },
    update_ac_target_values: { target_values: { target_active_power: { total: 6900 } } },
  });
  const onePhase = { ...capabilities, max_phase_count_import: 1, max_current_A_import: 20 };
  t.match(tell({ kind: "capabilities", capabilities: onePhase }), {
    update_energy_transfer_modes: { supported_energy_transfer_modes: ["AC_single_phase_core"] },
    update_ac_maximum_limits: { maximum_limits: { charge_power: { total: 4600 } } },
    update_ac_parameters: {
      ac_parameters: { nominal_frequency: 50, nominal_voltage: 230, connectors: ["SinglePhase"] },
    },
  });
  t.same(tell({ kind: "capabilities", capabilities: { ...onePhase } }), {}, "boards repeat themselves");
  const power = { total: 2300 };
  const measured: EvseEvent = {
    kind: "powermeter",
    value: {
      timestamp: "2026-01-01T00:00:00Z",
      energy_Wh_import: { total: 1 },
      power_W: power,
      frequency_Hz: { L1: 59.9 },
    },
  };
  t.match(tell(measured), {
    update_meter_info: { powermeter: { energy_Wh_import: { total: 1 } } },
    update_ac_present_power: { present_power: power },
    update_ac_parameters: { ac_parameters: { nominal_frequency: 60 } },
  });
  t.same(Object.keys(tell(said({ type: "meterAsked" }))), ["update_meter_info"]);
  b.post("A").wait(5000);
  t.same(tell(reading(2)), {}, "nobody listens in an empty place");
});

t.test("each thing that an offer is made of is told when it alone changes", async (t) => {
  const told = (
    chargeMode: "AC" | "DC",
    before: { charger?: Partial<ChargerState>; dc?: Partial<DcSessionState> },
    after: { charger?: Partial<ChargerState>; dc?: Partial<DcSessionState> },
  ): string[] => {
    const options = optionsOf({ offer: { chargeMode } });
    const followed = ({ charger, dc }: typeof before) => ({
      charger: { ...initialCharger({ ...defaultOptions, chargeMode }), ...charger },
      dc: chargeMode === "DC" ? { ...initialDcSession, ...dc } : null,
    });
    const { state } = stepHighLevel(initialHighLevel(options), { type: "started" }, followed(before), options, 0);
    const { effects } = stepHighLevel(state, null, followed(after), options, 0);
    return effects.flatMap((effect) => (effect.kind === "hlcCommand" ? [effect.command.name] : []));
  };
  const board = { ...capabilities, min_current_A_import: 6 };
  const higher = { ...board, min_current_A_import: 8 };
  t.same(told("AC", { charger: { capabilities: board } }, { charger: { capabilities: higher } }), [
    "update_ac_minimum_limits",
  ]);
  const phases = (activePhases: number) => ({ capabilities: board, limitA: 16, activePhases });
  t.same(told("AC", { charger: phases(3) }, { charger: phases(1) }), ["update_ac_target_values"]);
  const supply = (max_export_current_A: number) => ({ capabilities: { ...unknownSupply, max_export_current_A } });
  t.same(told("DC", { dc: supply(200) }, { dc: supply(100) }), ["set_powersupply_capabilities"]);
  t.same(told("DC", { dc: supply(200) }, { dc: supply(200) }), [], "the same again");
});

t.test("a back end may leave fewer modes, until the vehicle has gone", async (t) => {
  const b = plugged();
  const allow = (...modes: ("AC_single_phase_core" | "DC_extended")[]) => {
    const before = b.effects.length;
    b.post(said({ type: "modesAllowed", call: 7, modes }));
    return b.effects.slice(before).flatMap((effect): unknown[] => {
      if (effect.kind === "reply") return [effect.result];
      return effect.kind === "transferModes" ? [effect.modes.join("+")] : [];
    });
  };
  t.same(allow("DC_extended"), ["IncompatibleEnergyTransfer"], "nothing has changed");
  t.same(allow("AC_single_phase_core", "DC_extended"), ["Accepted", "AC_single_phase_core"]);
  const before = b.effects.length;
  b.post("A");
  const modes = commandsSince(b, before).flatMap((command) =>
    command.name === "update_energy_transfer_modes" ? [command.args.supported_energy_transfer_modes.length] : [],
  );
  t.same(modes, [3]);
  const basic = startedBench(withCharger({ hlcEnabled: false }));
  basic.post(said({ type: "modesAllowed", call: 7, modes: ["AC_single_phase_core"] }));
  t.match(basic.effects.at(-1), { kind: "reply", result: "NoHlc" });
});

t.test("what is known of a vehicle: told when it is news, forgotten with it", async (t) => {
  const b = plugged();
  const before = b.effects.length;
  b.post(
    evccId,
    said({ type: "vehicleTold", info: { soc: 30 } }),
    said({ type: "vehicleTold", info: { soc: 30 } }),
    said({ type: "vehicleTold", info: { soc: 31, battery_capacity: 60_000 } }),
    said({ type: "failed", reason: "AuthorizationFailed" }),
    "A",
  );
  const told = b.effects.slice(before).flatMap((effect): unknown[] => {
    if (effect.kind === "vehicleInfo") return [effect.info];
    if (effect.kind === "carManufacturer") return [effect.manufacturer];
    return effect.kind === "sessionFailed" ? [effect.reason] : [];
  });
  const evcc_id = "00:7D:FA:01:02:03";
  t.same(told, [
    "VolkswagenGroup",
    { evcc_id },
    { evcc_id, soc: 30 },
    { evcc_id, soc: 31, battery_capacity: 60_000 },
    "AuthorizationFailed",
    "Unknown",
    {},
  ]);
  t.same(["0C:29:8F:00:00:00", "4c:fc:aa:00:00:00", "DC:44:27:1F:00:00", "DC:44:27:20:00:00"].map(manufacturerOf), [
    "Tesla",
    "Tesla",
    "Tesla",
    "Unknown",
  ]);
});

t.test("a pause that the station asks for is one in ISO 15118-20, and a stop for everybody else", async (t) => {
  for (const [protocol, wanted] of [
    ["ISO15118-20:AC", ["pause_charging true", "pause_charging false"]],
    ["ISO15118-2-2013", ["stop_charging true", "stop_charging false"]],
  ] as const) {
    const b = plugged();
    b.post({ kind: "slacState", state: "MATCHED" }, said({ type: "protocolSelected", protocol }));
    b.post({ kind: "v2gSetupFinished" }, authorize(token), "C", { kind: "hlcAllowPower", value: true });
    t.equal(b.state.charger.name, "Charging");
    const before = b.effects.length;
    b.post({ kind: "pause" }, { kind: "hlcAllowPower", value: false }, { kind: "resume" });
    t.same(
      commandsSince(b, before).flatMap(({ name, args }) =>
        name.endsWith("_charging") ? [`${name} ${Object.values(args)[0]}`] : [],
      ),
      wanted,
    );
  }
});

t.test("direct current by ISO 15118-20's dynamic mode: as much as both sides stand", async (t) => {
  const mode: DynamicMode = { maxChargeW: 50_000, minChargeW: 0, maxChargeA: 200, maxV: 450, minV: 300 };
  const gives = { maxDischargeW: 30_000, minDischargeW: 0, maxDischargeA: 100 };
  const offered = { ...nothingOffered, maxA: 150, maxW: 40_000, minV: 200 };
  const takes = { maxA: 0, maxW: 0, dischargeA: 80, dischargeW: 24_000 };
  const cases: [
    title: string,
    vehicle: Partial<DynamicMode>,
    station: Partial<DcOffer>,
    presentV: number | null,
    target: unknown,
  ][] = [
    ["the station's power", {}, {}, 400, { voltageV: 450, currentA: 100 }],
    ["the vehicle's power", { maxChargeW: 20_000 }, {}, 400, { voltageV: 450, currentA: 50 }],
    ["the station's current", {}, {}, 200, { voltageV: 450, currentA: 150 }],
    ["the vehicle's current", { maxChargeA: 80 }, {}, 400, { voltageV: 450, currentA: 80 }],
    ["no voltage yet", {}, {}, 0, { voltageV: 450, currentA: 150 }],
    ["none measured", {}, {}, null, { voltageV: 450, currentA: 150 }],
    ["a little below none", {}, {}, -1, { voltageV: 450, currentA: 150 }],
    ["nothing offered, and no voltage", {}, nothingOffered, 0, { voltageV: 450, currentA: 0 }],
    ["hardly a voltage", { maxChargeW: 100 }, {}, 1, { voltageV: 450, currentA: 100 }],
    ["its least is more than there is", { minChargeW: 40_001 }, {}, 400, null],
    ["the least of both is all there is", { minChargeW: 40_000 }, {}, 400, { voltageV: 450, currentA: 100 }],
    ["the station's least is more than it takes", { maxChargeW: 99 }, { minW: 100 }, 400, null],
    ["it is not discharged", {}, takes, 400, null],
    ["it tells no power to give", { maxDischargeA: 100 }, takes, 400, null],
    ["it tells no current to give", { maxDischargeW: 30_000 }, takes, 400, null],
    ["it gives no power", { ...gives, maxDischargeW: 0 }, takes, 400, null],
    ["it gives no current", { ...gives, maxDischargeA: 0 }, takes, 400, null],
    ["what the grid takes", gives, takes, 400, { voltageV: 300, currentA: -60 }],
    ["what the supply draws", gives, { ...takes, dischargeW: 40_000 }, 300, { voltageV: 300, currentA: -80 }],
    ["a single watt", gives, { ...takes, dischargeW: 1 }, 400, { voltageV: 300, currentA: -0.0025 }],
    ["a single ampere", gives, { ...takes, dischargeA: 1 }, 400, { voltageV: 300, currentA: -1 }],
    ["the power it gives", { ...gives, maxDischargeW: 8000 }, takes, 400, { voltageV: 300, currentA: -20 }],
    ["the current it gives", { ...gives, maxDischargeA: 10 }, takes, 400, { voltageV: 300, currentA: -10 }],
    ["down to the supply's lowest", gives, { ...takes, minV: 350 }, 400, { voltageV: 350, currentA: -60 }],
    ["down to its own lowest", { ...gives, minV: 250 }, takes, 400, { voltageV: 250, currentA: -60 }],
    ["discharged, none measured", gives, takes, null, { voltageV: 300, currentA: -80 }],
    ["discharged, a little below none", gives, takes, -1, { voltageV: 300, currentA: -80 }],
    ["discharged, no voltage", gives, takes, 0, { voltageV: 300, currentA: -80 }],
    ["discharged, hardly a voltage", { ...gives, maxDischargeW: 50 }, takes, 1, { voltageV: 300, currentA: -50 }],
    ["its least is more than is taken", { ...gives, minDischargeW: 24_001 }, takes, 400, null],
    [
      "its least is all that is taken",
      { ...gives, minDischargeW: 24_000 },
      takes,
      400,
      { voltageV: 300, currentA: -60 },
    ],
    [
      "the supply's least is more than it gives",
      { ...gives, maxDischargeW: 99 },
      { ...takes, minDischargeW: 100 },
      400,
      null,
    ],
    [
      "half a watt, and no least told",
      { maxDischargeW: 0.5, maxDischargeA: 100 },
      takes,
      400,
      { voltageV: 300, currentA: -0.00125 },
    ],
  ];
  for (const [title, vehicle, station, presentV, target] of cases) {
    t.same(dynamicTarget({ ...mode, ...vehicle }, { ...offered, ...station }, presentV), target, title);
  }
});

t.test("what is passed on to the vehicle is what it may be discharged to", async (t) => {
  const options = optionsOf({ offer: { chargeMode: "DC" } });
  const charger = initialCharger({ ...defaultOptions, chargeMode: "DC" });
  const mode: DynamicMode = { maxChargeW: 50_000, minChargeW: 0, maxChargeA: 200, maxV: 450, minV: 300 };
  const gives = { ...mode, maxDischargeW: 30_000, maxDischargeA: 100 };
  const target = (most: object, least: object, presentV: number | null = null): unknown => {
    const maximum = { evse_maximum_current_limit: 0, evse_maximum_power_limit: 0, evse_maximum_voltage_limit: 500 };
    const minimum = { evse_minimum_current_limit: 0, evse_minimum_power_limit: 0, evse_minimum_voltage_limit: 350 };
    const present = presentV === null ? null : { voltageV: presentV, currentA: 0 };
    const events: HighLevelEvent[] = [
      {
        type: "passedOn",
        command: { name: "update_dc_maximum_limits", args: { maximum_limits: { ...maximum, ...most } } },
      },
      {
        type: "passedOn",
        command: { name: "update_dc_minimum_limits", args: { minimum_limits: { ...minimum, ...least } } },
      },
      { type: "dynamicModeTold", mode: gives },
    ];
    let state = initialHighLevel(options);
    const targets: unknown[] = [];
    for (const event of events) {
      const step = stepHighLevel(state, event, { charger, dc: { ...initialDcSession, present } }, options, 0);
      state = step.state;
      targets.push(...step.effects.flatMap((effect) => (effect.kind === "dcTarget" ? [effect.target] : [])));
    }
    return targets;
  };
  const ampere = { evse_maximum_discharge_current_limit: 80 };
  const watt = { evse_maximum_discharge_power_limit: 24_000 };
  t.same(target({ ...ampere, ...watt }, {}), [{ voltageV: 350, currentA: -80 }]);
  t.same(target({ ...ampere, ...watt }, {}, 400), [{ voltageV: 350, currentA: -60 }], "the power at its voltage");
  t.same(target(watt, {}), [], "power without a current is nothing");
  t.same(target({ ...ampere, ...watt }, { evse_minimum_discharge_power_limit: 24_001 }), [], "less than the least");
  const hardly = { ...ampere, evse_maximum_discharge_power_limit: 0.5 };
  t.same(target(hardly, {}, 400), [{ voltageV: 350, currentA: -0.00125 }], "no least told is none");
});

t.test("with a session the stack is set up anew, and the vehicle is unknown again", async (t) => {
  const options = optionsOf({});
  const charger = { ...initialCharger(defaultOptions), plugged: true };
  let state = initialHighLevel(options);
  const hear = (event: HighLevelEvent | null, id: string | null): string[] => {
    const session = (id === null ? null : { id }) as ChargerState["session"];
    const step = stepHighLevel(state, event, { charger: { ...charger, session }, dc: null }, options, 0);
    state = step.state;
    return step.effects.flatMap((effect) => {
      if (effect.kind === "vehicleInfo") return [JSON.stringify(effect.info)];
      return effect.kind === "hlcCommand" ? [effect.command.name] : [];
    });
  };
  hear({ type: "started" }, null);
  t.same(hear(null, "S1"), ["{}", "session_setup"]);
  const told: HighLevelEvent = { type: "vehicleTold", info: { soc: 30 } };
  t.same(hear(told, "S1"), ['{"soc":30}']);
  t.same(hear(told, "S1"), []);
  t.same(hear(null, null), ["{}"], "nothing to set up without a session");
  t.same(hear(told, null), ['{"soc":30}']);
  t.same(hear(told, "S2"), ["{}", '{"soc":30}', "session_setup"], "it is another one that says the same");
});

t.test("nothing is offered before something is", async (t) => {
  t.same(Object.values(nothingOffered), [0, 0, 0, 0, 0, 0, 0]);
});

t.test("hack_fix_hlc_integer_current_requests: whole amperes that are nearly all", async (t) => {
  const cases: [askedA: number, maxA: number, currentA: number][] = [
    [12, 12.9, 12.9],
    [12, 13, 12],
    [12.4, 12.9, 12.9],
    [14, 12.9, 14],
    [0, 0.9, 0],
    [1, 1.9, 1.9],
    [0.5, 0.9, 0.9],
    [11, 12.9, 11],
  ];
  for (const [askedA, maxA, currentA] of cases) {
    const target = wholeAmperes({ voltageV: 400, currentA: askedA }, { ...nothingOffered, maxA });
    t.same(target, { voltageV: 400, currentA }, `${askedA} A of ${maxA} A`);
  }
});

t.test("words of the DC side on their way: held back, made of others, forgotten", async (t) => {
  const options = optionsOf({ cableCheckRestMs: 2000, cableCheckRestVolkswagenMs: 3000, fixesWholeAmperes: true });
  const charger = { ...initialCharger({ ...defaultOptions, chargeMode: "DC" }), name: "PrepareCharging" as const };
  const station = (nowMs = 0) => {
    let state = initialHighLevel(options);
    return {
      hear(event: HighLevelEvent, atMs = nowMs, name: ChargerState["name"] = charger.name) {
        const step = stepHighLevel(state, event, { charger: { ...charger, name }, dc: null }, options, atMs);
        state = step.state;
        return step.effects.flatMap((effect): unknown[] => {
          if (effect.kind === "hlcCommand") return [`${effect.command.name} ${Object.values(effect.command.args)[0]}`];
          return effect.kind === "dcTarget" ? [effect.target] : [];
        });
      },
      dueMs: () => highLevelDeadlineMs(state),
    };
  };
  const finished = (status: boolean): HighLevelEvent => ({
    type: "passedOn",
    command: { name: "cable_check_finished", args: { status } },
  });
  const reached: HighLevelEvent = { type: "deadlineReached" };

  const any = station();
  t.same([any.hear(finished(true)), any.dueMs()], [[], 2000]);
  t.same(any.hear(reached, 1999), []);
  t.same([any.hear(reached, 2000), any.dueMs()], [["cable_check_finished true"], null]);

  const volkswagen = station();
  volkswagen.hear({ type: "evccIdTold", id: "00:7D:FA:01:02:03" });
  volkswagen.hear(finished(true));
  t.equal(volkswagen.dueMs(), 5000);
  t.same(volkswagen.hear(finished(false)), ["cable_check_finished false"], "a failure is told at once");
  t.equal(volkswagen.dueMs(), null);

  const stopped = station();
  stopped.hear(finished(true));
  t.same(stopped.hear(reached, 2000, "StoppingCharging"), [], "whoever is being stopped has no check that passed");

  const gone = station();
  gone.hear(finished(true));
  gone.hear({ type: "car", event: "CarUnplugged" });
  t.equal(gone.dueMs(), null, "nor has who has gone");

  const limits: HighLevelEvent = {
    type: "passedOn",
    command: {
      name: "update_dc_maximum_limits",
      args: {
        maximum_limits: {
          evse_maximum_current_limit: 12.5,
          evse_maximum_power_limit: 5000,
          evse_maximum_voltage_limit: 500,
        },
      },
    },
  };
  const target = { voltageV: 400, currentA: 12 };
  const talks = station();
  t.same(talks.hear({ type: "targetTold", target }), [target]);
  talks.hear(limits);
  t.same(talks.hear({ type: "targetTold", target }), [{ voltageV: 400, currentA: 12.5 }]);
  const mode = { maxChargeW: 50_000, minChargeW: 0, maxChargeA: 200, maxV: 450, minV: 300 };
  t.same(talks.hear({ type: "dynamicModeTold", mode }), [{ voltageV: 450, currentA: 12.5 }]);
  t.same(talks.hear({ type: "supplyMeasured" }), [], "nothing is news");
  const nothing = { ...mode, minChargeW: 6000 };
  t.same(talks.hear({ type: "dynamicModeTold", mode: nothing }), []);
  t.same(talks.hear({ type: "supplyMeasured" }), []);
});

t.test("what the stack and the modem hear, word for word", async (t) => {
  const dcSupply = { ...initialDcSession, capabilities: { ...unknownSupply, max_export_current_A: 200 } };
  const hear = (
    events: HighLevelEvent[],
    more: { charger?: Partial<ChargerState>; dc?: Partial<DcSessionState>; options?: Change } = {},
  ): unknown[] => {
    const chargeMode = more.dc === undefined ? "AC" : "DC";
    const { offer, ...rest } = more.options ?? {};
    const options = optionsOf({ ...rest, offer: { ...offer, chargeMode } });
    const charger = { ...initialCharger({ ...defaultOptions, chargeMode }), plugged: true, ...more.charger };
    const dc = more.dc === undefined ? null : { ...dcSupply, ...more.dc };
    let state = initialHighLevel(options);
    let said: unknown[] = [];
    for (const event of events) {
      const step = stepHighLevel(state, event, { charger, dc }, options, 0);
      state = step.state;
      said = step.effects.flatMap((effect): unknown[] => {
        switch (effect.kind) {
          case "hlcCommand":
          case "slacCommand":
            return [effect.command];
          case "dcTarget":
            return [effect.target.currentA, effect.repeated ?? false];
          case "sessionFailed":
            return [`sessionFailed ${effect.uuid}`];
          default:
            return [effect.kind];
        }
      });
    }
    return said;
  };
  const car = (event: "CarPluggedIn" | "CarUnplugged" | "EFtoBCD" | "BCDtoEF"): HighLevelEvent => ({
    type: "car",
    event,
  });
  const none = { evse_present_voltage: 0, evse_present_current: 0 };
  const started = hear([{ type: "started" }], { dc: {} });
  t.same(started[0], { name: "update_dc_present_values", args: { present_voltage_current: none } });
  t.same(started.at(-1), { name: "reset_error", args: {} });
  t.same(hear([car("CarPluggedIn")]), [
    { name: "enter_bcd" },
    { name: "reset_error", args: {} },
    { name: "ac_contactor_closed", args: { status: false } },
    { name: "stop_charging", args: { stop: false } },
  ]);
  t.same(hear([car("CarUnplugged")], { charger: { slac: "UNMATCHED" } }), [{ name: "leave_bcd" }]);
  t.same(hear([car("CarUnplugged")], { charger: { slac: "MATCHED" } }), [
    { name: "leave_bcd" },
    { name: "reset", enable: false },
  ]);

  const stop: HighLevelEvent = { type: "order", name: "stop_charging" };
  t.same(hear([stop]), [{ name: "stop_charging", args: { stop: true } }]);
  t.same(hear([stop], { charger: { vehicleLeft: true } }), [], "who has gone is told nothing");
  t.same(hear([stop], { charger: { plugged: false } }), []);
  const noEnergy: HighLevelEvent = { type: "order", name: "no_energy" };
  t.same(hear([noEnergy]), [{ name: "no_energy_pause_charging", args: { mode: "PauseBeforeCableCheck" } }]);
  t.same(hear([noEnergy], { options: { noEnergyPause: null } }), []);

  const supplied = (derating: DcSessionState["derating"]): unknown =>
    hear([{ type: "started" }], {
      dc: { capabilities: { ...dcSupply.capabilities, max_export_power_W: 60_000 }, derating },
    }).find((command) => (command as { name: string }).name === "set_powersupply_capabilities");
  const most = (a: number, w: number) => ({
    args: { capabilities: { max_export_current_A: a, max_export_power_W: w, max_export_voltage_V: 60 } },
  });
  t.match(supplied({}), most(200, 60_000));
  t.match(supplied({ max_export_current_A: 50 }), most(50, 60_000), "a derated supply is a smaller one");
  t.match(supplied({ max_export_power_W: 1000 }), most(200, 1000));
  t.match(supplied({ max_export_current_A: 300, max_export_power_W: 1000 }), most(200, 1000));
  t.match(supplied({ max_export_current_A: 50, max_export_power_W: 90_000 }), most(50, 60_000));

  const reversible = { max_import_current_A: 100, max_import_power_W: 30_000 };
  const imports = (capabilities: object, derating: DcSessionState["derating"]): unknown =>
    hear([{ type: "started" }], { dc: { capabilities: { ...dcSupply.capabilities, ...capabilities }, derating } })
      .flatMap((command) => {
        const { name, args } = command as { name: string; args: { capabilities: Record<string, number> } };
        return name === "set_powersupply_capabilities" ? [args.capabilities] : [];
      })
      .map(({ max_import_current_A, max_import_power_W }) => [max_import_current_A, max_import_power_W]);
  t.same(imports(reversible, { max_import_current_A: 20 }), [[20, 30_000]]);
  t.same(imports(reversible, { max_import_power_W: 500 }), [[100, 500]]);
  t.same(imports({}, { max_import_current_A: 0.5 }), [[undefined, undefined]], "one that draws nothing draws no less");

  const maximum = {
    evse_maximum_current_limit: 100,
    evse_maximum_power_limit: 40_000,
    evse_maximum_voltage_limit: 500,
  };
  const minimum = { evse_minimum_current_limit: 1, evse_minimum_power_limit: 150, evse_minimum_voltage_limit: 150 };
  const limits = (): HighLevelEvent[] => [
    { type: "passedOn", command: { name: "update_dc_maximum_limits", args: { maximum_limits: maximum } } },
    { type: "passedOn", command: { name: "update_dc_minimum_limits", args: { minimum_limits: minimum } } },
  ];
  const [most40kW, least150W] = limits() as [HighLevelEvent, HighLevelEvent];
  const bpt = { Channel: "Unified" } as unknown as NonNullable<HighLevelOptions["offer"]["bpt"]>;
  const both = { dc: {}, options: { offer: { bpt } } };
  t.same(hear([most40kW], { dc: {} }), [{ name: "update_dc_maximum_limits", args: { maximum_limits: maximum } }]);
  t.same(hear([most40kW], both), [
    {
      name: "update_dc_maximum_limits",
      args: {
        maximum_limits: {
          ...maximum,
          evse_maximum_discharge_current_limit: 0,
          evse_maximum_discharge_power_limit: 0,
        },
      },
    },
  ]);
  t.same(hear([least150W], both), [
    {
      name: "update_dc_minimum_limits",
      args: {
        minimum_limits: {
          ...minimum,
          evse_minimum_discharge_current_limit: 0,
          evse_minimum_discharge_power_limit: 0,
        },
      },
    },
  ]);

  const asks = (currentA: number): HighLevelEvent => ({ type: "targetTold", target: { voltageV: 400, currentA } });
  t.same(hear([asks(10)]), [10, false]);
  t.same(hear([asks(10), asks(10)]), [10, true], "the same again");
  t.same(hear([asks(10), asks(11)]), [11, false]);
  const mode = { maxChargeW: 50_000, minChargeW: 100, maxChargeA: 200, maxV: 450, minV: 0 };
  const dynamic: HighLevelEvent = { type: "dynamicModeTold", mode };
  const present = { present: { voltageV: 400, currentA: 0 } };
  t.same(hear([most40kW, dynamic], { dc: {} }), [100, false]);
  t.same(hear([most40kW, { type: "dynamicModeTold", mode: { ...mode, maxChargeW: 20_000 } }], { dc: present }), [
    50,
    false,
  ]);
  t.same(
    hear([...limits(), { type: "dynamicModeTold", mode: { ...mode, maxChargeW: 120 } }], { dc: {} }),
    [],
    "too little for us",
  );
  const gone: HighLevelEvent = { type: "dynamicModeTold", mode: { ...mode, minChargeW: 45_000 } };
  t.same(hear([most40kW, dynamic, gone], { dc: {} }), ["noCommonPower"]);
  t.same(hear([most40kW, gone], { dc: {} }), [], "there was none before");
  t.same(hear([most40kW, dynamic, asks(10), { type: "supplyMeasured" }], { dc: {} }), [], "it names currents again");
  t.same(hear([most40kW, dynamic, gone, gone], { dc: {} }), [], "told once");
  const upTo = (maxChargeA: number): HighLevelEvent => ({
    type: "dynamicModeTold",
    mode: { ...mode, minChargeW: 0, maxChargeA },
  });
  t.same(hear([most40kW, upTo(50), upTo(50.5)], { dc: {} }), [50.5, false]);
  t.same(hear([most40kW, upTo(50), upTo(50.05)], { dc: {} }), [], "less than a tenth of an ampere is no step");
  t.same(hear([most40kW, upTo(0), upTo(0.1)], { dc: {} }), [0.1, false], "a tenth is one");

  const unplugged = car("CarUnplugged");
  const evccIdOfVw: HighLevelEvent = { type: "evccIdTold", id: "00:7D:FA:01:02:03" };
  t.same(hear([evccIdOfVw, evccIdOfVw]), [], "nothing new");
  t.same(hear([evccIdOfVw, unplugged, evccIdOfVw]), ["carManufacturer", "vehicleInfo"], "new with the next vehicle");
  t.same(hear([{ type: "externalRequired" }, unplugged, { type: "nobodyCame" }]), [], "who asked has gone");
  t.same(hear([{ type: "externalRequired" }, car("EFtoBCD"), { type: "nobodyCame" }]), [], "or begins anew");
  t.same(hear([asks(10), unplugged, asks(10)]), [10, false], "the first word of the next one");
  t.same(hear([most40kW, dynamic, unplugged, { type: "supplyMeasured" }], { dc: {} }), [], "nobody's dynamic mode");
  t.same(hear([most40kW, dynamic, unplugged, dynamic], { dc: {} }), [100, false]);
  const dash20: HighLevelEvent = { type: "protocolSelected", protocol: "ISO15118-20:DC" };
  const paused = { charger: { paused: true } };
  t.same(hear([dash20, stop], paused), [{ name: "pause_charging", args: { pause: true } }]);
  t.same(hear([dash20, unplugged, stop], paused), [{ name: "stop_charging", args: { stop: true } }]);
  t.same(hear([stop], paused), [{ name: "stop_charging", args: { stop: true } }], "nothing agreed on yet");
  t.same(hear([dash20, stop, car("EFtoBCD"), { type: "order", name: "go_on" }], paused), [
    { name: "stop_charging", args: { stop: false } },
  ]);
  t.same(hear([car("BCDtoEF")]), [{ name: "leave_bcd" }]);
  const afterStep = { identification: { answersAfterStep: true } };
  const identified = (name: ChargerState["name"]): unknown =>
    hear([{ type: "externalRequired" }], { charger: { authorized: true, name }, options: afterStep });
  t.same(identified("T_step_EF"), [], "not while the pilot shows F");
  t.match(identified("PrepareCharging"), [{ name: "authorization_response" }]);
  t.equal(hear([{ type: "started" }]).filter((word) => word === "transferModes").length, 1);
  t.same(hear([dash20, stop, { type: "order", name: "go_on" }, { type: "order", name: "go_on" }], paused), [
    { name: "stop_charging", args: { stop: false } },
  ]);
  t.same(hear([{ type: "order", name: "error_over" }]), [{ name: "reset_error", args: {} }]);
  t.same(hear([{ type: "order", name: "error_utility_interrupt" }]), [
    { name: "send_error", args: { error: "Error_UtilityInterruptEvent" } },
  ]);
  t.same(hear([{ type: "contactor", closed: true }]), [{ name: "ac_contactor_closed", args: { status: true } }]);
  t.same(hear([{ type: "linkReady", value: true }]), [{ name: "dlink_ready", args: { value: true } }]);
  t.same(hear([{ type: "modemFound", address: "98:ED:5C:0A:0B:0C" }]), ["carManufacturer"]);
  t.same(hear([dash20]), ["protocol"]);
  t.same(hear([{ type: "meterAsked" }]), [], "there is no reading");
  const named = (said: unknown[]): unknown[] => said.map((word) => (word as { name?: string }).name ?? word);
  t.notOk(named(hear([{ type: "started" }])).includes("update_dc_present_values"), "alternating current has no such");
  t.same(hear([most40kW, dynamic, asks(10), dynamic], { dc: {} }), [100, false], "back to the dynamic mode");
  t.same(hear([dynamic, most40kW], { dc: {} }).slice(1), [100, false], "once there is something to have");
  const most100A5: HighLevelEvent = {
    type: "passedOn",
    command: {
      name: "update_dc_maximum_limits",
      args: { maximum_limits: { ...maximum, evse_maximum_current_limit: 100.5 } },
    },
  };
  t.same(hear([most100A5, asks(100)], { dc: {}, options: { fixesWholeAmperes: false } }), [100, false]);

  const session = { id: "S1" } as ChargerState["session"];
  const failed: HighLevelEvent = { type: "failed", reason: "AuthorizationFailed" };
  t.same(hear([failed, failed], { charger: { session } }), ["sessionFailed S1"]);
  t.same(hear([failed]), ["sessionFailed "], "of no session");
  const metered = (power: object): HighLevelEvent => ({
    type: "metered",
    value: { timestamp: "2026-01-01T00:00:00Z", energy_Wh_import: { total: 1 }, ...power },
  });
  const power = { power_W: { total: 2300 } };
  const twice = [metered(power), metered(power)];
  t.same(named(hear(twice, { charger: { session } })), ["update_meter_info", "update_ac_present_power"]);
  t.same(named(hear(twice, { charger: { session }, dc: {} })), ["update_meter_info"], "direct current");
  t.same(named(hear([...twice, metered({})], { charger: { session } })), ["update_meter_info"], "no power measured");
  t.same(hear(twice), [], "no session");
  const passed: HighLevelEvent = {
    type: "passedOn",
    command: { name: "cable_check_finished", args: { status: true } },
  };
  t.same(hear([passed], { dc: {}, options: { cableCheckRestMs: 1 } }), [], "a millisecond is one");
});
