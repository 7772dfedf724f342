/**
 * The plug lock: waits until the capacitors that would open it are charged, drives the motor for a fixed time, brakes, and
 * looks once where the lock is. Nothing is tried twice by itself.
 *
 * Source: Charge Control C facts, section 8.
 */
import type { AdcChannel } from "../../../hal/adc-channel.ts";
import type { Timer } from "../../../hal/clock.ts";
import type { Lines } from "../../../hal/lines.ts";
import type { ModuleContext, ModuleFactory } from "../../../hal/module.ts";
import { DeviceError } from "../../../src/core/errors.ts";
import type { Severity } from "../../../src/core/faults/fault.ts";
import { keptLines, mayPass } from "../kept-lines.ts";
import { LockMotor } from "../lock-motor.ts";
import { timing } from "../timing.ts";
import type { manifest } from "./manifest.ts";

type LockPosition = "locked" | "unlocked";

interface Hardware {
  readonly motor: LockMotor;
  readonly sense: AdcChannel;
  readonly capacitor: AdcChannel;
}

const senseMillivolts = (raw: number): number => Math.trunc((raw * 3300) / 4095);
/** Behind a divider of 68 to 22. */
const capacitorMillivolts = (raw: number): number => Math.trunc((senseMillivolts(raw) * 90) / 22);

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, config, log } = context;
  let hardware: Hardware | null = null;
  /** Where the lock is going, from the command to the look at its feedback; null while it rests. */
  let target: LockPosition | null = null;
  let driving = false;
  /** Since when it is to go there. */
  let wantedSinceMs = 0;
  /** What was commanded while the motor was running for something else. */
  let next: LockPosition | null = null;
  /** Where it is by the last movement; null before the first. */
  let assumed: LockPosition | null = null;
  let movedBefore = false;
  let timer: Timer | null = null;
  let stopped = false;
  /** The capacitors are looked at until they are charged. */
  let watching = false;
  /** What has been logged of a failure that goes on: it comes back with every attempt. */
  let loggedFailure = "";

  const lock = context.provide("connector_lock", {
    lock: () => command("locked"),
    unlock: () => command("unlocked"),
  });

  const raise = (name: string, severity: Severity, message: string): void =>
    lock.raise({ type: `connector_lock/${name}`, severity, message });
  const clear = (name: string): void => lock.clear(`connector_lock/${name}`);

  function command(position: LockPosition): void {
    if (stopped) return;
    if (hardware === null || driving) {
      next = position === target ? null : position;
      return;
    }
    const waiting = target !== null;
    if (target !== position) wantedSinceMs = clock.nowMs();
    target = position;
    // One that waits for the capacitors goes the other way when they are charged, and waits no longer for that.
    if (!waiting) awaitCapacitors(hardware, clock.nowMs());
  }

  function awaitCapacitors(on: Hardware, sinceMs: number): void {
    const waitedMs = clock.nowMs() - sinceMs;
    const charged = config.charged_threshold_voltage === 0 || isCharged(on);
    if (charged) clear("ConnectorLockCapNotCharged");
    else if (clock.nowMs() - wantedSinceMs >= errorAfterMs()) {
      const severity = movedBefore ? "Medium" : "High";
      raise("ConnectorLockCapNotCharged", severity, "The capacitors that open the lock are not charged.");
      watchCapacitors(on);
    }
    if (charged || waitedMs >= (movedBefore ? timing.capacitorMs : timing.capacitorAtStartMs)) drive(on);
    else schedule(timing.capacitorPollMs, () => awaitCapacitors(on, sinceMs));
  }

  /** Nobody moves a lock of a station that is out of order: that they are charged at last is seen without a movement. */
  function watchCapacitors(on: Hardware): void {
    if (watching) return;
    watching = true;
    clock.schedule("lock capacitors", clock.nowMs() + timing.lockMonitoringMs, () => {
      watching = false;
      if (isCharged(on)) clear("ConnectorLockCapNotCharged");
      else if (!stopped) watchCapacitors(on);
    });
  }

  /** Before the first movement it may take minutes: nobody charges that long through a plug that is not locked. */
  function errorAfterMs(): number {
    return movedBefore || target === "locked" ? timing.capacitorMs : timing.capacitorAtStartMs;
  }

  function isCharged({ capacitor }: Hardware): boolean {
    return reads(capacitor, (raw) => capacitorMillivolts(raw) >= config.charged_threshold_voltage) === true;
  }

  function drive(on: Hardware): void {
    movedBefore = true;
    driving = true;
    // Whether it moves all the same shows at its feedback.
    if (!attempt(() => (target === "locked" ? on.motor.lock() : on.motor.unlock()))) warn();
    schedule(config.actuator_duration, () => finish(on));
  }

  function finish(on: Hardware): void {
    // A motor that may still be driven is not left so, whatever else is known.
    if (!attempt(() => on.motor.brake())) {
      raise("MREC1ConnectorLockFailure", "Medium", "The motor of the lock cannot be driven.");
      schedule(timing.brakeAgainMs, () => finish(on));
      return;
    }
    clear("MREC1ConnectorLockFailure");
    look(on, timing.senseLooks);
  }

  function look(on: Hardware, looksLeft: number): void {
    const position = target as LockPosition;
    const arrived = isAt(on, position);
    if (arrived === null && looksLeft > 1) {
      schedule(timing.senseAgainMs, () => look(on, looksLeft - 1));
      return;
    }
    driving = false;
    target = null;
    assumed = arrived === true ? position : atOther(on, position);
    if (arrived === true) {
      clear("ConnectorLockFailedLock");
      if (position === "unlocked") clear("ConnectorLockFailedUnlock");
      // What was found amiss before is over with a lock that is where it was sent.
      clear("ConnectorLockUnexpectedOpen");
      clear("ConnectorLockUnexpectedClose");
    } else if (position === "locked") raise("ConnectorLockFailedLock", "Medium", "The plug could not be locked.");
    else raise("ConnectorLockFailedUnlock", "Medium", "The plug could not be unlocked.");
    const following = next;
    next = null;
    if (following !== null) command(following);
  }

  /** Where a lock is left that has not arrived: null where its feedback shows that it got stuck halfway. */
  function atOther(on: Hardware, wanted: LockPosition): LockPosition | null {
    const other = wanted === "locked" ? "unlocked" : "locked";
    return isAt(on, other) === false ? null : other;
  }

  /** Null where the feedback could not be read. */
  function isAt({ sense }: Hardware, position: LockPosition): boolean | null {
    const [lowest, highest] =
      position === "locked"
        ? [config.locked_threshold_voltage_min, config.locked_threshold_voltage_max]
        : [config.unlocked_threshold_voltage_min, config.unlocked_threshold_voltage_max];
    return reads(sense, (raw) => {
      const millivolts = senseMillivolts(raw);
      return millivolts >= lowest && millivolts <= highest;
    });
  }

  function monitor(on: Hardware, looksLeft: number = timing.senseLooks): void {
    const atRest = target === null ? assumed : null;
    const matches = atRest === null || isAt(on, atRest);
    const unread = matches === null && looksLeft > 1;
    if (atRest !== null && !unread) {
      const name = atRest === "locked" ? "ConnectorLockUnexpectedOpen" : "ConnectorLockUnexpectedClose";
      if (matches === true) clear(name);
      else raise(name, "High", `The lock is not where it was left: ${atRest}.`);
    }
    const delayMs = unread ? timing.senseAgainMs : timing.lockMonitoringMs;
    const following = unread ? looksLeft - 1 : timing.senseLooks;
    clock.schedule("lock monitoring", clock.nowMs() + delayMs, () => monitor(on, following));
  }

  function schedule(delayMs: number, run: () => void): void {
    timer = clock.schedule("lock", clock.nowMs() + delayMs, run);
  }

  /** Null for a conversion that failed: it shows nothing. */
  function reads(channel: AdcChannel, matches: (raw: number) => boolean): boolean | null {
    try {
      const found = matches(channel.readRaw());
      clear("VendorWarning");
      return found;
    } catch (error) {
      reportFailure(error);
      warn();
      return null;
    }
  }

  /** Until the next conversion that succeeds. */
  function warn(): void {
    raise("VendorWarning", "Low", "A line of the lock did not answer.");
  }

  /** False when the motor could not be driven. Where it was to move, that shows at the feedback. */
  function attempt(run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      reportFailure(error);
      return false;
    }
  }

  function reportFailure(error: unknown): void {
    if (!(error instanceof DeviceError)) throw error;
    if (error.message !== loggedFailure) log.error("lock_failure", { code: error.code, message: error.message });
    loggedFailure = error.message;
  }

  function open(lines: Lines): Hardware {
    return {
      // First of all, since it ends whatever movement the daemon before may have left.
      motor: new LockMotor(
        lines,
        { name: config.drv8872_in1_gpio_line_name, activeLow: config.drv8872_in1_active_low },
        { name: config.drv8872_in2_gpio_line_name, activeLow: config.drv8872_in2_active_low },
      ),
      sense: lines.adc(config.sense_adc_device, config.sense_adc_channel),
      capacitor: lines.adc(config.capcharge_adc_device, config.capcharge_adc_channel),
    };
  }

  /** A lock that does not answer is opened again until it does; where it was to go meanwhile it goes then. */
  function start(lines: Lines): void {
    if (stopped) return;
    try {
      hardware = open(lines);
    } catch (error) {
      if (!mayPass(error)) throw error;
      reportFailure(error);
      raise("MREC1ConnectorLockFailure", "Medium", error.message);
      clock.schedule("lock", clock.nowMs() + timing.openAgainMs, () => start(lines));
      return;
    }
    clear("MREC1ConnectorLockFailure");
    if (config.enable_monitoring) monitor(hardware);
    const following = next;
    next = null;
    if (following !== null) command(following);
  }

  return {
    ready: () => start(keptLines(context.lines)),
    reading() {
      if (hardware === null) return { quality: "bad", value: null };
      try {
        const [sense, capacitor] = [hardware.sense.readRaw(), hardware.capacitor.readRaw()];
        const value = { sense_mv: senseMillivolts(sense), capacitor_mv: capacitorMillivolts(capacitor), assumed };
        return { quality: "good", value, raw: { sense, capacitor } };
      } catch (error) {
        reportFailure(error);
        return { quality: "bad", value: null };
      }
    },
    stop() {
      stopped = true;
      timer?.cancel();
      const { motor } = hardware ?? {};
      // Nobody drives it later: a line that did not take it is asked once more.
      if (motor !== undefined && !attempt(() => motor.coast())) attempt(() => motor.coast());
    },
  };
};
