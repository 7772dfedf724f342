/**
 * The world below the drivers of a Charge Control C: what their lines lead to. It sees outputs and answers at inputs; the
 * shipped drivers do the rest.
 *
 * Source: Charge Control C facts, sections 1 to 7; simulation facts, sections 2 and 3.
 */
import type * as v from "valibot";
import type { Timer } from "../../../hal/clock.ts";
import type { Level } from "../../../hal/digital-line.ts";
import type { ModuleContext, ModuleFactory } from "../../../hal/module.ts";
import { DeviceError } from "../../../src/core/errors.ts";
import { SimulatedLine, SimulatedPwm, simulatedLines } from "../lines/lines.ts";
import type { PilotSource, VehicleLoad } from "../pilot-circuit.ts";
import { pilotVoltages } from "../pilot-circuit.ts";
import { Relay } from "../relay.ts";
import { SimulatedLock } from "./lock.ts";
import type { manifest } from "./manifest.ts";
import { PeakDetectors } from "./peak-detectors.ts";

type SimHandlers = {
  readonly [C in keyof typeof manifest.sim]: (args: v.InferOutput<(typeof manifest.sim)[C]["args"]>) => void;
};

/** A residual current of this many milliampere trips the monitor. */
const residualTripMa = 6;
/** Volts at the proximity pin with a cable of 32 A in the socket, and with none. */
const proximityV = { cable: 1, open: 3.3 } as const;
const digitalInputV = { high: 12, low: 0 } as const;
const fullScaleV = 12;

const countsOf = (volts: number): number => Math.round((volts * 4095) / 3.3);

interface Vehicle {
  present: boolean;
  load: VehicleLoad;
  diodeFailed: boolean;
}

const noVehicle = (): Vehicle => ({ present: false, load: "A", diodeFailed: false });

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, config, log } = context;
  let vehicle = noVehicle();
  let forcedV: number | undefined;
  let proximityForcedV: number | undefined;
  let proximityOpen = false;
  let residualMa = 0;
  let residualForced = false;
  let adcSilent = false;
  let longestThreadDelayMs = 50;
  let told = "";
  let toldLoad: VehicleLoad = "A";
  let powered = false;

  const detectors = new PeakDetectors();
  const invert = new SimulatedLine(() => wireChanged());
  const pilotPwm = new SimulatedPwm(() => wireChanged());
  const thresholdPwm = new SimulatedPwm(() => putMonitor());
  const holdDetectors = (): void => detectors.hold(positiveReset.read() === "high", negativeReset.read() === "high");
  const positiveReset = new SimulatedLine(holdDetectors);
  const negativeReset = new SimulatedLine(holdDetectors);
  const lock = new SimulatedLock(clock.nowMs());
  const motor1 = new SimulatedLine(() => motorDriven());
  const motor2 = new SimulatedLine(() => motorDriven());
  // What the board's resistors make of lines that nobody drives yet: the motor rests.
  motor1.put(config.drv8872_in1_active_low ? "high" : "low");
  motor2.put(config.drv8872_in2_active_low ? "high" : "low");
  const monitor = new SimulatedLine();
  const phaseCount = new SimulatedLine();
  const contacts = {
    1: contact(config.contactor_1_feedback_type),
    2: contact(config.contactor_2_feedback_type),
  } as const;

  const evBoard = context.provide("ev_board_support", {
    enable: ({ value }) => {
      if (value === vehicle.present) return;
      vehicle = { ...noVehicle(), present: value };
      wireChanged();
    },
    set_cp_state: ({ cp_state }) => changeVehicle({ load: cp_state }),
    diode_fail: ({ value }) => changeVehicle({ diodeFailed: value }),
    set_rcd_error: ({ rcd_current_mA }) => {
      residualMa = rcd_current_mA;
      putMonitor();
    },
    // What the vehicle draws shows nowhere on this board: it has no meter.
    allow_power_on: () => {},
    set_ac_max_current: () => {},
    set_ac_current_mode: () => {},
    set_three_phases: () => {},
  });

  /** A relay, the line that drives it and the line that tells of it. */
  function contact(type: "none" | "no" | "nc") {
    const relay = new Relay();
    let movement: Timer | null = null;
    const sense = new SimulatedLine();
    const show = (): void => sense.put(relay.contactClosed === (type !== "nc") ? "high" : "low");
    const follow = (): void => {
      movement?.cancel();
      const atMs = relay.movesAtMs;
      movement =
        atMs === null
          ? null
          : clock.schedule("relay", atMs, () => {
              relay.advance(clock.nowMs());
              show();
              tellPower();
              follow();
            });
    };
    const coil = new SimulatedLine(() => {
      relay.command(coil.read() === "high", clock.nowMs());
      follow();
    });
    show();
    return { relay, coil, sense, follow };
  }

  function changeVehicle(change: Partial<Vehicle>): void {
    if (!vehicle.present) {
      log.warn("vehicle_not_enabled", { change });
      return;
    }
    Object.assign(vehicle, change);
    wireChanged();
  }

  /** CP_INVERT lets the PWM out; the pin of a PWM that is off is low. */
  function source(): PilotSource {
    if (invert.read() === "low") return { mode: "E" };
    const { enabled, dutyNs, periodNs } = pilotPwm;
    if (!enabled || dutyNs <= 0) return { mode: "F" };
    return dutyNs >= periodNs ? { mode: "X1" } : { mode: "pwm", dutyPercent: (100 * dutyNs) / periodNs };
  }

  function wireChanged(): void {
    detectors.see(pilotVoltages(source(), vehicle, forcedV));
    tellVehicle();
  }

  const plugged = (): boolean => vehicle.load !== "A" && !proximityOpen;

  function tellVehicle(): void {
    const now = source();
    const connected = vehicle.load !== "A" && vehicle.load !== "E";
    const duty = now.mode === "pwm" ? now.dutyPercent : now.mode === "X1" ? 100 : 0;
    const isCable = config.connector_type === "IEC62196Type2Cable";
    const measurement = {
      proximity_pilot: { ampacity: isCable || plugged() ? ("A_32" as const) : ("None" as const) },
      cp_pwm_duty_cycle: connected ? duty : 0,
      rcd_current_mA: residualMa,
    };
    const key = JSON.stringify(measurement);
    if (key !== told) evBoard.publish("bsp_measurement", measurement);
    told = key;
    if (vehicle.load !== toldLoad) evBoard.publish("bsp_event", { event: vehicle.load });
    toldLoad = vehicle.load;
  }

  /** Current reaches the vehicle over R1, unless the two contactors exclude each other. */
  function tellPower(): void {
    const primary = contacts[1].relay.contactClosed;
    const secondary = config.switch_3ph1ph_wiring === "mutual" && contacts[2].relay.contactClosed;
    if ((primary || secondary) === powered) return;
    powered = primary || secondary;
    evBoard.publish("bsp_event", { event: powered ? "PowerOn" : "PowerOff" });
  }

  /** What a comparator makes of 12 V or 0 V at its input. Without a threshold it reads high whatever is there. */
  function compared(level: Level): Level {
    const { enabled, dutyNs, periodNs } = thresholdPwm;
    return !enabled || digitalInputV[level] > (fullScaleV * dutyNs) / periodNs ? "high" : "low";
  }

  function putMonitor(): void {
    const tripped = residualForced || residualMa >= residualTripMa;
    monitor.put(compared(tripped === config.rcm_fault_active_low ? "low" : "high"));
  }

  /** Forward opens, backward locks; both inputs alike leave the motor where it is. */
  function motorDriven(): void {
    const in1 = (motor1.read() === "low") === config.drv8872_in1_active_low;
    const in2 = (motor2.read() === "low") === config.drv8872_in2_active_low;
    lock.drive(in1 === in2 ? 0 : in1 ? -1 : 1, clock.nowMs());
  }

  function putPhases(count: 1 | 3): void {
    phaseCount.put((count === 3) === config.grid_phase_count_active_low ? "low" : "high");
  }

  function converts(raw: () => number): () => number {
    return () => {
      if (adcSilent) throw new DeviceError("ETIMEDOUT", "simulated converter: read failed: ETIMEDOUT");
      return raw();
    };
  }

  const lines = simulatedLines({
    gpio: new Map([
      [config.relay_1_actuator_gpio_line_name, contacts[1].coil],
      [config.relay_1_feedback_gpio_line_name, contacts[1].sense],
      [config.relay_2_actuator_gpio_line_name, contacts[2].coil],
      [config.relay_2_feedback_gpio_line_name, contacts[2].sense],
      [config.cp_rst_pos_peak_gpio_line_name, positiveReset],
      [config.cp_rst_neg_peak_gpio_line_name, negativeReset],
      [config.cp_invert_gpio_line_name, invert],
      [config.drv8872_in1_gpio_line_name, motor1],
      [config.drv8872_in2_gpio_line_name, motor2],
      [config.rcm_fault_gpio_line_name, monitor],
      [config.grid_phase_count_gpio_line_name, phaseCount],
    ]),
    pwm: new Map([
      [config.cp_pwm_device, pilotPwm],
      [config.pwm_device, thresholdPwm],
    ]),
    adc: new Map([
      [`${config.cp_pos_peak_adc_device}/${config.cp_pos_peak_adc_channel}`, converts(() => detectors.positiveRaw)],
      [`${config.cp_neg_peak_adc_device}/${config.cp_neg_peak_adc_channel}`, converts(() => detectors.negativeRaw)],
      [
        `${config.pp_adc_device}/${config.pp_adc_channel}`,
        converts(() => {
          const volts = proximityForcedV ?? (plugged() ? proximityV.cable : proximityV.open);
          return Math.min(4095, Math.round((volts * 4096) / 3.3));
        }),
      ],
      [`${config.sense_adc_device}/${config.sense_adc_channel}`, () => countsOf(lock.feedbackV(clock.nowMs()))],
      [
        `${config.capcharge_adc_device}/${config.capcharge_adc_channel}`,
        () => countsOf((lock.capacitorV(clock.nowMs()) * 22) / 90),
      ],
    ]),
  });
  putPhases(3);
  putMonitor();

  const sim: SimHandlers = {
    relay_welded: ({ relay, value }) => setFault(relay, value ? "welded" : null),
    relay_stuck_open: ({ relay, value }) => setFault(relay, value ? "stuckOpen" : null),
    relay_slow: ({ relay, value }) => contacts[relay].relay.setSlow(value === 0 ? null : value),
    pp_removed: ({ value }) => {
      proximityOpen = value;
      tellVehicle();
    },
    pp_voltage: ({ value }) => {
      proximityForcedV = value ?? undefined;
    },
    cp_voltage: ({ value }) => {
      forcedV = value ?? undefined;
      wireChanged();
    },
    rcm: ({ value }) => {
      residualForced = value;
      putMonitor();
    },
    grid_phases: ({ value }) => putPhases(value),
    lock_stuck: ({ value }) => lock.setStuck(value, clock.nowMs()),
    lock_moved: ({ value }) => lock.moveByHand(value, clock.nowMs()),
    capacitor_flat: ({ value }) => lock.setFlat(value, clock.nowMs()),
    adc_silent: ({ value }) => {
      adcSilent = value;
    },
    thread_delay: ({ value }) => {
      longestThreadDelayMs = value;
    },
  };

  function setFault(number: 1 | 2, fault: "welded" | "stuckOpen" | null): void {
    contacts[number].relay.setFault(fault, clock.nowMs());
    contacts[number].follow();
  }

  /** A thread and the event loop each may be busy elsewhere. */
  const threadDelayMs = (): number => context.random.integer(0, longestThreadDelayMs);
  return { lines: { ...lines, threadDelayMs }, sim, ready: tellVehicle };
};
