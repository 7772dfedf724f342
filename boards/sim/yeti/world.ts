/**
 * The world below the driver of a Yeti board: a serial line with an emulated controller at its end, the line to its reset,
 * and the vehicle's side of its pilot.
 */
import type * as v from "valibot";
import type { ModuleContext, ModuleFactory } from "../../../hal/module.ts";
import type { ByteStreamListener, SerialPorts } from "../../../hal/serial-ports.ts";
import { DeviceError } from "../../../src/core/errors.ts";
import { SimulatedLine, simulatedLines } from "../lines/lines.ts";
import type { Vehicle } from "./controller.ts";
import { Controller, noVehicle } from "./controller.ts";
import type { manifest } from "./manifest.ts";
import type { Noise } from "./serial-line.ts";
import { cleanLine, SerialLine } from "./serial-line.ts";

type SimHandlers = {
  readonly [C in keyof typeof manifest.sim]: (args: v.InferOutput<(typeof manifest.sim)[C]["args"]>) => void;
};

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, config, log, random } = context;
  let present = false;
  let listener: ByteStreamListener | null = null;
  let portGone = false;
  let echoes = false;
  let resetWired = true;
  let powered = false;
  let toldPower = false;
  let toldLoad: Vehicle["load"] = "A";
  let told = "";

  const controller = new Controller(clock, random, {
    transmit: (frame) => toHost.send(frame),
    changed: () => tellVehicle(),
  });
  const toHost = new SerialLine(clock, random, config.baud_rate, (bytes) => listener?.received(bytes));
  const toController = new SerialLine(clock, random, config.baud_rate, (bytes) => controller.receive(bytes));

  const resetLine = new SimulatedLine(() => {
    if (powered && resetWired) controller.setReset(resetLine.read() === "low");
  });
  // Pulled up where nobody drives it.
  resetLine.put("high");

  const evBoard = context.provide("ev_board_support", {
    enable: ({ value }) => {
      if (value === present) return;
      present = value;
      controller.setVehicle(noVehicle);
    },
    set_cp_state: ({ cp_state }) => changeVehicle({ load: cp_state }),
    allow_power_on: ({ value }) => changeVehicle({ powerAllowed: value }),
    diode_fail: ({ value }) => changeVehicle({ diodeFailed: value }),
    set_ac_max_current: ({ current }) => changeVehicle({ wantedA: current }),
    set_ac_current_mode: ({ fixed }) => changeVehicle({ fixed }),
    set_three_phases: ({ three_phases }) => changeVehicle({ threePhases: three_phases }),
    set_rcd_error: ({ rcd_current_mA }) => changeVehicle({ residualMa: rcd_current_mA }),
  });

  function changeVehicle(change: Partial<Vehicle>): void {
    if (present) controller.setVehicle({ ...controller.vehicle, ...change });
    else log.warn("vehicle_not_enabled", { change });
  }

  function tellVehicle(): void {
    const { pilotSource: source, vehicle, contactorClosed, proximityOpen } = controller;
    const connected = vehicle.load !== "A" && vehicle.load !== "E";
    const duty = source.mode === "pwm" ? source.dutyPercent : source.mode === "X1" ? 100 : 0;
    const measurement = {
      proximity_pilot: { ampacity: proximityOpen ? ("None" as const) : ("A_32" as const) },
      cp_pwm_duty_cycle: connected ? duty : 0,
      rcd_current_mA: vehicle.residualMa,
    };
    const key = JSON.stringify(measurement);
    if (key !== told) evBoard.publish("bsp_measurement", measurement);
    told = key;
    if (vehicle.load !== toldLoad) evBoard.publish("bsp_event", { event: vehicle.load });
    toldLoad = vehicle.load;
    if (contactorClosed === toldPower) return;
    toldPower = contactorClosed;
    // What the station is told of it is another matter.
    context.emit("relay", { closed: contactorClosed });
    evBoard.publish("bsp_event", { event: contactorClosed ? "PowerOn" : "PowerOff" });
  }

  const gone = (path: string): DeviceError => new DeviceError("ENOENT", `${path}: no such serial port`);

  const serialPorts: SerialPorts = {
    open(path, _settings, opener) {
      let open = true;
      clock.schedule("serial port", clock.nowMs(), () => {
        if (!open) return;
        if (portGone) opener.closed(gone(path));
        else {
          listener = opener;
          opener.opened();
        }
      });
      return {
        write(bytes) {
          if (listener !== opener) return false;
          toController.send(bytes);
          if (echoes) toHost.send(bytes);
          return true;
        },
        close() {
          open = false;
          if (listener === opener) listener = null;
        },
      };
    },
  };

  function cut(toHostCut: boolean, toControllerCut: boolean): void {
    toHost.cut = toHostCut;
    toController.cut = toControllerCut;
  }

  const sim: SimHandlers = {
    relay_welded: ({ value }) => controller.setRelayFault(value ? "welded" : null),
    relay_stuck_open: ({ value }) => controller.setRelayFault(value ? "stuckOpen" : null),
    relay_slow: ({ value }) => controller.setRelaySlow(value === 0 ? null : value),
    pp_removed: ({ value }) => controller.setProximityOpen(value),
    cp_voltage: ({ value }) => controller.forcePilot(value ?? undefined),
    rcm: ({ value }) => controller.forceRcd(value),
    error_flag: ({ flag, value }) => controller.forceFlag(flag, value),
    lock_stuck: ({ value }) => {
      controller.lockStuck = value;
    },
    mcu_reset: ({ reason }) => controller.restart(reason),
    freeze: ({ value }) => controller.setFrozen(value),
    silence: ({ value }) => cut(value, value),
    silence_to_host: ({ value }) => cut(value, false),
    port_gone: ({ value }) => {
      portGone = value;
      if (!portGone) return;
      const before = listener;
      listener = null;
      before?.closed(gone(config.serial_port));
    },
    echo: ({ value }) => {
      echoes = value;
    },
    noise: (noise) => {
      const isClean = Object.values(noise).every((share) => share === 0);
      const now: Noise = isClean ? cleanLine : noise;
      toHost.noise = now;
      toController.noise = now;
    },
    meter: ({ value }) => {
      controller.meterMood = value;
    },
    host_watchdog: ({ value }) => {
      controller.watchesHost = value;
    },
    reset_line: ({ value }) => {
      resetWired = value;
    },
  };

  const hasLine = config.reset_gpio_chip !== "";
  return {
    serialPorts,
    lines: simulatedLines({
      gpio: new Map(hasLine ? [[`${config.reset_gpio_chip}/${config.reset_gpio}`, resetLine]] : []),
      pwm: new Map(),
      adc: new Map(),
    }),
    sim,
    ready() {
      powered = true;
      controller.setReset(resetLine.read() === "low");
      tellVehicle();
    },
  };
};
