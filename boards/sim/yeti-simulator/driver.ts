/**
 * A simulated AC board with a controller of its own. Everything that a controller on such a board enforces without
 * being asked - opening the contactor when the pilot leaves C or D, on a fault, on a tripped RCD - happens here.
 *
 * Source: simulation facts, section 3; board-support facts, sections 1 to 4.
 */
import type * as v from "valibot";
import type { Timer } from "../../../hal/clock.ts";
import type { ModuleContext, ModuleFactory, Reading } from "../../../hal/module.ts";
import type { Ampacity, BspEvent, PilotLetter } from "../../../src/core/board.ts";
import type { SignedMeterValue } from "../../../src/core/powermeter.ts";
import { AcMeter } from "../ac-meter.ts";
import type { PilotSource, PilotVoltages, VehicleLoad } from "../pilot-circuit.ts";
import type { PilotSample } from "../pilot-reading.ts";
import { drawnCurrentA } from "../vehicle-current.ts";
import { Contactor } from "./contactor.ts";
import { injectableErrors } from "./injectable-errors.ts";
import type { manifest } from "./manifest.ts";
import { Pilot } from "./pilot.ts";
import { powermeterValue, temperatureC } from "./powermeter-value.ts";

type SimHandlers = {
  readonly [C in keyof typeof manifest.sim]: (args: v.InferOutput<(typeof manifest.sim)[C]["args"]>) => void;
};

const meterIntervalMs = 750;
/** A station has told its bill this long after it had the meter's word for it, however slow its disk is. */
const billedWithinMs = 3000;
const telemetryIntervalMs = 10_000;
const residualTripMa = 5;
const residualAtRestMa = 0.1;
const supply = { voltageV: 230, lineOhm: 0.5 };
const frequencyHz = 50;
const frequencyNoiseShare = 0.0025;
/** More than the noise of a reading, less than any change of state. */
const toldPilotStepV = 0.3;
const pilotFaultType = "evse_board_support/MREC14PilotFault";
const diodeFaultType = "evse_board_support/DiodeFault";
const contactorFaultType = "evse_board_support/MREC17EVSEContactorFault";

interface Car {
  present: boolean;
  load: VehicleLoad;
  diodeFailed: boolean;
  powerAllowed: boolean;
  wantedA: number;
  fixed: boolean;
  threePhases: boolean;
}

const unpluggedCar = (): Car => ({
  present: false,
  load: "A",
  diodeFailed: false,
  powerAllowed: false,
  wantedA: 0,
  fixed: false,
  threePhases: true,
});

const signed = (blob: string): SignedMeterValue => ({
  signed_meter_data: blob,
  signing_method: "dummy",
  encoding_method: "plain",
});

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, config, log, random } = context;

  let enabled = false;
  let requested: PilotSource = { mode: "X1" };
  let permitted = false;
  let wiredPhases: 1 | 3 = 3;
  let requestedPhases: 1 | 3 = 3;
  let car = unpluggedCar();
  let pilotFaultRaised = false;
  let residualMa = residualAtRestMa;
  let residualForced = false;
  let tripped = false;
  let proximityOpen = false;
  let publishedAmpacity: Ampacity | null = null;
  let publishedMeasurement = "";
  let meterTimer: Timer | null = null;
  let closingFailed = false;
  let billing = false;
  let billedByMs = 0;
  let meterResetDue = false;
  let telemetryDueMs = 0;
  let toldPilot: PilotVoltages | null = null;

  const meter = new AcMeter(supply, clock.nowMs());
  const pilot = new Pilot(clock, random, pilotSampled);
  const contactor = new Contactor(clock, { moved: contactorMoved, disagrees: contactorDisagrees });

  const board = context.provide("board_support", {
    enable: ({ value }) => {
      enabled = value;
      if (!enabled) permitted = false;
      drivePilot();
      if (enabled && pilot.letter !== null) board.publish("event", { event: pilot.letter });
    },
    pwm_on: ({ value }) => {
      // The controller takes the ends of the range for the static levels they are.
      request(value <= 0 ? { mode: "F" } : value >= 100 ? { mode: "X1" } : { mode: "pwm", dutyPercent: value });
    },
    cp_state_X1: () => request({ mode: "X1" }),
    cp_state_F: () => request({ mode: "F" }),
    cp_state_E: () => log.warn("cp_state_e_unsupported"),
    allow_power_on: ({ value }) => {
      permitted = value.allow_power_on;
      enforce();
    },
    ac_switch_three_phases_while_charging: ({ value }) => {
      requestedPhases = value ? 3 : 1;
      wirePhases();
    },
    ac_set_overcurrent_limit_A: ({ value }) => log.debug("overcurrent_limit", { currentA: value }),
  });

  const evBoard = context.provide("ev_board_support", {
    enable: ({ value }) => {
      if (value === car.present) return;
      car = { ...unpluggedCar(), present: value };
      plugChanged();
    },
    set_cp_state: ({ cp_state }) => changeCar({ load: cp_state }),
    allow_power_on: ({ value }) => changeCar({ powerAllowed: value }),
    diode_fail: ({ value }) => changeCar({ diodeFailed: value }),
    set_ac_max_current: ({ current }) => changeCar({ wantedA: current }),
    set_ac_current_mode: ({ fixed }) => changeCar({ fixed }),
    set_three_phases: ({ three_phases }) => changeCar({ threePhases: three_phases }),
    set_rcd_error: ({ rcd_current_mA }) => setResidual(rcd_current_mA),
  });

  const powermeter = context.provide("powermeter", {
    start_transaction: (_, reply) => {
      billing = true;
      const start = signed(config.dummy_meter_value_blob_start);
      reply(
        config.dummy_meter_value_send_on_transaction_start
          ? { status: "OK", signed_meter_value: start }
          : { status: "OK" },
      );
    },
    stop_transaction: (_, reply) => {
      // A station that starts ends whatever it may have left open: most often nothing.
      if (billing) billedByMs = clock.nowMs() + billedWithinMs;
      billing = false;
      reply({
        status: "OK",
        start_signed_meter_value: signed(config.dummy_meter_value_blob_start),
        signed_meter_value: signed(config.dummy_meter_value_blob_stop),
      });
      if (meterResetDue) clock.schedule("meter reset", billedByMs, resetMeter);
    },
  });

  const temperature = context.provide("temperature_sensor", {});

  const rcd = context.provide("rcd", {
    self_test: () => log.info("rcd_self_test"),
    reset: (_, reply) => reply(!tripped),
  });

  const lock = context.provide("connector_lock", {
    lock: () => log.info("connector_lock", { locked: true }),
    unlock: () => log.info("connector_lock", { locked: false }),
  });

  const origins = { board_support: board, rcd, connector_lock: lock, powermeter };

  function request(source: PilotSource): void {
    requested = source;
    drivePilot();
  }

  function drivePilot(): void {
    const source: PilotSource = enabled || requested.mode === "F" ? requested : { mode: "X1" };
    // What opened the contactor for good must not close it again without being asked.
    if (source.mode === "F") permitted = false;
    pilot.setSource(source);
    enforce();
    publishMeasurement();
  }

  /** The controller's own table: what the contactor may do, whatever it was told. */
  function enforce(): void {
    const { letter, source } = pilot;
    // The diode is only looked at while the PWM runs; until the vehicle leaves, a fault seen once holds.
    const healthy = !tripped && !pilot.faulty && !board.isActive(diodeFaultType);
    const allowed = enabled && permitted && healthy;
    const pwm = source.mode === "pwm";
    // D wants ventilation; this board has it. In C a contactor that is closed stays so while the PWM pauses.
    const inC = letter === "C" && (pwm || (source.mode === "X1" && contactor.commandedClosed));
    const closed = allowed && (inC || (letter === "D" && pwm));
    // Opened of its own accord, it closes no more before it is told anew: behind it there may be another voltage by then.
    if (contactor.commandedClosed && !closed) permitted = false;
    contactor.command(closed);
    setLoad();
  }

  function setLoad(): void {
    const drawing = contactor.closed && car.powerAllowed && (car.load === "C" || car.load === "D");
    const currentA = drawing ? drawnCurrentA(dutySeenPercent(), car.wantedA, car.fixed) : 0;
    const others = car.threePhases && wiredPhases === 3 ? currentA : 0;
    meter.setLoad({ L1: currentA, L2: others, L3: others }, clock.nowMs());
  }

  function pilotSampled(
    { letter, diodeFault }: PilotSample,
    previous: PilotLetter | null,
    voltages: PilotVoltages,
  ): void {
    enforce();
    tellPilot(voltages);
    if (letter === null) {
      pilotFaultRaised = true;
      board.raise({ type: pilotFaultType, severity: "High", message: "pilot in no valid state" });
      return;
    }
    if (diodeFault) board.raise({ type: diodeFaultType, severity: "High", message: "vehicle without diode" });
    // Under F a vehicle that leaves is not seen, but one without diode is: it holds the wire up.
    else if (pilot.source.mode === "F") board.clear(diodeFaultType);
    if (letter !== previous) tellLetter(letter, previous);
    // The letter goes first: whoever hears that the fault is over must know by then whether there still is a vehicle.
    // One that was injected is not ours to clear.
    if (pilotFaultRaised) board.clear(pilotFaultType);
    pilotFaultRaised = false;
    if (letter === "A" && previous !== null && previous !== "A") vehicleLeft();
  }

  function tellLetter(letter: PilotLetter, previous: PilotLetter | null): void {
    if (letter === "B" && previous === "A" && config.reset_powermeter_on_session_start) resetMeter();
    publishEvent(letter);
  }

  /** No bill loses its energy: where the last one is still open when the next vehicle comes, it waits for its end. */
  function resetMeter(): void {
    const isTold = clock.nowMs() >= billedByMs;
    meterResetDue = billing || !isTold;
    if (!billing && !isTold) clock.schedule("meter reset", billedByMs, resetMeter);
    if (meterResetDue) return;
    meter.reset(clock.nowMs());
    // A session that starts now must not find the last one's energy.
    publishMeter();
  }

  function tellPilot(voltages: PilotVoltages): void {
    const { highV, lowV } = voltages;
    const isNear =
      toldPilot !== null &&
      Math.abs(highV - toldPilot.highV) <= toldPilotStepV &&
      Math.abs(lowV - toldPilot.lowV) <= toldPilotStepV;
    if (isNear) return;
    toldPilot = voltages;
    context.emit("pilot", { high_V: Math.round(highV * 100) / 100, low_V: Math.round(lowV * 100) / 100 });
  }

  function vehicleLeft(): void {
    board.clear(diodeFaultType);
    if (closingFailed) board.clear(contactorFaultType);
    closingFailed = false;
    setResidual(residualAtRestMa);
    if (requested.mode === "pwm") request({ mode: "X1" });
  }

  function contactorMoved(closed: boolean): void {
    setLoad();
    wirePhases();
    publishEvent(closed ? "PowerOn" : "PowerOff");
  }

  /** A contact that did not close agrees with its coil as soon as that is released: no proof that it would close now. */
  function contactorDisagrees(active: boolean): void {
    const message = "mirror contact disagrees with the coil";
    if (active) {
      closingFailed = contactor.commandedClosed;
      board.raise({ type: contactorFaultType, severity: "High", message });
    } else if (!closingFailed || contactor.closed) {
      closingFailed = false;
      board.clear(contactorFaultType);
    }
  }

  /** Phases change while the contactor is open, the only moment at which no vehicle notices. */
  function wirePhases(): void {
    if (requestedPhases === wiredPhases || contactor.closed || contactor.commandedClosed) return;
    wiredPhases = requestedPhases;
    board.publish("ac_nr_of_phases_available", wiredPhases);
  }

  function publishEvent(event: BspEvent): void {
    board.publish("event", { event });
    evBoard.publish("bsp_event", { event });
  }

  function changeCar(change: Partial<Car>): void {
    if (!car.present) {
      log.warn("vehicle_not_enabled", { change });
      return;
    }
    const { load, diodeFailed } = car;
    Object.assign(car, change);
    if (car.load !== load || car.diodeFailed !== diodeFailed) plugChanged();
    else setLoad();
  }

  function plugChanged(): void {
    pilot.setVehicle(car);
    setLoad();
    publishProximity();
    publishMeasurement();
  }

  function ampacity(): Ampacity {
    const resistor = config.connector_type === "IEC62196Type2Cable" || car.load !== "A";
    return resistor && !proximityOpen ? "A_32" : "None";
  }

  function publishProximity(): void {
    const now = ampacity();
    if (now === publishedAmpacity) return;
    publishedAmpacity = now;
    board.publish("ac_pp_ampacity", { ampacity: now });
  }

  /** What a vehicle measures at its inlet: without a plug there is no duty cycle to see. */
  function dutySeenPercent(): number {
    if (car.load === "A" || car.load === "E") return 0;
    const { source } = pilot;
    if (source.mode === "pwm") return source.dutyPercent;
    return source.mode === "X1" ? 100 : 0;
  }

  function publishMeasurement(): void {
    const measurement = {
      proximity_pilot: { ampacity: ampacity() },
      cp_pwm_duty_cycle: dutySeenPercent(),
      rcd_current_mA: residualMa,
    };
    const key = JSON.stringify(measurement);
    if (key === publishedMeasurement) return;
    publishedMeasurement = key;
    evBoard.publish("bsp_measurement", measurement);
  }

  function setResidual(currentMa: number): void {
    const changed = currentMa !== residualMa;
    residualMa = currentMa;
    trip();
    if (!changed) return;
    rcd.publish("rcd_current_mA", residualMa);
    publishMeasurement();
  }

  function trip(): void {
    const now = residualForced || residualMa > residualTripMa;
    if (now === tripped) return;
    tripped = now;
    enforce();
    if (tripped) rcd.raise({ type: "ac_rcd/DC", severity: "High", message: `residual current of ${residualMa} mA` });
    else rcd.clear("ac_rcd/DC");
  }

  function publishMeter(): void {
    if (powermeter.isActive("powermeter/CommunicationFault")) return;
    const noisyHz = frequencyHz * (1 + frequencyNoiseShare * (2 * random.next() - 1));
    const timestamp = new Date(clock.wallTimeMs()).toISOString();
    const reading = meter.read(clock.nowMs());
    powermeter.publish("powermeter", powermeterValue(reading, Math.round(noisyHz * 1000) / 1000, timestamp));
  }

  function publishTelemetry(): void {
    telemetryDueMs = clock.nowMs() + telemetryIntervalMs;
    board.publish("telemetry", {
      evse_temperature_C: temperatureC(meter.read(clock.nowMs())),
      fan_rpm: 0,
      supply_voltage_12V: 12,
      supply_voltage_minus_12V: -12,
      relais_on: contactor.closed,
    });
  }

  function meterTick(atMs: number): void {
    meterTimer = clock.schedule("meter", atMs, () => {
      publishMeter();
      temperature.publish("temperatures", [{ temperature: temperatureC(meter.read(clock.nowMs())), location: "Body" }]);
      if (clock.nowMs() >= telemetryDueMs) publishTelemetry();
      // From the intended instant, so that a late turn does not shift those after it.
      meterTick(Math.max(atMs + meterIntervalMs, clock.nowMs()));
    });
  }

  const sim: SimHandlers = {
    relay_welded: ({ value }) => contactor.setFault(value ? "welded" : null),
    relay_stuck_open: ({ value }) => contactor.setFault(value ? "stuckOpen" : null),
    relay_slow: ({ value }) => contactor.setSlow(value === 0 ? null : value),
    pp_removed: ({ value }) => {
      proximityOpen = value;
      publishProximity();
      publishMeasurement();
    },
    cp_voltage: ({ value }) => pilot.force(value ?? undefined),
    rcm: ({ value }) => {
      residualForced = value;
      trip();
    },
    error: ({ type, value }) => {
      const error = injectableErrors.get(type);
      if (error === undefined) return;
      const origin = origins[error.origin];
      if (value) origin.raise({ type: error.type, severity: "High", message: "injected" });
      else origin.clear(error.type);
    },
  };

  function tellEverything(): void {
    board.publish("capabilities", {
      max_current_A_import: config.max_current_A_import,
      min_current_A_import: config.min_current_A_import,
      max_phase_count_import: 3,
      min_phase_count_import: 1,
      max_current_A_export: 16,
      min_current_A_export: 0,
      max_phase_count_export: 3,
      min_phase_count_export: 1,
      supports_changing_phases_during_charging: true,
      supports_cp_state_E: false,
      connector_type: config.connector_type,
    });
    board.publish("ac_nr_of_phases_available", wiredPhases);
    powermeter.publish("public_key_ocmf", `TESTPUBLICKEY${config.connector_id}`);
    rcd.publish("rcd_current_mA", residualMa);
    publishProximity();
    publishMeasurement();
    pilot.sample();
    meterTick(clock.nowMs());
  }

  /** So does the controller itself when nobody talks to it any more. */
  function makeSafe(final: boolean): void {
    permitted = false;
    request({ mode: final ? "F" : "X1" });
    enabled = false;
    meterTimer?.cancel();
  }

  function tellAgain(): void {
    publishedAmpacity = null;
    tellEverything();
  }

  const reading = (): Reading => ({
    quality: pilot.letter === null ? "bad" : "good",
    value: {
      cp: pilot.letter,
      pilot_fault: pilot.faulty,
      duty_percent: dutySeenPercent(),
      contactor_closed: contactor.closed,
      proximity: ampacity(),
      rcd_current_mA: residualMa,
      rcd_tripped: tripped,
    },
  });

  return { ready: tellEverything, reading, stop: makeSafe, hostLost: () => makeSafe(false), hostBack: tellAgain, sim };
};
