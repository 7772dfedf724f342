/**
 * A vehicle, its stack, and a station whose own side is played by a small peer: it keeps the order of a DC session and
 * decides nothing beyond it. What the ports carry is noted in `journal`, by name.
 */
import { manifest as circuitManifest } from "../../../boards/sim/dc-circuit/manifest.ts";
import { create as createCircuit } from "../../../boards/sim/dc-circuit/module.ts";
import { manifest as supplyManifest } from "../../../boards/sim/dc-supply-simulator/manifest.ts";
import { create as createSupply } from "../../../boards/sim/dc-supply-simulator/module.ts";
import { create as createCar } from "../../../boards/sim/ev-manager/driver.ts";
import { manifest as carManifest } from "../../../boards/sim/ev-manager/manifest.ts";
import { manifest as chargerManifest } from "../../../boards/sim/evse-v2g/manifest.ts";
import { create as createCharger } from "../../../boards/sim/evse-v2g/module.ts";
import { manifest as stackManifest } from "../../../boards/sim/py-ev-josev/manifest.ts";
import { create as createStack } from "../../../boards/sim/py-ev-josev/module.ts";
import { manifest as slacManifest } from "../../../boards/sim/slac-simulator/manifest.ts";
import { create as createSlac } from "../../../boards/sim/slac-simulator/module.ts";
import type { TransferMode } from "../../../boards/sim/v2g/messages.ts";
import { create as createBoard } from "../../../boards/sim/yeti-simulator/driver.ts";
import { manifest as boardManifest } from "../../../boards/sim/yeti-simulator/manifest.ts";
import { evseBoardSupport } from "../../../hal/evse-board-support.ts";
import { iso15118Charger } from "../../../hal/iso15118-charger.ts";
import type { ConfigScalar } from "../../../hal/manifest.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import { powerSupplyDc } from "../../../hal/power-supply-dc.ts";
import { slac } from "../../../hal/slac.ts";
import { dcBench } from "./dc-bench.ts";

const peerManifest = defineManifest({
  type: "StationPeer",
  description: "",
  config: {},
  provides: {},
  requires: {
    bsp: { port: evseBoardSupport },
    hlc: { port: iso15118Charger },
    slac: { port: slac },
    psu: { port: powerSupplyDc },
  },
});

type Config = Readonly<Record<string, ConfigScalar>>;

export interface Plans {
  readonly dc?: boolean;
  readonly car?: Config;
  readonly stack?: Config;
  /** What the station leaves undone, or says instead. */
  readonly refuses?: boolean;
  readonly cableCheck?: "passes" | "fails" | "never ends";
  readonly preCharge?: "follows" | "stays off";
  readonly closesContactor?: boolean;
}

const noted = [
  "selected_protocol",
  "selected_payment_option",
  "require_auth_eim",
  "requested_energy_transfer_mode",
  "dc_ev_maximum_limits",
  "start_cable_check",
  "start_pre_charge",
  "v2g_setup_finished",
  "ac_close_contactor",
  "ac_open_contactor",
  "current_demand_started",
  "current_demand_finished",
  "dc_open_contactor",
  "dlink_terminate",
  "dlink_pause",
  "dlink_error",
  "hlc_session_failed",
] as const;

const offeredModes: Readonly<Record<"ac" | "dc", TransferMode[]>> = {
  ac: ["AC_single_phase_core", "AC_three_phase_core"],
  dc: ["DC_extended"],
};

export function v2gBench(plans: Plans = {}) {
  const journal: string[] = [];
  const dc = plans.dc ?? true;
  let checking: "no" | "raising" | "lowering" = "no";

  const createPeer: ModuleFactory<typeof peerManifest> = (context) => {
    const { clock } = context;
    const [bsp] = context.require("bsp");
    const [hlc] = context.require("hlc");
    const [line] = context.require("slac");
    const [psu] = context.require("psu");
    let letter = "A";
    let mayClose = false;
    const note = (name: string) => void journal.push(`${clock.nowMs()} ${name}`);
    const permit = (allow_power_on: boolean): void =>
      bsp?.call("allow_power_on", { value: { allow_power_on, reason: allow_power_on ? "DCCableCheck" : "PowerOff" } });
    const off = (): void => psu?.call("setMode", { mode: "Off", phase: "Other" });
    const tryToClose = (): void => {
      if (mayClose && letter === "C" && plans.closesContactor !== false) permit(true);
    };

    bsp?.subscribe("event", ({ event }) => {
      note(event);
      if (event === "PowerOn" || event === "PowerOff") {
        hlc?.call("ac_contactor_closed", { status: event === "PowerOn" });
        if (event === "PowerOn" && dc && plans.cableCheck !== "never ends") {
          checking = "raising";
          psu?.call("setExportVoltageCurrent", { voltage: 500, current: 2 });
          psu?.call("setMode", { mode: "Export", phase: "CableCheck" });
        }
        return;
      }
      if (event === "B" && letter === "A") {
        line?.call("enter_bcd", {});
        hlc?.call("reset_error", {});
        hlc?.call("stop_charging", { stop: false });
        bsp?.call("pwm_on", { value: 5 });
      }
      if (event !== "C") {
        off();
        permit(false);
      }
      if (event === "A") {
        line?.call("leave_bcd", {});
        mayClose = false;
      }
      letter = event;
      tryToClose();
    });
    line?.subscribe("dlink_ready", (value) => hlc?.call("dlink_ready", { value }));
    for (const name of noted) {
      hlc?.subscribe(name, (value: unknown) => note(value === null ? name : `${name} ${JSON.stringify(value)}`));
    }
    hlc?.subscribe("require_auth_eim", () =>
      hlc.call("authorization_response", {
        authorization_status: plans.refuses ? "Blocked" : "Accepted",
        certificate_status: "NoCertificateAvailable",
      }),
    );
    const allow = (): void => {
      mayClose = true;
      tryToClose();
    };
    hlc?.subscribe("start_cable_check", allow);
    hlc?.subscribe("ac_close_contactor", allow);
    hlc?.subscribe(
      "dc_ev_target_voltage_current",
      ({ dc_ev_target_voltage: voltage, dc_ev_target_current: current }) => {
        note(`target ${voltage} ${current}`);
        if (plans.preCharge === "stays off") return;
        psu?.call("setExportVoltageCurrent", { voltage: Math.max(0, voltage), current: Math.max(0, current) });
        psu?.call("setMode", { mode: "Export", phase: "PreCharge" });
      },
    );
    const open = (): void => {
      off();
      mayClose = false;
    };
    hlc?.subscribe("current_demand_finished", open);
    hlc?.subscribe("dc_open_contactor", open);
    hlc?.subscribe("ac_open_contactor", () => permit(false));
    hlc?.subscribe("dlink_terminate", () => {
      bsp?.call("cp_state_X1", {});
      line?.call("dlink_terminate", {});
    });
    hlc?.subscribe("dlink_error", () => line?.call("dlink_error", {}));
    hlc?.subscribe("dlink_pause", () => line?.call("dlink_pause", {}));
    psu?.subscribe("voltage_current", ({ voltage_V, current_A }) => {
      hlc?.call("update_dc_present_values", {
        present_voltage_current: { evse_present_voltage: Math.max(0, voltage_V), evse_present_current: current_A },
      });
      if (checking === "raising" && Math.abs(voltage_V - 500) < 10) {
        if (plans.cableCheck === "fails") {
          checking = "no";
          off();
          hlc?.call("cable_check_finished", { status: false });
          return;
        }
        checking = "lowering";
        off();
      } else if (checking === "lowering" && voltage_V < 60) {
        checking = "no";
        hlc?.call("update_isolation_status", { isolation_status: "Valid" });
        hlc?.call("cable_check_finished", { status: true });
        note("cable_check_finished");
      }
    });
    return {
      ready() {
        bsp?.call("enable", { value: true });
        hlc?.call("session_setup", {
          payment_options: ["ExternalPayment"],
          supported_certificate_service: false,
          central_contract_validation_allowed: false,
        });
        hlc?.call("update_energy_transfer_modes", { supported_energy_transfer_modes: offeredModes[dc ? "dc" : "ac"] });
        hlc?.call("update_dc_maximum_limits", {
          maximum_limits: {
            evse_maximum_current_limit: 100,
            evse_maximum_power_limit: 60_000,
            evse_maximum_voltage_limit: 900,
          },
        });
        hlc?.call("update_ac_max_current", { max_current: 10 });
      },
    };
  };

  const world = dcBench({
    board: { manifest: boardManifest, create: createBoard, config: { connector_id: 1 } },
    car: {
      manifest: carManifest,
      create: createCar,
      config: {
        connector_id: 1,
        auto_enable: true,
        dc_target_current: 20,
        dc_target_voltage: 400,
        ...plans.car,
      },
      wires: { ev_board_support: "board/ev_board_support", ev: "stack/ev", slac: "slac/ev" },
    },
    circuit: { manifest: circuitManifest, create: createCircuit, wires: { board: "board/board_support" } },
    charger: { manifest: chargerManifest, create: createCharger },
    peer: {
      manifest: peerManifest,
      create: createPeer,
      wires: { bsp: "board/board_support", hlc: "charger/charger", slac: "slac/evse", psu: "psu/main" },
    },
    psu: {
      manifest: supplyManifest,
      create: createSupply,
      implementations: { main: { min_current: 0 } },
      wires: { dc_circuit: "circuit/circuit" },
    },
    slac: { manifest: slacManifest, create: createSlac },
    stack: {
      manifest: stackManifest,
      create: createStack,
      config: { supported_DIN70121: true, supported_ISO15118_2: true, ...plans.stack },
      wires: { power_line: "charger/power_line", dc_circuit: "circuit/circuit" },
    },
  });
  world.ready();
  return {
    ...world,
    journal,
    script: (value: string) => world.command("car/main", "modify_charging_session", { value }),
    hlc: (name: string, args: object = {}) => world.command("charger/charger", name, args),
    read: () => world.command("circuit/circuit", "read") as { supplyV: number; inletV: number; currentA: number },
    /** The journal without its instants. */
    names: () => journal.map((line) => line.slice(line.indexOf(" ") + 1)),
    /** When a line was noted first, in ms; NaN when never. */
    at: (name: string) => Number.parseInt(journal.find((line) => line.slice(line.indexOf(" ") + 1) === name) ?? "", 10),
  };
}
