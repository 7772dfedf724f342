/** All that a stack is told of the station, word for word. */
import t from "tap";
import type { OfferGrounds, OfferOptions } from "../../../src/core/hlc/offer.ts";
import { offer, offeredModes, offeredPayments } from "../../../src/core/hlc/offer.ts";
import { manufacturerOf } from "../../../src/core/hlc/values.ts";
import { capabilities, highLevel } from "../session/evse-bench.ts";

const supply = {
  bidirectional: false,
  max_export_voltage_V: 1000,
  min_export_voltage_V: 150,
  max_export_current_A: 200,
  min_export_current_A: 1,
  max_export_power_W: 60_000,
  current_regulation_tolerance_A: 0.7,
  peak_current_ripple_A: 0.9,
};

const grounds: OfferGrounds = {
  plugAndCharge: { enabled: true, centralValidation: false, certificateInstallation: true },
  paidExternally: false,
  allowedModes: null,
  board: capabilities,
  currentA: 16,
  phases: 3,
  frequencyHz: null,
  supply: null,
};

const ac: OfferOptions = { ...highLevel.offer, connectorType: "cType2" };
const dc: OfferOptions = { ...highLevel.offer, chargeMode: "DC", connectorType: "cCCS2" };

const argsOf = (options: OfferOptions, from: OfferGrounds, name: string): unknown =>
  offer(options, from).find((command) => command.name === name)?.args;

const bpt = { Channel: "Unified", GeneratorMode: "GridFollowing" } as unknown as NonNullable<OfferOptions["bpt"]>;

t.test("alternating current", async (t) => {
  t.same(offer(ac, grounds), [
    {
      name: "session_setup",
      args: {
        payment_options: ["Contract", "ExternalPayment"],
        supported_certificate_service: true,
        central_contract_validation_allowed: false,
      },
    },
    { name: "set_charging_parameters", args: { physical_values: { ac_nominal_voltage: 230 } } },
    {
      name: "update_ac_parameters",
      args: {
        ac_parameters: { nominal_frequency: 50, nominal_voltage: 230, connectors: ["SinglePhase", "ThreePhase"] },
      },
    },
    { name: "update_ac_maximum_limits", args: { maximum_limits: { charge_power: { total: 22_080 } } } },
    { name: "update_ac_minimum_limits", args: { minimum_limits: { charge_power: { total: 1380 } } } },
    { name: "update_ac_max_current", args: { max_current: 16 } },
    { name: "update_ac_target_values", args: { target_values: { target_active_power: { total: 11_040 } } } },
    { name: "receipt_is_required", args: { receipt_required: false } },
    {
      name: "setup",
      args: {
        evse_id: { evse_id: "DE*PNX*E1", evse_id_din: "49A80737A45678" },
        sae_j2847_mode: "None",
        debug_mode: false,
      },
    },
    {
      name: "update_energy_transfer_modes",
      args: {
        supported_energy_transfer_modes: ["AC_single_phase_core", "AC_two_phase", "AC_three_phase_core"],
      },
    },
  ]);
});

t.test("alternating current, by what the board and the grid are", async (t) => {
  const parameters = (more: Partial<OfferGrounds>) => argsOf(ac, { ...grounds, ...more }, "update_ac_parameters");
  const frequency = (frequencyHz: number | null): unknown => parameters({ frequencyHz });
  t.match(frequency(60), { ac_parameters: { nominal_frequency: 60 } });
  t.match(frequency(55), { ac_parameters: { nominal_frequency: 50 } });
  t.match(frequency(55.1), { ac_parameters: { nominal_frequency: 60 } });
  const board = (min_phase_count_import: number, max_phase_count_import: number) => ({
    board: { ...capabilities, min_phase_count_import, max_phase_count_import },
  });
  const connectors = (least: number, most: number): unknown => {
    const args = parameters(board(least, most)) as { ac_parameters: { connectors: unknown } };
    return args.ac_parameters.connectors;
  };
  t.same(connectors(1, 1), ["SinglePhase"]);
  t.same(connectors(1, 2), ["SinglePhase", "ThreePhase"]);
  t.same(connectors(2, 3), ["ThreePhase"]);
  t.same(connectors(0, 0), ["SinglePhase"], "a board that tells none has one");
  const modes = (least: number, most: number) => offeredModes(ac, { ...grounds, ...board(least, most) });
  t.same(modes(1, 1), ["AC_single_phase_core"]);
  t.same(modes(0, 0), ["AC_single_phase_core"]);
  t.same(modes(3, 3), ["AC_three_phase_core"]);
  t.same(modes(2, 4), ["AC_two_phase", "AC_three_phase_core"]);
  const maximum = (more: Partial<OfferOptions>, from: Partial<OfferGrounds> = {}) =>
    argsOf({ ...ac, ...more }, { ...grounds, ...from }, "update_ac_maximum_limits");
  t.same(maximum({ maxCurrentImportA: 10 }), { maximum_limits: { charge_power: { total: 6900 } } });
  t.same(maximum({}, board(1, 4)), { maximum_limits: { charge_power: { total: 22_080 } } }, "never more than three");
  const current = (currentA: number, phases: number): unknown[] => [
    argsOf(ac, { ...grounds, currentA, phases }, "update_ac_max_current"),
    argsOf(ac, { ...grounds, currentA, phases }, "update_ac_target_values"),
  ];
  t.same(current(0, 0), [{ max_current: 0 }, { target_values: { target_active_power: { total: 0 } } }]);
  t.same(current(0.5, 1), [{ max_current: 0.5 }, { target_values: { target_active_power: { total: 115 } } }]);
  t.same(current(10, 0), [{ max_current: 10 }, { target_values: { target_active_power: { total: 2300 } } }]);
  t.same(current(-10, 1)[0], { max_current: 0 });
  t.same(current(500, 1)[0], { max_current: 400 });
});

t.test("alternating current in both directions", async (t) => {
  const both = { ...ac, acBpt: true };
  const exporting = (max_current_A_export: number, max_phase_count_export: number): OfferGrounds => ({
    ...grounds,
    board: { ...capabilities, max_current_A_export, max_phase_count_export, min_current_A_export: 6 },
  });
  t.same(argsOf(both, exporting(10, 1), "update_ac_maximum_limits"), {
    maximum_limits: { charge_power: { total: 22_080 }, discharge_power: { total: 2300 } },
  });
  t.same(argsOf(both, exporting(10, 4), "update_ac_minimum_limits"), {
    minimum_limits: { charge_power: { total: 1380 }, discharge_power: { total: 4140 } },
  });
  t.same(offeredModes(both, exporting(10, 1)).slice(-1), ["AC_BPT"]);
  t.same(offeredModes(both, exporting(0.5, 1)).slice(-1), ["AC_BPT"]);
  for (const [options, from] of [
    [ac, exporting(10, 1)],
    [both, exporting(0, 1)],
    [both, exporting(10, 0)],
  ] as const) {
    t.same(offeredModes(options, from).slice(-1), ["AC_three_phase_core"]);
    t.same(argsOf(options, from, "update_ac_maximum_limits"), { maximum_limits: { charge_power: { total: 22_080 } } });
  }
});

t.test("direct current", async (t) => {
  t.same(
    offer(dc, { ...grounds, supply }).slice(1, 3),
    [
      { name: "set_powersupply_capabilities", args: { capabilities: supply } },
      {
        name: "set_charging_parameters",
        args: {
          physical_values: {
            dc_current_regulation_tolerance: 0.7,
            dc_peak_current_ripple: 0.9,
            dc_energy_to_be_delivered: 10_000,
          },
        },
      },
    ],
    "in this order",
  );
  t.same(
    offer(dc, grounds).map(({ name }) => name),
    ["session_setup", "receipt_is_required", "setup", "update_energy_transfer_modes"],
    "no supply has told anything yet",
  );
  const bidirectional = { ...grounds, supply: { ...supply, bidirectional: true } };
  const megawatt = { ...dc, connectorType: "cMCS" };
  t.same(offeredModes(dc, { ...grounds, supply }), ["DC_extended"]);
  t.same(offeredModes(dc, bidirectional), ["DC_extended"], "nobody wants it");
  t.same(offeredModes({ ...dc, bpt }, { ...grounds, supply }), ["DC_extended"], "nobody can");
  t.same(offeredModes({ ...dc, bpt }, grounds), ["DC_extended"]);
  t.same(offeredModes({ ...dc, bpt }, bidirectional), ["DC_extended", "DC_BPT"]);
  t.same(offeredModes(megawatt, { ...grounds, supply }), ["MCS"]);
  t.same(offeredModes({ ...megawatt, bpt }, bidirectional), ["MCS", "MCS_BPT"]);
  t.same(offer({ ...dc, bpt }, bidirectional).at(-1), { name: "bpt_setup", args: { bpt_config: bpt } });
});

t.test("who may pay, and with what", async (t) => {
  const payments = (externalPayment: boolean, enabled: boolean, paidExternally = false): unknown =>
    offeredPayments(
      { ...ac, externalPayment },
      { ...grounds, paidExternally, plugAndCharge: { ...grounds.plugAndCharge, enabled } },
    );
  t.same(payments(true, true), ["Contract", "ExternalPayment"]);
  t.same(payments(false, true), ["Contract"]);
  t.same(payments(true, false), ["ExternalPayment"]);
  t.same(payments(false, false), ["ExternalPayment"], "nothing at all is no offer");
  t.same(payments(false, true, true), ["ExternalPayment"], "a card was shown");
  t.same(argsOf({ ...ac, receiptRequired: true }, grounds, "receipt_is_required"), { receipt_required: true });
  t.same(argsOf(ac, grounds, "set_free_service"), undefined);
  t.same(argsOf({ ...ac, freeService: true }, grounds, "set_free_service"), { free_service: true });
  t.same(argsOf(ac, { ...grounds, allowedModes: ["AC_three_phase_core", "DC"] }, "update_energy_transfer_modes"), {
    supported_energy_transfer_modes: ["AC_three_phase_core"],
  });
});

t.test("the manufacturer, as far as the address tells it", async (t) => {
  for (const [address, manufacturer] of [
    ["00:7d:fa:01:02:03", "VolkswagenGroup"],
    ["0C:29:8F:01:02:03", "Tesla"],
    ["4C:FC:AA:01:02:03", "Tesla"],
    ["54:F8:F0:01:02:03", "Tesla"],
    ["98:ED:5C:01:02:03", "Tesla"],
    ["DC:44:27:12:02:03", "Tesla"],
    ["DC:44:27:22:02:03", "Unknown"],
    ["", "Unknown"],
  ] as const) {
    t.equal(manufacturerOf(address), manufacturer, address);
  }
});
