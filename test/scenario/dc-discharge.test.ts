/**
 * A vehicle that is discharged into the grid, within what grid, supply and vehicle stand, and only as long as it is wanted.
 * Source: DC charging facts, section 6.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Test } from "tap";
import t from "tap";
import type { Line, StationRun } from "./station-run.ts";
import { configurationFile, runStation } from "./station-run.ts";

const dcStation = configurationFile("dc-station");
const source = readFileSync(dcStation, "utf8");
const d20 = (text: string): string =>
  text.replace("module: EvseV2G", "module: Evse15118D20").replace("supported_ISO15118_2", "supported_ISO15118_20_DC");
const [alone = ""] = d20(source).split("  energy_manager:");
const folder = t.testdir({ "d20.yaml": d20(source), "d20-alone.yaml": alone });
const station = {
  d20: pathToFileURL(`${folder}/d20.yaml`),
  /** Nobody manages its energy. */
  alone: pathToFileURL(`${folder}/d20-alone.yaml`),
  iso2: pathToFileURL(dcStation),
};

/** 400 V; it takes 20 A, gives up to 15 A, and nothing below 300 V. A supply that can be set to no current at all. */
const vehicle = [
  "vehicle.dc_discharge_target_current=15",
  "vehicle.dc_min_voltage_limit=300",
  "supply:main.min_current=0",
];
const bpt = [
  ...vehicle,
  "evse.bpt_channel=Unified",
  "evse.bpt_generator_mode=GridFollowing",
  "hlc_of_vehicle.supported_d20_energy_services=DC_BPT,DC",
];
const stays =
  "sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on;iso_wait_for_stop 36000";

const enforce = (at_s: number, total_power_W: number, ac_max_current_A: number, valid_for: number): object => ({
  at_s,
  command: {
    module: "evse",
    implementation: "energy_grid",
    name: "enforce_limits",
    args: {
      value: {
        uuid: "evse",
        valid_for,
        limits_root_side: {
          total_power_W: { value: total_power_W, source: "test" },
          ac_max_current_A: { value: ac_max_current_A, source: "test" },
        },
        schedule: [],
      },
    },
  },
});

/** At the fuse: at most so much from the grid, and so much to it; ampere per phase. */
const grid = (at_s: number, takenA: number, givenA: number): object => {
  const entry = (value: number): object => ({
    timestamp: "2026-01-01T00:00:00Z",
    limits_to_root: { ac_max_current_A: { value, source: "test" } },
    limits_to_leaves: {},
  });
  return {
    at_s,
    command: {
      module: "grid",
      implementation: "external_limits",
      name: "set_external_limits",
      args: { value: { schedule_import: [entry(takenA)], schedule_export: [entry(givenA)], schedule_setpoints: [] } },
    },
  };
};

const isCommand = (line: Line, name: string): boolean =>
  line.module === "evse" && line.dir === "cmd" && line.name === name;

/** What the supply was told, in one word each, setpoints on a ramp left out. */
function supplyWords(run: StationRun, fromS: number, toS = Number.POSITIVE_INFINITY): string[] {
  const words = run.lines
    .filter(({ kind, dir, t: atS }) => kind === "supply" && dir === "cmd" && atS >= fromS && atS < toS)
    .map(({ t: atS, name, args }) => {
      const { mode, phase, voltage, current } = args as Record<string, unknown>;
      return name === "setMode" ? `${atS} ${mode} ${phase}` : `${atS} ${name} ${voltage} V ${current} A`;
    });
  return words.filter((word, index) => {
    const kindOf = (text = ""): string => text.split(" ")[1] as string;
    return kindOf(word) !== kindOf(words[index + 1]);
  });
}

/** Ampere into the vehicle, as the supply told it last; NaN before. */
function flowsA(run: StationRun, atS: number): number {
  const isTold = ({ t: at, name, kind }: Line): boolean => kind === "supply" && name === "voltage_current" && at <= atS;
  const value = run.lines.findLast(isTold)?.value as { readonly current_A: number } | undefined;
  return value?.current_A ?? Number.NaN;
}

const errors = (run: StationRun): Line[] => run.lines.filter(({ kind }) => kind === "error");

/** When the supply was told to give and take nothing, from that second on. */
const nothingAtS = (run: StationRun, fromS: number): number | undefined =>
  run.lines.find(
    ({ t: atS, kind, args }) => kind === "supply" && atS >= fromS && (args as { current?: number })?.current === 0,
  )?.t;
const told = (run: StationRun, fromS: number): unknown =>
  run.lines.find((line) => line.t >= fromS && isCommand(line, "update_dc_maximum_limits"))?.args;
const soundEnd = (t: Test, run: StationRun): void => {
  t.equal(run.result.exit, 0, "no invariant broken");
  t.same(
    run.lines.filter(({ kind }) => kind === "error" || kind === "inrush"),
    [],
  );
};

t.test("discharged into the grid until the budget for it ends", async (t) => {
  const run = await runStation({
    file: station.alone,
    set: bpt,
    ev: stays,
    steps: [enforce(0.5, 11_000, 16, 60), enforce(20, -4000, -16, 30), enforce(30, -4000, -16, 5)],
    until: 45,
    seed: 1,
  });
  soundEnd(t, run);
  t.match(
    run.lines.findLast((line) => isCommand(line, "update_energy_transfer_modes"))?.args,
    { supported_energy_transfer_modes: ["DC_extended", "DC_BPT"] },
    "offered",
  );
  t.match(
    run.lines.find(({ name }) => name === "requested_energy_transfer_mode"),
    { value: "DC_BPT" },
    "chosen",
  );
  t.equal(flowsA(run, 19.9), 20, "it charges");
  t.match(told(run, 20), {
    maximum_limits: { evse_maximum_current_limit: 0, evse_maximum_discharge_power_limit: 4000 },
  });
  t.same(nothingAtS(run, 20), 20, "no more current in the turn in which the grid has none");
  t.ok(Math.abs(flowsA(run, 30) + 4000 / 398.5) < 0.1, `4 kW come back: ${flowsA(run, 30)} A`);
  t.same(nothingAtS(run, 21), 35, "none when nobody renews them, to the millisecond");
  t.equal(flowsA(run, 36), 0);
  t.same(run.events("evse", 20), ["StoppingCharging", "ChargingPausedEVSE"], "and 5 s later the vehicle is stopped");
  t.same(supplyWords(run, 19), [
    "20.45 setExportVoltageCurrent 300 V 0 A",
    "20.7 setImportVoltageCurrent 300 V 6.25 A",
    "20.7 Import Charging",
    "35.45 setImportVoltageCurrent 400 V 0 A",
    "40.53 Off Other",
  ]);
  const meter = run.lines.findLast(({ kind }) => kind === "powermeter") as Line;
  t.ok((meter.energy_Wh_export as { total: number }).total > 14, "the meter has counted it apart");
});

t.test("the energy management turns the power, and turns it back", async (t) => {
  const run = await runStation({
    file: station.d20,
    set: bpt,
    ev: stays,
    steps: [grid(20, 0, 8), grid(30, 63, 63)],
    until: 40,
    seed: 1,
  });
  soundEnd(t, run);
  t.equal(flowsA(run, 20), 20);
  // 8 A on three phases are 5.5 kW.
  t.ok(Math.abs(flowsA(run, 29) + 5520 / 398.3) < 0.1, `${flowsA(run, 29)} A`);
  t.equal(flowsA(run, 39), 20);
  t.same(run.events("evse", 13), [], "one charge loop");
  const limits = run.lines.filter(({ module, kind }) => module === "evse" && kind === "limits");
  t.equal(limits.find(({ t: atS }) => atS >= 20)?.max_current, 0, "nothing to draw");
});

t.test("whatever takes power away takes it away in this direction too, the supply first", async (t) => {
  const error = { module: "board", implementation: "board_support", type: "evse_board_support/MREC8EmergencyStop" };
  const rows: [title: string, step: object, raised: number, withinS: number][] = [
    ["an emergency stop", { at_s: 25, raise: { ...error, severity: "High" } }, 1, 0],
    ["the plug is pulled", { at_s: 25, ev: { connector: 1, script: "unplug" } }, 0, 0.26],
    ["the vehicle stops", { at_s: 25, ev: { connector: 1, script: "iso_stop_charging" } }, 0, 0.6],
    [
      "the isolation breaks down",
      { at_s: 25, sim: { module: "imd", name: "set_resistance", args: { value: 10 } } },
      1,
      1,
    ],
    [
      "the supply is faulty",
      { at_s: 25, sim: { module: "supply", name: "fault", args: { type: "HardwareFault" } } },
      1,
      0,
    ],
  ];
  for (const [title, step, raised, withinS] of rows) {
    const run = await runStation({
      file: station.alone,
      set: bpt,
      ev: stays,
      steps: [enforce(0.5, 11_000, 16, 60), enforce(20, -4000, -16, 60), step],
      until: 30,
      seed: 1,
    });
    t.ok(flowsA(run, 24.9) < -9, title);
    t.equal(run.result.exit, 0, title);
    t.equal(
      run.lines.some(({ kind }) => kind === "error"),
      raised > 0,
      title,
    );
    const off = run.lines.find((line) => line.t >= 25 && isCommand(line, "setMode")) as Line;
    t.match(off.args, { mode: "Off" }, title);
    t.ok(off.t <= 25 + withinS, `${title}: ${off.t} s`);
    const open = run.lines.find(({ t: atS, kind, closed }) => atS >= 25 && kind === "contactor_command" && !closed);
    t.ok(open !== undefined && run.place(open) > run.place(off), `${title}: opened behind it`);
    t.equal(flowsA(run, 30), 0, title);
  }
});

t.test("a vehicle gives nothing below its least charge", async (t) => {
  const run = await runStation({
    file: station.alone,
    set: [...bpt, "vehicle.dc_energy_capacity=1000", "vehicle.dc_discharge_v2g_minimal_soc=29"],
    ev: stays.replace("sleep 1", "sleep 1;set_soc 30"),
    steps: [enforce(12, -4000, -16, 60)],
    until: 50,
    seed: 1,
  });
  t.equal(run.result.exit, 0);
  // A percent of 1 kWh at 4 kW: nine seconds, and those of the way up.
  t.ok(flowsA(run, 20) < -9, `${flowsA(run, 20)} A`);
  t.equal(flowsA(run, 26), 0);
  t.notOk(run.events("evse").includes("StoppingCharging"), "it stays");
});

t.test("other ways to be discharged, and vehicles that are not", async (t) => {
  const sae = [...vehicle, "evse.sae_j2847_2_bpt_enabled=true"];
  type Row = [title: string, file: URL, set: string[], wishA: number, told: number, flows: number];
  const rows: Row[] = [
    ["by SAE J2847/2, V2G", station.iso2, [...sae, "vehicle.support_sae_j2847=true"], 0, -5520, -13.86],
    [
      "by V2H, where nothing is charged",
      station.iso2,
      [...sae, "evse.sae_j2847_2_bpt_mode=V2H", "vehicle.support_sae_j2847=true"],
      63,
      -11_040,
      -15,
    ],
    ["a vehicle that does not speak SAE J2847/2", station.iso2, sae, 0, 0, 0],
    [
      "by ISO 15118-20 without the service",
      station.d20,
      [...bpt, "hlc_of_vehicle.supported_d20_energy_services=DC"],
      0,
      0,
      0,
    ],
    ["a supply that goes one way", station.d20, [...bpt, "supply:main.bidirectional=false"], 0, 0, 0],
  ];
  for (const [title, file, set, importA, power, flows] of rows) {
    const steps = importA === 0 ? [grid(20, 0, 8)] : [grid(0, importA, 16)];
    const run = await runStation({ file, set, ev: stays, steps, until: 24.9, seed: 1 });
    t.equal(run.result.exit, 0, title);
    t.same(errors(run), [], title);
    const limits = run.lines.findLast((line) => isCommand(line, "update_dc_maximum_limits"))?.args as Line;
    t.match(limits.maximum_limits, { evse_maximum_power_limit: power }, title);
    t.ok(Math.abs(flowsA(run, 24.9) - flows) < 0.1, `${title}: ${flowsA(run, 24.9)} A`);
  }
});

t.test("hack_allow_bpt_with_iso2: drawn from while it stands above the voltage it asks for", async (t) => {
  const set = [...vehicle, "evse.hack_allow_bpt_with_iso2=true"];
  const lower = (at_s: number, value: number | null): object => ({
    at_s,
    sim: {
      module: "hlc_of_vehicle",
      name: "demand",
      args: { voltage_V: value, current_A: value === null ? null : 10 },
    },
  });
  const run = await runStation({
    file: station.iso2,
    set,
    ev: stays,
    steps: [grid(20, 0, 8), lower(25, 350)],
    until: 30,
    seed: 1,
  });
  soundEnd(t, run);
  t.match(told(run, 20), { maximum_limits: { evse_maximum_power_limit: 5520 } }, "as if it charged");
  t.equal(flowsA(run, 24.9), 0, "it asks for 400 V and has less");
  t.equal(flowsA(run, 29.9), -10);
});
