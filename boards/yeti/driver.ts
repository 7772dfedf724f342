/**
 * Driver of the Yeti board. Its controller owns the pilot, the contactor and everything around them; the driver tells it what
 * is allowed and offered, hears what became of it, and sees to it that neither a line that lies nor one that is dead leaves
 * the contactor closed.
 *
 * Source: Yeti facts, sections 4 to 11; board-support facts, sections 1 to 7.
 */
import type { OutputLine } from "../../hal/digital-line.ts";
import type { ModuleContext, ModuleFactory } from "../../hal/module.ts";
import type { ByteStream } from "../../hal/serial-ports.ts";
import type { Ampacity, HardwareCapabilities, PilotLetter } from "../../src/core/board.ts";
import { DeviceError } from "../../src/core/errors.ts";
import { capabilitiesOf } from "./capabilities.ts";
import type { Decoded } from "./codec.ts";
import { decodeEverestToMcu, decodeMcuToEverest, encodeEverestToMcu } from "./codec.ts";
import type { ContactorExpectation } from "./contactor-watch.ts";
import { ContactorWatch } from "./contactor-watch.ts";
import type { FlagName } from "./error-flags.ts";
import { flagErrors, flagNames } from "./error-flags.ts";
import { frameOf } from "./frame.ts";
import type { LinkEffect, LinkFailure } from "./link.ts";
import { link as linkMachine, unstartedLink } from "./link.ts";
import type { manifest } from "./manifest.ts";
import { MessageReader } from "./message-reader.ts";
import { Meter } from "./meter.ts";
import type { ErrorFlags, EverestToMcu, KeepAliveLo, McuPayloads, McuToEverest, PowerMeter } from "./schema.ts";
import { timing } from "./timing.ts";

/** What the station wants of the pilot. */
type PilotRequest = "X1" | "F" | { readonly dutyPercent: number };

type Handlers = { readonly [K in keyof McuPayloads]: (value: McuPayloads[K]) => void };

const communicationFault = "CommunicationFault";
const contactorFaultType = "evse_board_support/MREC17EVSEContactorFault";
const warningType = "evse_board_support/VendorWarning";
const resetLineSubType = "ResetLine";
const unrestType = "evse_board_support/VendorError";
const unrestSubType = "Resets";
/** A voltage that breaks down whenever the contactor closes looks like this. */
const mostResets = 3;
const versionText = "evsed";
const greetings = 3;
const mostLockTries = 3;
/** Of the time between keepalives: none has come in so long. */
const missingShare = 1.5;
const leastCurrentA = 0.5;
/** A state takes 9 or 10 bytes, all flags of errors 23. */
const longestStateBytes = 23;

/** Steps of the duty cycle, 0.01 percent each; everything above 100 percent is X1. */
const [stateF, stateX1] = [0, 10001];
const stepsPerPercent = 100;
/** Beyond it the controller's clock is about to begin anew without a boot. */
const longestUptimeMs = 2 ** 32 - 60_000;
/** Less than a step by far: what binary fractions lose must not cost one. */
const dust = 1e-6;

/** Rounded down, for more must not be offered than was granted. */
export function dutySteps(request: PilotRequest): number {
  if (request === "F") return stateF;
  if (request === "X1" || request.dutyPercent >= 100) return stateX1;
  if (request.dutyPercent <= 0) return stateF;
  return Math.max(1, Math.floor(request.dutyPercent * stepsPerPercent + dust));
}

const letters: Readonly<Record<McuPayloads["cp_state"], PilotLetter>> = {
  STATE_A: "A",
  STATE_B: "B",
  STATE_C: "C",
  STATE_D: "D",
  STATE_E: "E",
  STATE_F: "F",
};

const ampacities: Readonly<Record<McuPayloads["pp_state"], Ampacity>> = {
  STATE_NC: "None",
  STATE_13A: "A_13",
  STATE_20A: "A_20",
  STATE_32A: "A_32",
  STATE_70A: "A_63_3ph_70_1ph",
  STATE_FAULT: "None",
};

/** Under which name each failure of the link stands beside the others. */
const subTypes: Readonly<Record<LinkFailure, string>> = {
  closed: "",
  silent: "McuToEverest",
  echo: "Echo",
};

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, config, log } = context;
  const startedMs = clock.nowMs();

  let stream: ByteStream | null = null;
  let streamNumber = 0;
  let resetLine: OutputLine | null = null;
  /** The controller has been lost; what it says counts only after it was brought to a known state. */
  let deaf = true;
  let up = false;
  let stopped = false;
  let failure: LinkFailure | null = null;

  let enabled = false;
  let requested: PilotRequest = "X1";
  let requestedAtMs = startedMs;
  let permitted = false;
  let threePhases: boolean | null = null;

  let letter: PilotLetter | null = null;
  let contactorClosed = false;
  let failedToOpen = false;
  let flags: ErrorFlags = {};
  /** Errors that wait for the vehicle to leave. */
  const held = new Set<FlagName>();
  let toldCapabilities: HardwareCapabilities | null = null;
  let toldFirmware = "";
  let uptimeMs = 0;

  let lockWish: boolean | null = null;
  let lockState: McuPayloads["lock_state"] = "UNDEFINED";
  let lockSentMs = 0;
  let lockTries = 0;

  let stateMissed = false;
  /** A state whose end was eaten as well went with the frame behind it. */
  let anyMissed = false;
  /** Asked since the contactor was last heard to move. */
  let doubted = false;
  let idleSinceMs: number | null = null;
  let usualGapMs = Number.POSITIVE_INFINITY;
  /** The controller has told of its contactor since it booted. */
  let contactorTold = false;
  let resetExpected = false;
  let resetsMs: readonly number[] = [];
  let askDueMs = 0;
  let informDueMs = 0;
  let reportDueMs = 0;
  let reported = 0;

  const meter = new Meter();

  const board = context.provide("board_support", {
    enable: ({ value }) => {
      const isBack = value && !enabled;
      enabled = value;
      if (!enabled) permitted = false;
      drivePilot();
      // Under F no vehicle is seen to leave, and a fault that ends with the vehicle would stay.
      if (isBack && up && !contactorClosed && hasFlagToForget()) link.post({ type: "missed" });
      if (isBack && !contactorClosed) board.clear(contactorFaultType);
      if (enabled && letter !== null) board.publish("event", { event: letter });
    },
    pwm_on: ({ value }) => request({ dutyPercent: value }),
    cp_state_X1: () => request("X1"),
    cp_state_F: () => request("F"),
    cp_state_E: () => log.warn("cp_state_e_unsupported"),
    allow_power_on: ({ value }) => permit(value.allow_power_on),
    ac_switch_three_phases_while_charging: ({ value }) => {
      if (toldCapabilities?.supports_changing_phases_during_charging !== true) {
        log.warn("phases_not_switched", { reason: "not supported by the controller" });
        return;
      }
      threePhases = value;
      tellPhases();
    },
    ac_set_overcurrent_limit_A: ({ value }) => log.debug("overcurrent_limit", { currentA: value }),
  });

  const powermeter = context.provide("powermeter", {
    start_transaction: (_, reply) => reply({ status: "NOT_SUPPORTED", error: "this meter signs nothing" }),
    stop_transaction: (_, reply) => reply({ status: "NOT_SUPPORTED", error: "this meter signs nothing" }),
  });

  const rcd = context.provide("rcd", {
    self_test: () => log.info("rcd_self_test_unsupported"),
    reset: (_, reply) => reply(flags.rcd_triggered !== true),
  });

  const lock = context.provide("connector_lock", {
    lock: () => wishLock(true),
    unlock: () => wishLock(false),
  });

  const origins = { board_support: board, rcd, connector_lock: lock };

  // -- Line --

  const link = context.machine("link", linkMachine, unstartedLink, perform);
  const reader = (): MessageReader<McuToEverest> =>
    new MessageReader(decode, {
      message: receive,
      dropped: (reason, offset, end) => {
        log.debug("frame_dropped", { reason });
        // Readings and keepalives are longer, and come again.
        if (end - offset <= longestStateBytes) stateMissed = true;
        anyMissed = true;
      },
    });
  let line = reader();

  /** A keepalive of the host comes from no controller: the line returns what was sent. */
  function decode(payload: Uint8Array): Decoded<McuToEverest> {
    const decoded = decodeMcuToEverest(payload);
    if (!decoded.ok && decoded.error === "unknown") {
      const own = decodeEverestToMcu(payload);
      if (own.ok && "keep_alive" in own.message) link.post({ type: "echoed" });
    }
    return decoded;
  }

  function openLine(): void {
    const number = ++streamNumber;
    const ifCurrent = (run: () => void): void => {
      if (number === streamNumber) run();
    };
    stream?.close();
    line = reader();
    reported = 0;
    const { serial_port: path, baud_rate: baudRate } = config;
    stream = context.serialPorts.open(
      path,
      { baudRate, parity: "none" },
      {
        opened: () => ifCurrent(() => link.post({ type: "opened" })),
        received: (bytes) => ifCurrent(() => line.push(bytes)),
        closed: (why) =>
          ifCurrent(() => {
            stream = null;
            link.post({ type: "closed", why: why.message });
          }),
      },
    );
  }

  function send(message: EverestToMcu): void {
    if (stream === null) return;
    if (!stream.write(frameOf(encodeEverestToMcu(message)))) log.warn("frame_not_sent", { message });
  }

  function sendKeepAlive(): void {
    send({ keep_alive: { time_stamp: Math.floor(clock.nowMs()) >>> 0, sw_version_string: versionText } });
  }

  function perform(effect: LinkEffect): void {
    switch (effect.type) {
      case "open":
        openLine();
        return;
      case "resetLine":
        driveReset(effect.level);
        expectReset(effect.level === "low");
        return;
      case "sendReset":
        expectReset(false);
        send({ reset: false });
        return;
      case "greet":
        for (let count = 0; count < greetings; count++) sendKeepAlive();
        return;
      case "keepAlive":
        sendKeepAlive();
        // The line may have eaten a command, and nobody confirms one.
        tellWishes();
        watchMeter();
        watchLock();
        watchUnrest();
        askAgain();
        reportLine();
        return;
      case "withdraw":
        permitted = false;
        send({ allow_power_on: false });
        send({ pwm_duty_cycle: stateF });
        return;
      case "fail":
        fail(effect.failure, effect.why);
        return;
      case "contactorMustBeOpen":
        tellContactor(false);
        return;
      case "resetUnanswered":
        log.error("reset_unanswered");
        if (resetLine !== null && !link.state.proven) warnOfResetLine("the controller does not boot when it goes up");
        return;
      case "resetLineProven":
        board.clear(warningType, resetLineSubType);
        return;
      case "restore":
        restore(effect.because);
    }
  }

  /** What the controller says before it is let go is of no interest; of what it counted, some may be gone. */
  function expectReset(isHeld: boolean): void {
    deaf = isHeld;
    forgetStates();
    stateMissed = false;
    anyMissed = false;
    resetExpected = true;
    informDueMs = 0;
  }

  /** A controller that boots tells them anew. Its contactor and its errors count until it has answered. */
  function forgetStates(): void {
    letter = null;
    lockState = "UNDEFINED";
    uptimeMs = 0;
    meter.controllerBoots();
  }

  function driveReset(level: "high" | "low"): void {
    try {
      resetLine?.set(level);
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      log.error("reset_line_failed", { message: error.message });
    }
  }

  function fail(now: LinkFailure, why: string): void {
    up = false;
    deaf = true;
    permitted = false;
    const before = failure;
    failure = now;
    watchContactor();
    board.raise({
      type: `evse_board_support/${communicationFault}`,
      sub_type: subTypes[now],
      severity: "High",
      message: why,
    });
    if (before !== null && before !== now) clearFailure(before);
    markMeterStale();
    if (toldCapabilities === null) tellCapabilities(null);
  }

  function clearFailure(over: LinkFailure): void {
    board.clear(`evse_board_support/${communicationFault}`, subTypes[over]);
  }

  function restore(because: "up" | "reset"): void {
    if (because === "up") {
      up = true;
      resetExpected = false;
      meter.expect(clock.nowMs());
      if (failure !== null) clearFailure(failure);
      failure = null;
    }
    tellPhases();
    tellWishes();
    watchContactor();
  }

  /** States are told once; what the line ate is told anew after a reset, which costs nothing while nothing flows. */
  function askAgain(): void {
    if (!isToAsk() || clock.nowMs() < askDueMs) return;
    doubted = contactorClosed;
    askDueMs = clock.nowMs() + timing.askAgainMs;
    log.warn("state_missed");
    link.post({ type: "missed" });
  }

  function isToAsk(): boolean {
    if (!contactorClosed) return stateMissed;
    // One that seems to stay closed though nothing is permitted may be open, and nobody has heard it.
    if (watch.isOverdue) return stateMissed || anyMissed || !doubted;
    return stateMissed && isIdle();
  }

  /** Closed or not, no current flows: the vehicle may have left. */
  const isIdle = (): boolean =>
    idleSinceMs !== null && clock.nowMs() - idleSinceMs >= timing.idleMs && !meter.isStale(clock.nowMs());

  /** Not more often than once a minute, and only news. */
  function reportLine(): void {
    const { counts } = line;
    if (counts.droppedBytes === reported || clock.nowMs() < reportDueMs) return;
    reported = counts.droppedBytes;
    reportDueMs = clock.nowMs() + timing.lineReportMs;
    log.warn("line_errors", { ...counts, absurdValues: meter.absurdValues });
  }

  // -- To the controller --

  function request(wanted: PilotRequest): void {
    requested = wanted;
    requestedAtMs = clock.nowMs();
    // What takes the offer away for good takes the permission with it.
    if (dutySteps(wanted) === stateF) permitted = false;
    drivePilot();
  }

  function drivePilot(): void {
    if (stopped) return;
    tellWishes();
    watchContactor();
  }

  function permit(allowed: boolean): void {
    permitted = allowed && up && enabled && !stopped;
    if (allowed && !permitted) log.warn("power_refused", { reason: up ? "disabled" : "no link to the controller" });
    send({ allow_power_on: permitted });
    watchContactor();
  }

  function offered(): PilotRequest {
    if (dutySteps(requested) !== stateF) return enabled ? requested : "X1";
    return enabled && isBlind() ? "X1" : requested;
  }

  /** Behind F neither the controller nor anybody else sees the vehicle leave that an error waits for. */
  const isBlind = (): boolean => waitsForVehicle() && clock.nowMs() - requestedAtMs >= timing.blindMs;

  /** The controller forgets some of these flags in A only. */
  const waitsForVehicle = (): boolean =>
    held.size > 0 || flagNames.some((name) => flags[name] === true && flagErrors[name].untilUnplugged);

  /** A withdrawal goes first; a permission that stands is forgotten by the controller in X1 and F. */
  function tellWishes(): void {
    if (!up) return;
    if (!permitted) send({ allow_power_on: false });
    send({ pwm_duty_cycle: dutySteps(offered()) });
    if (permitted) send({ allow_power_on: true });
  }

  function tellPhases(): void {
    if (threePhases !== null && up) send({ set_number_of_phases: threePhases });
  }

  function wishLock(locked: boolean): void {
    lockWish = locked;
    lockTries = 0;
    sendLock();
  }

  function sendLock(): void {
    if (lockWish === null) return;
    lockTries++;
    lockSentMs = clock.nowMs();
    send({ connector_lock: lockWish });
  }

  /** Only a controller that tells of its lock at all can be asked why it is not where it should be. */
  function watchLock(): void {
    if (lockWish === null || lockState === "UNDEFINED") return;
    const name = lockWish ? "FailedLock" : "FailedUnlock";
    if (lockState === (lockWish ? "LOCKED" : "UNLOCKED")) {
      for (const failed of ["FailedLock", "FailedUnlock"]) lock.clear(`connector_lock/ConnectorLock${failed}`);
      return;
    }
    if (clock.nowMs() - lockSentMs < timing.lockMs || (contactorClosed && !lockWish)) return;
    if (lockTries >= mostLockTries) {
      const message = `connector lock is ${lockState.toLowerCase()} and shall not be`;
      lock.raise({ type: `connector_lock/ConnectorLock${name}`, severity: "High", message });
    }
    sendLock();
  }

  // -- From the controller --

  const handlers: Handlers = {
    keep_alive: heardKeepAlive,
    reset: heardReset,
    cp_state: (state) => tellLetter(letters[state]),
    relais_state: (closed) => {
      contactorTold = true;
      tellContactor(closed);
    },
    error_flags: heardFlags,
    telemetry: () => {},
    pp_state: (state) => {
      if (state === "STATE_FAULT") log.warn("proximity_fault");
      board.publish("ac_pp_ampacity", { ampacity: ampacities[state] });
    },
    lock_state: (state) => {
      lockState = state;
      watchLock();
    },
    power_meter: heardMeter,
  };

  function receive(message: McuToEverest): void {
    const [name] = Object.keys(message) as [keyof McuPayloads];
    // Of a controller that was lost nothing counts but that it is there.
    if (deaf && name !== "keep_alive") return;
    (handlers[name] as (value: unknown) => void)((message as McuPayloads)[name]);
  }

  function heardKeepAlive(told: KeepAliveLo): void {
    link.post({ type: "heard", informed: isInformed() });
    if (deaf) return;
    const { time_stamp: now = 0 } = told;
    // It has booted, and the line ate what it said of it.
    if (now < uptimeMs && uptimeMs < longestUptimeMs) heardReset("WATCHDOG");
    watchGaps(now);
    uptimeMs = now;
    tellFirmware(told);
    tellCapabilities(told);
  }

  /** A flag that went down while nobody heard the controller stays up here until a reset has been answered. */
  function isInformed(): boolean {
    if (clock.nowMs() < informDueMs) return true;
    return letter !== null && !(resetExpected && flagNames.some((name) => flags[name] === true));
  }

  /** Where a keepalive is missing, by the controller's own clock, a state may be missing too. */
  function watchGaps(now: number): void {
    const gapMs = now - uptimeMs;
    if (uptimeMs === 0 || gapMs < timing.burstMs) return;
    usualGapMs = Math.min(usualGapMs, gapMs);
    if (gapMs > missingShare * usualGapMs) stateMissed = true;
  }

  function tellCapabilities(told: KeepAliveLo | null): void {
    const now = capabilitiesOf(told, config);
    if (toldCapabilities !== null && JSON.stringify(now) === JSON.stringify(toldCapabilities)) return;
    toldCapabilities = now;
    board.publish("capabilities", now);
  }

  function tellFirmware(told: KeepAliveLo): void {
    const { sw_version_string: version = "", hw_type: hwType = 0, hw_revision: hwRevision = 0 } = told;
    const { protocol_version_major: major = 0, protocol_version_minor: minor = 0 } = told;
    const firmware = { version, hwType, hwRevision, protocol: `${major}.${minor}` };
    if (JSON.stringify(firmware) === toldFirmware) return;
    toldFirmware = JSON.stringify(firmware);
    log.info("controller", firmware);
    if (hwType !== 0) log.warn("controller_unknown", { hwType });
    if (!/^2\.\d+/.test(version) || major !== 0) log.warn("firmware_unknown", firmware);
  }

  /** Nothing holds any more that it told before. Its contactor has opened, and what stood with it is forgotten. */
  function heardReset(reason: McuPayloads["reset"]): void {
    // Its first KeepAliveLo has told of this boot before, by its clock.
    if (clock.nowMs() < informDueMs) return;
    if (!resetExpected) countReset(reason);
    resetExpected = false;
    forgetStates();
    informDueMs = clock.nowMs() + timing.statesToldMs;
    contactorTold = false;
    if (contactorClosed && watch.isOverdue) clock.schedule("contactor after a boot", informDueMs, supposeOpen);
    else tellContactor(false);
    heardFlags({});
    link.post({ type: "booted" });
  }

  /** One that did not open is told anew where it is still closed: a controller that has booted takes it for open. */
  function supposeOpen(): void {
    if (!contactorTold) tellContactor(false);
  }

  /** One that boots again and again would close its contactor each time. It is not allowed to until it has calmed down. */
  function countReset(reason: McuPayloads["reset"]): void {
    log.error("controller_reset", { reason });
    const nowMs = clock.nowMs();
    resetsMs = [...resetsMs, nowMs].filter((atMs) => nowMs - atMs < timing.calmMs);
    if (resetsMs.length < mostResets) return;
    permitted = false;
    board.raise({
      type: unrestType,
      sub_type: unrestSubType,
      severity: "High",
      message: `the controller has booted by itself ${resetsMs.length} times within a minute`,
    });
  }

  function watchUnrest(): void {
    const last = resetsMs.at(-1);
    if (last === undefined || clock.nowMs() - last < timing.calmMs) return;
    resetsMs = [];
    board.clear(unrestType, unrestSubType);
  }

  function tellLetter(now: PilotLetter): void {
    if (now === letter) return;
    letter = now;
    watchContactor();
    if (enabled) board.publish("event", { event: now });
    if (now === "A") vehicleLeft();
  }

  function tellContactor(closed: boolean): void {
    if (closed === contactorClosed) return;
    contactorClosed = closed;
    doubted = false;
    board.publish("event", { event: closed ? "PowerOn" : "PowerOff" });
    // One that did not close is no better when it is not to be closed any more: it is given another try in A.
    if (closed !== failedToOpen) board.clear(contactorFaultType);
    watchContactor();
  }

  const watch = new ContactorWatch(clock, {
    stillClosed: () => {
      if (!permitted) send({ allow_power_on: false });
    },
    failed: (what) => {
      failedToOpen = what === "open";
      const message = failedToOpen ? "contactor is fed back closed and must be open" : "contactor does not close";
      board.raise({ type: contactorFaultType, severity: "High", message });
    },
  });

  function expectedContactor(): ContactorExpectation {
    if (!permitted) return "open";
    const isOffered = typeof offered() === "object" && dutySteps(offered()) < stateX1;
    const isWell = flagNames.every((name) => flags[name] !== true);
    return up && isOffered && isWell && letter === "C" ? "closed" : "either";
  }

  function watchContactor(): void {
    // Without a link nothing is fed back.
    watch.see(up ? expectedContactor() : "either", contactorClosed);
  }

  function heardFlags(now: ErrorFlags): void {
    const before = flags;
    flags = now;
    for (const name of flagNames) {
      const { implementation, type, message, untilUnplugged } = flagErrors[name];
      if (now[name] === true && before[name] !== true) {
        // Where nobody is there, nobody has to leave.
        if (untilUnplugged && letter !== "A") held.add(name);
        origins[implementation].raise({ type, severity: "High", message });
      }
      if (now[name] !== true && !held.has(name)) origins[implementation].clear(type);
    }
    watchContactor();
  }

  /** Not those that wait for the vehicle on purpose. */
  const hasFlagToForget = (): boolean =>
    flagNames.some((name) => flags[name] === true && flagErrors[name].untilUnplugged !== true);

  function vehicleLeft(): void {
    for (const name of held) {
      const { implementation, type } = flagErrors[name];
      // One whose flag is still up ends with it.
      if (flags[name] !== true) origins[implementation].clear(type);
    }
    held.clear();
    if (!contactorClosed) board.clear(contactorFaultType);
  }

  // -- Meter --

  function heardMeter(told: PowerMeter): void {
    const { irmsL1 = 0, irmsL2 = 0, irmsL3 = 0 } = told;
    const isLow = [irmsL1, irmsL2, irmsL3].every((currentA) => Math.abs(currentA) < leastCurrentA);
    idleSinceMs = isLow ? (idleSinceMs ?? clock.nowMs()) : null;
    const value = meter.take(told, clock.nowMs(), new Date(clock.wallTimeMs()).toISOString());
    if (value === null) return;
    powermeter.clear(`powermeter/${communicationFault}`);
    powermeter.publish("powermeter", value);
  }

  function watchMeter(): void {
    if (meter.isStale(clock.nowMs())) markMeterStale();
  }

  function markMeterStale(): void {
    powermeter.raise({
      type: `powermeter/${communicationFault}`,
      severity: "Low",
      message: "no reading of the controller's meter for 5 s",
    });
  }

  // -- Start and end --

  function warnOfResetLine(why: string): void {
    board.raise({
      type: warningType,
      sub_type: resetLineSubType,
      severity: "Low",
      message: `reset line: ${why}; nothing can open the contactor while the serial line is dead`,
    });
  }

  /** @returns whether the controller can be held in reset. */
  function openResetLine(): boolean {
    if (config.reset_gpio_chip === "") return false;
    try {
      resetLine = context.lines.output(`${config.reset_gpio_chip}/${config.reset_gpio}`, "high");
      return true;
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      const { code, message } = error;
      log.error("reset_line_missing", { code, message });
      warnOfResetLine(message);
      return false;
    }
  }

  return {
    ready() {
      link.post({ type: "started", hasResetLine: openResetLine() });
      clock.schedule("capabilities", startedMs + timing.firstKeepAliveMs, () => {
        if (toldCapabilities === null) tellCapabilities(null);
      });
    },
    reading: () => ({
      quality: letter === null ? "bad" : up && failure === null ? "good" : "stale",
      value: { cp: letter, contactor_closed: contactorClosed, errors: flags, meter_Wh: meter.totalWh },
    }),
    waitsFor: () => (up ? null : "its controller"),
    stop(final) {
      permitted = false;
      requested = final ? "F" : "X1";
      send({ allow_power_on: false });
      send({ pwm_duty_cycle: dutySteps(requested) });
      stopped = true;
      link.post({ type: "stopped" });
      // Until then the contactor may still be told open.
      clock.schedule("close line", clock.nowMs() + timing.closeLineMs, () => {
        streamNumber++;
        stream?.close();
        stream = null;
      });
    },
  };
};
