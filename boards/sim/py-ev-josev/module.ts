/**
 * A simulated vehicle's side of the high-level communication, with its contactor and its battery at the DC circuit. The
 * conversation is `../v2g/vehicle-talk.ts`; `EvManager` drives it and moves the pilot.
 *
 * Source: simulation facts, section 2.
 */
import type * as v from "valibot";
import type { ModuleFactory } from "../../../hal/module.ts";
import { readCircuit } from "../dc-circuit/port.ts";
import { OwnMachine } from "../own-machine.ts";
import { macAddress } from "../slac/mac-address.ts";
import type { Protocol, TransferMode } from "../v2g/messages.ts";
import { isDc } from "../v2g/messages.ts";
import type { VehicleEffect } from "../v2g/vehicle-talk.ts";
import { batteryOhm, batteryVoltageV, parkedVehicle, vehicleTalk } from "../v2g/vehicle-talk.ts";
import { evccIdOf } from "./evcc-id.ts";
import type { manifest } from "./manifest.ts";

/** By the names of the configuration. */
const services: Readonly<Record<string, TransferMode>> = {
  DC: "DC_extended",
  DC_BPT: "DC_BPT",
  MCS: "MCS",
  MCS_BPT: "MCS_BPT",
};
const servicesOf = (names: string): TransferMode[] =>
  names.split(",").flatMap((name) => services[name.trim().toUpperCase()] ?? []);

type SimHandlers = {
  readonly [C in keyof typeof manifest.sim]: (args: v.InferOutput<(typeof manifest.sim)[C]["args"]>) => void;
};

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { clock, config, log } = context;
  const [line] = context.require("power_line");
  const [circuit] = context.require("dc_circuit");
  const evccId = evccIdOf(config.evcc_id) ?? macAddress(context.random);
  if (config.evcc_id !== "" && evccIdOf(config.evcc_id) === undefined) {
    log.error("evcc_id_unusable", { evcc_id: config.evcc_id, instead: evccId });
  }

  const talk = new OwnMachine("vehicle conversation", clock, vehicleTalk, parkedVehicle, perform);
  let batteryV: number | null = null;
  let toldPowerW = 0;

  const ev = context.provide("ev", {
    start_charging: ({ EnergyTransferMode: mode, SelectedPaymentOption, DepartureTime, EAmount }, reply) => {
      const isFree = talk.state.step === null;
      const { payment_option: option, enforce_payment_option: enforceOption } = SelectedPaymentOption;
      const protocols = protocolsFor(mode);
      const services = isDc(mode) ? servicesOf(config.supported_d20_energy_services) : [];
      const trip = {
        protocols,
        evccId,
        mode,
        services,
        option,
        enforceOption,
        departureS: DepartureTime,
        energyWh: EAmount,
      };
      if (isFree) talk.post({ type: "started", trip });
      reply(isFree);
    },
    stop_charging: () => talk.post({ type: "wish", wish: "stop" }),
    pause_charging: () => talk.post({ type: "wish", wish: "pause" }),
    abort_charging: () => talk.post({ type: "abort" }),
    cp_state_changed: ({ cp_state }) => talk.post({ type: "pilot", inC: cp_state === "C" || cp_state === "D" }),
    set_fault: () => log.debug("set_fault"),
    set_dc_params: ({ EvParameters: parameters }) =>
      talk.post({
        type: "needs",
        needs: {
          maxV: parameters.max_voltage_limit,
          maxA: parameters.max_current_limit,
          maxW: parameters.max_power_limit,
          capacityWh: parameters.energy_capacity,
          targetV: parameters.target_voltage,
          targetA: parameters.target_current,
          minV: parameters.min_voltage_limit ?? parkedVehicle.needs.minV,
        },
      }),
    set_bpt_dc_params: ({ EvBPTParameters: parameters }) =>
      talk.post({
        type: "gives",
        gives: {
          maxA: parameters.discharge_max_current_limit,
          maxW: parameters.discharge_max_power_limit,
          targetA: parameters.discharge_target_current,
          minimalSoc: parameters.discharge_minimal_soc,
        },
      }),
    enable_sae_j2847_v2g_v2h: () => talk.post({ type: "speaksSae" }),
    update_soc: ({ SoC }) => talk.post({ type: "soc", soc: Math.min(100, SoC) }),
  });

  line?.subscribe("lost", () => talk.post({ type: "lost" }));
  circuit?.subscribe("moved", () => tellPower());

  /** Best first; DIN 70121 knows no AC. */
  function protocolsFor(mode: TransferMode): Protocol[] {
    const d20 = isDc(mode) ? config.supported_ISO15118_20_DC : config.supported_ISO15118_20_AC;
    return [
      ...(d20 ? (["ISO15118D20"] as const) : []),
      ...(config.supported_ISO15118_2 ? (["ISO15118D2"] as const) : []),
      ...(config.supported_DIN70121 && isDc(mode) ? (["DIN70121"] as const) : []),
    ];
  }

  function perform(effect: VehicleEffect): void {
    switch (effect.type) {
      case "connect":
        if (line === undefined) talk.post({ type: "connected", found: false });
        else line.call("connect", {}, (found) => talk.post({ type: "connected", found }));
        break;
      case "disconnect":
        line?.call("disconnect", {});
        break;
      case "send":
        line?.call("request", { request: effect.request }, (response) =>
          talk.post({ type: "response", response, inletV: readCircuit(circuit).inletV }),
        );
        break;
      case "contactor":
        connect(effect.closed);
        break;
      case "powerReady":
        ev.publish("ev_power_ready", effect.ready);
        break;
      case "powerOn":
        if (isDc(talk.state.trip.mode)) ev.publish("dc_power_on", null);
        break;
      case "stopFromStation":
        ev.publish(effect.pause ? "pause_from_charger" : "stop_from_charger", null);
        break;
      case "acLimit":
        ev.publish("ac_evse_max_current", effect.currentA);
        break;
      case "finished":
        ev.publish("v2g_session_finished", null);
    }
  }

  function connect(closed: boolean): void {
    const voltageV = Math.max(0, batteryV ?? batteryVoltageV(talk.state.needs));
    const battery = closed && isDc(talk.state.trip.mode) ? { voltageV, ohm: batteryOhm } : null;
    circuit?.call("connect_battery", { battery });
  }

  function tellPower(): void {
    const { inletV, currentA } = readCircuit(circuit);
    const powerW = inletV * currentA;
    if (powerW === toldPowerW) return;
    toldPowerW = powerW;
    ev.publish("dc_power", powerW);
  }

  const sim: SimHandlers = {
    misbehave: (change) => talk.post({ type: "misbehave", change }),
    demand: ({ voltage_V, current_A }) =>
      talk.post({ type: "misbehave", change: { demandV: voltage_V, demandA: current_A } }),
    close_early: ({ value }) => talk.post({ type: "misbehave", change: { closesEarly: value } }),
    set_battery_voltage: ({ value }) => {
      batteryV = value;
    },
    open_contactor: () => connect(false),
  };

  return { stop: () => talk.stop(), sim };
};
