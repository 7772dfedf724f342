/**
 * Bender isoCHA425HV: set up at the start and whenever it was lost, then looked at once a second. What it calls invalid is
 * never told. Source: Modbus facts, section 9.
 */
import type { ModuleContext, ModuleFactory } from "../../../hal/module.ts";
import type { IsolationMeasurement } from "../../../src/core/dc/isolation.ts";
import { Communication } from "../communication.ts";
import { Device, LinkFailure } from "../device.ts";
import { Latest } from "../measuring.ts";
import type { Procedure } from "../procedure.ts";
import { runProcedure, Waker } from "../procedure.ts";
import { decodeText } from "../registers.ts";
import type { manifest } from "./manifest.ts";
import type { Measurement } from "./registers.ts";
import { at, fastCheck, fastCheckAbove, measurementOf, selfTestKey } from "./registers.ts";

const intervalMs = 1000;
/** With an error of the monitor's own it is looked at less often. */
const faultyIntervalMs = 10_000;
const setUpAgainMs = 2000;
const afterWriteMs = 20;
const afterEnablingMs = 50;
const betweenReadsMs = 10;
const selfTestMs = 30_000;
/** Switched on for a self test only, it is switched off again when nobody starts it meanwhile. */
const idleAfterTestMs = 10_000;
const requestDeadlineMs = 2500;
const deviceFault = "isolation_monitor/DeviceFault";

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, log } = context;
  const config = context.implementationConfig("main");
  const [hub] = context.require("serial_comm_hub");
  const { imd_device_id: unit, disable_device_on_stop: switchesOff } = config;
  const waker = new Waker(clock, "imd");
  const latest = new Latest<IsolationMeasurement>(clock);
  const device = hub && new Device(hub, { unit, lane: "control", deadlineMs: requestDeadlineMs });
  const urgent = hub && new Device(hub, { unit, lane: "safety", deadlineMs: requestDeadlineMs });
  let started = false;
  let isSetUp = false;
  let isOnDue: boolean | null = null;
  let isTestDue = false;
  let test: { readonly untilMs: number; hasBegun: boolean } | null = null;
  let offAtMs = Number.POSITIVE_INFINITY;
  let running: { cancel(): void } | null = null;

  const imd = context.provide("main", {
    start: () => {
      started = true;
      offAtMs = Number.POSITIVE_INFINITY;
      if (switchesOff) isOnDue = true;
      waker.wake();
    },
    stop: () => {
      started = false;
      if (switchesOff) isOnDue = false;
      waker.wake();
    },
    start_self_test: () => {
      // The monitor makes its own voltage, and one test at a time.
      isTestDue ||= test === null;
      waker.wake();
    },
  });
  const communication = new Communication(imd, "isolation_monitor/CommunicationFault");

  function* write(register: number, value: number | boolean, on = device as Device): Procedure {
    yield* on.write(register, [Number(value)]);
    yield { untilMs: clock.nowMs() + afterWriteMs };
  }

  const read = (register: number, count: number) => (device as Device).read("holding", register, count);

  // -- Set-up --

  function* setUp(): Procedure {
    const settings: readonly (readonly [number, number | boolean])[] = [
      [at.earthAlarm, config.voltage_to_earth_monitoring_alarm_enable],
      [at.r1, config.r1_prealarm_kohm],
      [at.r2, config.r2_alarm_kohm],
      [at.underVoltage, config.undervoltage_alarm_enable],
      [at.underVoltage + 1, config.undervoltage_alarm_threshold_V],
      [at.overVoltage, config.overvoltage_alarm_enable],
      [at.overVoltage + 1, config.overvoltage_alarm_threshold_V],
      [at.alarmMemory, config.alarm_memory_enable],
      [at.relay1, config.relais_r1_mode],
      [at.relay2, config.relais_r2_mode],
      [at.startDelay, config.delay_startup_device],
      [at.delayOn, config.delay_t_on_k1_k2],
      [at.delayOff, config.delay_t_off_k1_k2],
      [at.chademo, config.chademo_mode],
      [at.gridTest, config.selftest_enable_gridconnection],
      [at.testAtStart, config.selftest_enable_at_start && !switchesOff],
      [at.assignment1, config.relay_k1_alarm_assignment],
      [at.assignment2, config.relay_k2_alarm_assignment],
    ];
    for (const [register, value] of settings) yield* write(register, value);
    if (!switchesOff) {
      yield* write(at.enabled, true);
      yield { untilMs: clock.nowMs() + afterEnablingMs };
    } else isOnDue ??= started;
    const name = decodeText(yield* read(at.name, 10));
    const [, firmware = 0] = yield* read(at.firmware, 6);
    log.info("imd_found", { name, firmware });
    yield* write(at.cableCheck, firmware > fastCheckAbove ? fastCheck : 0);
  }

  // -- Rounds --

  const isWanted = (): boolean => started || config.always_publish_measurements;

  function* measure(): Procedure {
    const resistance = measurementOf(yield* read(at.resistance, 4));
    const atMs = clock.nowMs();
    yield { untilMs: atMs + betweenReadsMs };
    const voltage = measurementOf(yield* read(at.voltage, 4));
    const isTesting = test !== null || resistance.test !== "none";
    const toEarth = isWanted() && !isTesting ? yield* voltagesToEarth() : [];
    followTest(resistance);
    const hasError = resistance.hasDeviceError && resistance.test === "none";
    if (hasError) {
      imd.raise({ type: deviceFault, severity: "High", message: "The isolation monitor reports an error of its own." });
    }
    const allValid = [resistance, voltage, ...toEarth].every(({ isValid }) => isValid);
    if (!hasError && allValid && imd.isActive(deviceFault)) {
      // Whatever was wrong with it, it may have forgotten what it was told.
      yield* setUp();
      imd.clear(deviceFault);
      return;
    }
    if (!resistance.isValid) {
      latest.failed();
      return;
    }
    const [l1e, l2e] = toEarth;
    const value: IsolationMeasurement = {
      resistance_F_Ohm: Math.max(0, resistance.value),
      ...(voltage.isValid && { voltage_V: voltage.value }),
      ...(l1e?.isValid && { voltage_to_earth_l1e_V: l1e.value }),
      ...(l2e?.isValid && { voltage_to_earth_l2e_V: l2e.value }),
    };
    latest.succeeded({ value, atMs, raw: { resistance, voltage, toEarth } });
    if (isWanted() && !isTesting && !imd.isActive(deviceFault)) imd.publish("isolation_measurement", value);
  }

  /** Both at once, or one by one from a monitor that does not give both. */
  function* voltagesToEarth(): Procedure<readonly Measurement[]> {
    try {
      const both = yield* read(at.voltagesToEarth, 8);
      return [measurementOf(both.slice(0, 4)), measurementOf(both.slice(4))];
    } catch (error) {
      if (!(error instanceof LinkFailure) || error.exception === undefined) throw error;
      const first = measurementOf(yield* read(at.voltagesToEarth, 4));
      return [first, measurementOf(yield* read(at.voltagesToEarth + 4, 4))];
    }
  }

  // -- Self test --

  function* beginTest(): Procedure {
    isTestDue = false;
    test = { untilMs: clock.nowMs() + selfTestMs, hasBegun: false };
    try {
      if (switchesOff) {
        yield* write(at.enabled, true, urgent);
        yield { untilMs: clock.nowMs() + afterEnablingMs };
      }
      const isRunning = measurementOf(yield* read(at.resistance, 4)).test === "external";
      if (!isRunning) yield* write(at.selfTest, selfTestKey, urgent);
    } catch (error) {
      // A test that could not be begun has failed: nobody shall wait for its result.
      endTest(false);
      throw error;
    }
  }

  function followTest({ test: now, hasDeviceError }: Measurement): void {
    if (test === null) return;
    if (now === "external") test.hasBegun = true;
    else if (test.hasBegun) endTest(!hasDeviceError);
  }

  function endTest(result: boolean): void {
    if (test === null) return;
    test = null;
    if (switchesOff && !started) offAtMs = clock.nowMs() + idleAfterTestMs;
    imd.publish("self_test_result", result);
  }

  // -- The loop --

  function* round(): Procedure {
    if (!isSetUp) yield* setUp();
    isSetUp = true;
    if (isOnDue !== null) {
      yield* write(at.enabled, isOnDue, urgent);
      isOnDue = null;
    }
    if (clock.nowMs() >= offAtMs) {
      offAtMs = Number.POSITIVE_INFINITY;
      yield* write(at.enabled, false, urgent);
    }
    if (isTestDue) yield* beginTest();
    yield* measure();
  }

  function* run(): Procedure {
    for (;;) {
      const startedMs = clock.nowMs();
      let pauseMs = intervalMs;
      try {
        yield* round();
        communication.succeeded();
        if (imd.isActive(deviceFault)) pauseMs = faultyIntervalMs;
      } catch (error) {
        if (!(error instanceof LinkFailure)) throw error;
        log.debug("imd_round_failed", { message: error.message });
        communication.failed(error.message);
        latest.failed();
        if (communication.isLost) {
          isSetUp = false;
          pauseMs = setUpAgainMs;
        }
        if (isTestDue) {
          isTestDue = false;
          imd.publish("self_test_result", false);
        }
      }
      if (test !== null && clock.nowMs() >= test.untilMs) endTest(false);
      yield waker.until(Math.max(startedMs + pauseMs, clock.nowMs() + afterWriteMs));
    }
  }

  return {
    ready() {
      if (config.r2_alarm_kohm >= config.r1_prealarm_kohm) {
        log.warn("imd_alarm_order", { r1_prealarm_kohm: config.r1_prealarm_kohm, r2_alarm_kohm: config.r2_alarm_kohm });
      }
      if (hub !== undefined) running = runProcedure(clock, "imd", run());
    },
    stop: () => running?.cancel(),
    reading: () => latest.reading(),
  };
};
