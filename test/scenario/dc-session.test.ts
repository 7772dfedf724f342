import { existsSync } from "node:fs";
import t from "tap";
import type { Line } from "./station-run.ts";
import { runStation } from "./station-run.ts";

/** A DC station with supply, isolation monitor, over-voltage monitor, and a vehicle that speaks ISO 15118-2. */
const file = new URL("configurations/dc-station.yaml", import.meta.url);
const wholeSession =
  "sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on;" +
  "iso_wait_for_stop 30;iso_wait_v2g_session_stopped;unplug";

const words = ({ kind, dir, name, args, closed, reason }: Line): string => {
  if (kind === "contactor_command") return `${closed ? "close" : "open"} ${reason}`;
  if (name === "setMode") return `supply ${(args as { mode: string }).mode} ${(args as { phase: string }).phase}`;
  return `${kind} ${dir === "cmd" ? "<" : ">"} ${name}`;
};

const order = [
  "hlc > start_cable_check",
  "close DCCableCheck",
  "supply Export CableCheck",
  "imd < start",
  "supply Off CableCheck",
  "hlc < cable_check_finished",
  "hlc > start_pre_charge",
  "supply Export PreCharge",
  "hlc > current_demand_started",
  "supply Export Charging",
  "ovm < start",
  "hlc > current_demand_finished",
  "supply Off Charging",
  "open PowerOff",
  "hlc > dlink_terminate",
];

t.test("a vehicle charges with direct current, from plug to unplug", async (t) => {
  t.ok(existsSync(file));
  const run = await runStation({ file, ev: wholeSession, until: 120, seed: 1 });
  t.equal(run.result.exit, 0);
  t.same(run.events("evse"), [
    "Enabled",
    "SessionStarted",
    "AuthRequired",
    "Authorized",
    "TransactionStarted",
    "PrepareCharging",
    "ChargingStarted",
    "StoppingCharging",
    "ChargingPausedEV",
    "StoppingCharging",
    "ChargingFinished",
    "TransactionFinished",
    "SessionFinished",
  ]);
  const steps = run.lines
    .filter(({ module, t: at }) => module === "evse" && at > 2)
    .map(words)
    .filter((step, index, all) => step !== all[index - 1])
    .filter((step) => order.includes(step));
  t.same(steps, order);
  t.same(
    run.lines.filter(({ kind }) => kind === "error"),
    [],
    "no error",
  );
  t.same(
    run.lines.filter(({ kind }) => kind === "inrush"),
    [],
    "no contactor closes into a voltage",
  );
  const drawn = run.lines
    .filter(({ kind, name }) => kind === "supply" && name === "voltage_current")
    .map(({ value }) => (value as { current_A: number }).current_A);
  t.ok(Math.max(...drawn) > 19.9 && Math.max(...drawn) < 20.5, `20 A are asked for: ${Math.max(...drawn)}`);
});

t.test("whatever goes wrong while current flows: the supply goes off before the contactor opens", async (t) => {
  const faults: [title: string, step: object, error: string][] = [
    [
      "the isolation breaks down",
      { at_s: 20, sim: { module: "imd", name: "set_resistance", args: { value: 1000 } } },
      "evse_manager/MREC22ResistanceFault",
    ],
    [
      "an emergency stop",
      {
        at_s: 20,
        raise: {
          module: "board",
          implementation: "board_support",
          type: "evse_board_support/MREC8EmergencyStop",
          severity: "High",
        },
      },
      "evse_board_support/MREC8EmergencyStop",
    ],
    [
      "the voltage runs away",
      { at_s: 20, sim: { module: "ovm", name: "set_over_voltage_measurement_V", args: { value: 1200 } } },
      "MREC5OverVoltage",
    ],
  ];
  for (const [title, step, error] of faults) {
    const run = await runStation({ file, ev: wholeSession, steps: [step], until: 60, seed: 1 });
    const raised = run.lines.find(
      ({ kind, action, type }) => kind === "error" && action === "raise" && (type as string).includes(error),
    );
    t.ok(raised !== undefined && raised.t < 23, `${title}: ${raised?.t} s`);
    const after = run.lines.filter(({ module, t: at }) => module === "evse" && at >= 20);
    const off = after.find((line) => words(line).startsWith("supply Off"));
    const open = after.find((line) => line.kind === "contactor_command" && line.closed === false);
    t.ok(
      off !== undefined && open !== undefined && off.t <= open.t && off.t < 23,
      `${title}: ${off?.t} s, ${open?.t} s`,
    );
    t.equal(run.result.exit, 0, title);
  }
});

t.test("a vehicle that could be discharged is offered it, told that nothing is taken, and charges", async (t) => {
  const keys = ["bpt_channel=Separated", "bpt_generator_mode=GridForming", "bpt_grid_code_island_method=Passive"];
  const run = await runStation({ file, set: keys.map((key) => `evse.${key}`), ev: wholeSession, until: 40, seed: 1 });
  const told = (name: string): unknown[] =>
    run.lines.filter((line) => line.kind === "hlc" && line.dir === "cmd" && line.name === name).map(({ args }) => args);
  t.same(told("bpt_setup"), [
    { bpt_config: { bpt_channel: "Separated", generator_mode: "GridForming", grid_code_detection: "Passive" } },
  ]);
  t.same(told("update_energy_transfer_modes").at(-1), { supported_energy_transfer_modes: ["DC_extended", "DC_BPT"] });
  const none = { evse_maximum_discharge_current_limit: 0, evse_maximum_discharge_power_limit: 0 };
  for (const args of told("update_dc_maximum_limits")) t.match(args, { maximum_limits: none });
  t.match(told("update_dc_minimum_limits")[0], {
    minimum_limits: { evse_minimum_discharge_current_limit: 0, evse_minimum_discharge_power_limit: 0 },
  });
  t.notOk(run.lines.some(({ name, args }) => name === "setMode" && (args as { mode: string }).mode === "Import"));
  t.ok(run.events("evse").includes("ChargingStarted"));

  const oneWay = [
    "evse.bpt_channel=Unified",
    "evse.bpt_generator_mode=GridFollowing",
    "supply:main.bidirectional=false",
  ];
  const plain = await runStation({ file, set: oneWay, until: 3, seed: 1 });
  const modes = plain.lines.filter(({ name }) => name === "update_energy_transfer_modes");
  t.same(modes.at(-1)?.args, { supported_energy_transfer_modes: ["DC_extended"] }, "the supply goes one way");
});

const foreign = new URL("../../../shared/configs/config-sil-dc.yaml", import.meta.url);
t.test(
  "a DC station written for EVerest charges",
  { skip: !existsSync(foreign) && "not on this machine" },
  async (t) => {
    const run = await runStation({ file: foreign, ignoreUnsupported: true, ev: wholeSession, until: 60, seed: 1 });
    t.equal(run.result.exit, 0);
    const events = run.events("evse_manager");
    t.ok(events.includes("ChargingStarted") && events.includes("TransactionFinished"), events.join());
    t.notOk(run.lines.some(({ kind }) => kind === "error"));
  },
);
