/**
 * Dold RN5893: set up at the start and whenever it was lost, then looked at once a second. Source: Modbus facts, section 10.
 */
import type { ModuleContext, ModuleFactory } from "../../../hal/module.ts";
import type { IsolationMeasurement } from "../../../src/core/dc/isolation.ts";
import { Communication } from "../communication.ts";
import { Device, LinkFailure } from "../device.ts";
import { Latest } from "../measuring.ts";
import type { Procedure } from "../procedure.ts";
import { runProcedure, Waker } from "../procedure.ts";
import type { manifest } from "./manifest.ts";
import * as map from "./registers.ts";
import { control, holding, input } from "./registers.ts";

const intervalMs = 1000;
const setUpAgainMs = 2000;
const leastPauseMs = 20;
const requestDeadlineMs = 2500;
const deviceFault = "isolation_monitor/DeviceFault";
const faultRegister = "DeviceFaultRegister";
const notReady = "NotReady";

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, config, log } = context;
  const [hub] = context.require("serial_comm_hub");
  const waker = new Waker(clock, "imd");
  const latest = new Latest<IsolationMeasurement>(clock);
  const unit = config.device_id;
  const device = hub && new Device(hub, { unit, lane: "control", deadlineMs: requestDeadlineMs });
  const urgent = hub && new Device(hub, { unit, lane: "safety", deadlineMs: requestDeadlineMs });
  let started = false;
  let isSetUp = false;
  /** The monitor has not been told yet whether to measure. */
  let isControlDue = false;
  let isTestDue = false;
  let test: { readonly untilMs: number; hasBegun: boolean } | null = null;
  let running: { cancel(): void } | null = null;

  function command(run: () => void): void {
    run();
    waker.wake();
  }

  const imd = context.provide("main", {
    start: () =>
      command(() => {
        started = true;
        isControlDue = true;
      }),
    stop: () =>
      command(() => {
        started = false;
        isControlDue = true;
      }),
    start_self_test: () =>
      command(() => {
        isTestDue ||= test === null;
      }),
  });
  const communication = new Communication(imd, "isolation_monitor/CommunicationFault");

  const read = (kind: "holding" | "input", address: number, count: number) =>
    (device as Device).read(kind, address, count);
  const write = (address: number, value: number) => (device as Device).writeSingle(address, value);

  const normalControl = (): number =>
    started || config.keep_measurement_active ? control.measure : control.measurementOff;

  // -- Set-up --

  function* setUp(): Procedure {
    const before = yield* read("holding", holding.settings, map.settingsCount);
    const wanted = settings(before[map.untouchedSetting] ?? 0);
    // Its memory wears out with every write.
    if (wanted.some((value, index) => value !== before[index])) {
      yield* (device as Device).write(holding.settings, wanted);
      log.info("imd_settings_written");
    }
    if (!config.timeout_release) yield* write(holding.timeoutRelease, 0);
    yield* write(holding.control, control.resetFaults);
    yield* write(holding.control, normalControl());
    isControlDue = false;
  }

  const settings = (untouched: number): readonly number[] => [
    map.brokenWire[config.broken_wire_detect],
    Number(config.storing_insulation_fault),
    map.switching[config.switching_mode_indicator_relay],
    map.supply[config.power_supply_type],
    untouched,
    config.response_value_alarm_kohm,
    config.response_value_pre_alarm_kohm,
    map.coupling[config.coupling_device],
    map.relayFunction[config.indicator_relay_k1_function],
    map.relayFunction[config.indicator_relay_k2_function],
    Number(config.automatic_self_test),
  ];

  // -- Rounds --

  function* look(): Procedure {
    const [fault = 0, state = 0] = yield* read("input", input.fault, 2);
    if (fault === map.modbusTimeout) {
      yield* write(holding.control, control.resetFaults);
      yield* write(holding.control, normalControl());
    }
    if (config.timeout_release) {
      yield* write(holding.timeoutRelease, 1);
      yield* write(holding.timeoutMs, Math.round(config.timeout_s * 1000));
    }
    tellFaults(fault, state);
    yield* followTest(fault, state);
    const isMeasuring = fault === 0 && test === null && map.measuringStates.includes(state);
    if (!isMeasuring) {
      latest.failed();
      return;
    }
    const words = yield* read("input", input.measurement, 3);
    const [resistance = map.beyondRange, , volts = map.beyondRange] = words;
    const value: IsolationMeasurement = {
      resistance_F_Ohm: resistance === map.beyondRange ? map.beyondRangeOhm : resistance * map.ohmPerStep,
      ...(volts !== map.beyondRange && { voltage_V: volts }),
    };
    latest.succeeded({ value, atMs: clock.nowMs(), raw: { fault, state, measurement: words } });
    const isWanted = started || (config.keep_measurement_active && config.always_publish_measurements);
    if (isWanted) imd.publish("isolation_measurement", value);
  }

  function tellFaults(fault: number, state: number): void {
    if (fault === 0) imd.clear(deviceFault, faultRegister);
    else {
      const message = `The isolation monitor reports an error: ${map.faults[fault] ?? fault}.`;
      imd.raise({ type: deviceFault, sub_type: faultRegister, severity: "High", message });
    }
    if (state !== map.state.init) imd.clear(deviceFault, notReady);
    else {
      const message = "The isolation monitor is not ready.";
      imd.raise({ type: deviceFault, sub_type: notReady, severity: "High", message });
    }
  }

  // -- Self test --

  function* beginTest(): Procedure {
    isTestDue = false;
    try {
      yield* (urgent as Device).writeSingle(holding.control, control.selfTest);
    } catch (error) {
      imd.publish("self_test_result", false);
      throw error;
    }
    test = { untilMs: clock.nowMs() + config.self_test_timeout_s * 1000, hasBegun: false };
  }

  function* followTest(fault: number, state: number): Procedure {
    if (test === null) return;
    const isRunning = state === map.state.selfTest || state === map.state.advancedTest;
    if (isRunning) test.hasBegun = true;
    if (fault === 0 && (isRunning || !test.hasBegun)) return;
    endTest(fault === 0);
    yield* write(holding.control, normalControl());
  }

  function endTest(result: boolean): void {
    test = null;
    isControlDue = true;
    imd.publish("self_test_result", result);
  }

  // -- The loop --

  function* round(): Procedure {
    if (!isSetUp) yield* setUp();
    isSetUp = true;
    if (isControlDue && test === null) {
      yield* (urgent as Device).writeSingle(holding.control, normalControl());
      isControlDue = false;
    }
    if (isTestDue) yield* beginTest();
    yield* look();
  }

  function* run(): Procedure {
    for (;;) {
      const startedMs = clock.nowMs();
      let pauseMs = intervalMs;
      try {
        yield* round();
        communication.succeeded();
      } catch (error) {
        if (!(error instanceof LinkFailure)) throw error;
        communication.failed(error.message);
        latest.failed();
        // It may have been without power, and what it was told last is not known.
        isSetUp = false;
        if (communication.isLost) pauseMs = setUpAgainMs;
        if (isTestDue || test !== null) {
          isTestDue = false;
          endTest(false);
        }
      }
      if (test !== null && clock.nowMs() >= (test as { readonly untilMs: number }).untilMs) endTest(false);
      yield waker.until(Math.max(startedMs + pauseMs, clock.nowMs() + leastPauseMs));
    }
  }

  return {
    ready() {
      if (config.always_publish_measurements && !config.keep_measurement_active) {
        log.warn("always_publish_measurements_without_keep_measurement_active");
      }
      if (hub !== undefined) running = runProcedure(clock, "imd", run());
    },
    stop: () => running?.cancel(),
    reading: () => latest.reading(),
  };
};
