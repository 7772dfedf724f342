/**
 * An emulated controller of a Yeti board: it speaks the bytes of the real one, on whatever carries them, and owns a pilot
 * circuit, a contactor, a meter, a residual current device and the motor of a lock.
 *
 * What it does by itself follows the snapshots of its firmware that are public; not every image need be alike.
 *
 * Source: Yeti facts, sections 3 to 7.
 */
import type { Clock, Timer } from "../../../hal/clock.ts";
import type { Random } from "../../../hal/random.ts";
import { decodeEverestToMcu, encodeMcuToEverest } from "../../yeti/codec.ts";
import type { FlagName } from "../../yeti/error-flags.ts";
import { flagNames } from "../../yeti/error-flags.ts";
import { frameOf } from "../../yeti/frame.ts";
import { MessageReader } from "../../yeti/message-reader.ts";
import type { ErrorFlags, EverestToMcu, McuPayloads, McuToEverest, PowerMeter } from "../../yeti/schema.ts";
import { AcMeter } from "../ac-meter.ts";
import type { PilotSource, VehicleLoad } from "../pilot-circuit.ts";
import type { PilotSample } from "../pilot-reading.ts";
import type { RelayFault } from "../relay.ts";
import { drawnCurrentA } from "../vehicle-current.ts";
import { Contactor } from "../yeti-simulator/contactor.ts";
import { Pilot } from "../yeti-simulator/pilot.ts";

/** Milliseconds. Yeti facts, sections 4 and 6. */
const timing = {
  boot: 100,
  keepAlive: 1000,
  meter: 1000,
  /** States are looked at this often, and told when they have changed. */
  report: 50,
  lockMotor: 1000,
  withoutPwm: 7000,
  hostLost: 5000,
} as const;

const supply = { voltageV: 230, lineOhm: 0.5 };
const frequencyHz = 50;
const residualTripMa = 6;
const [dutyF, dutyX1] = [0, 10_000];
const stepsPerPercent = 100;
const greetings = 3;

export type MeterMood = "sound" | "nan" | "absurd" | "frozen" | "silent";

export interface Vehicle {
  readonly load: VehicleLoad;
  readonly diodeFailed: boolean;
  readonly powerAllowed: boolean;
  readonly wantedA: number;
  readonly fixed: boolean;
  readonly threePhases: boolean;
  readonly residualMa: number;
}

export const noVehicle: Vehicle = {
  load: "A",
  diodeFailed: false,
  powerAllowed: false,
  wantedA: 0,
  fixed: false,
  threePhases: true,
  residualMa: 0,
};

export interface ControllerEvents {
  transmit(frame: Uint8Array): void;
  /** The pilot, the contactor or the plug have changed. */
  changed(): void;
}

type Handlers = {
  readonly [K in EverestToMcu extends infer M ? (M extends M ? keyof M : never) : never]: (value: never) => void;
};

export class Controller {
  meterMood: MeterMood = "sound";
  watchesHost = false;
  lockStuck = false;
  /** As its image tells it. */
  firmware = "2.2-0-gsimulated";
  readonly #clock: Clock;
  readonly #events: ControllerEvents;
  readonly #pilot: Pilot;
  readonly #contactor: Contactor;
  readonly #meter: AcMeter;
  readonly #line: MessageReader<EverestToMcu>;
  #vehicle = noVehicle;
  #running = false;
  #frozen = false;
  #bootedAtMs = 0;
  #timers: Timer[] = [];
  #hostTimer: Timer | null = null;
  #pwmTimer: Timer | null = null;
  #reportDue = false;
  #permitted = false;
  /** Closed in C while the PWM pauses, without a permission of its own. */
  #held = false;
  #phases: 1 | 3 = 3;
  #wantedPhases: 1 | 3 = 3;
  #forced: ErrorFlags = {};
  #rcdForced = false;
  #rcdTripped = false;
  #diodeFault = false;
  #proximityOpen = false;
  #lockState: McuPayloads["lock_state"] = "UNDEFINED";
  #told: { cp?: string; pp?: string; relais: boolean; flags: string; lock: string } = {
    relais: false,
    flags: "{}",
    lock: "UNDEFINED",
  };
  #frozenReading: PowerMeter | null = null;

  constructor(clock: Clock, random: Random, events: ControllerEvents) {
    this.#clock = clock;
    this.#events = events;
    this.#meter = new AcMeter(supply, clock.nowMs());
    this.#pilot = new Pilot(clock, random, (sample) => this.#sampled(sample));
    this.#contactor = new Contactor(clock, { moved: () => this.#moved(), disagrees: () => {} });
    this.#line = new MessageReader(decodeEverestToMcu, {
      message: (message) => this.#hear(message),
      dropped: () => {},
    });
    this.#pilot.setSource({ mode: "F" });
  }

  get pilotSource(): PilotSource {
    return this.#pilot.source;
  }

  get contactorClosed(): boolean {
    return this.#contactor.closed;
  }

  get vehicle(): Vehicle {
    return this.#vehicle;
  }

  get proximityOpen(): boolean {
    return this.#proximityOpen;
  }

  // -- From outside --

  receive(bytes: Uint8Array): void {
    if (this.#running && !this.#frozen) this.#line.push(bytes);
  }

  setVehicle(vehicle: Vehicle): void {
    this.#vehicle = vehicle;
    this.#pilot.setVehicle(vehicle);
    this.#trip();
    this.#setLoad();
    this.#report();
    this.#events.changed();
  }

  forcePilot(voltageV: number | undefined): void {
    this.#pilot.force(voltageV);
  }

  setRelayFault(fault: RelayFault | null): void {
    this.#contactor.setFault(fault);
  }

  setRelaySlow(delayMs: number | null): void {
    this.#contactor.setSlow(delayMs);
  }

  setProximityOpen(open: boolean): void {
    this.#proximityOpen = open;
    this.#report();
    this.#events.changed();
  }

  forceRcd(tripped: boolean): void {
    this.#rcdForced = tripped;
    if (!tripped) this.#rcdTripped = false;
    this.#trip();
    this.#report();
  }

  forceFlag(flag: FlagName, value: boolean): void {
    this.#forced = { ...this.#forced, [flag]: value };
    this.#enforce();
    this.#report();
  }

  setFrozen(frozen: boolean): void {
    this.#frozen = frozen;
    if (!frozen) this.#report();
  }

  /** Power comes, or the reset line goes up; while it is low nothing is driven. */
  setReset(held: boolean): void {
    this.#halt();
    if (!held) this.#boot("USER");
  }

  restart(reason: McuPayloads["reset"]): void {
    this.#halt();
    this.#boot(reason);
  }

  // -- Life --

  #halt(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#hostTimer?.cancel();
    this.#pwmTimer?.cancel();
    this.#running = false;
    this.#frozen = false;
    this.#permitted = false;
    this.#held = false;
    this.#diodeFault = false;
    this.#told = { relais: false, flags: "{}", lock: "UNDEFINED" };
    this.#meter.reset(this.#clock.nowMs());
    this.#pilot.setSource({ mode: "F" });
    this.#contactor.command(false);
    this.#events.changed();
  }

  #boot(reason: McuPayloads["reset"]): void {
    this.#after("boot", timing.boot, () => {
      this.#running = true;
      this.#bootedAtMs = this.#clock.nowMs();
      // To throw away: whatever noise went before is then behind.
      for (let count = 0; count < greetings; count++) this.#keepAlive();
      this.#send({ reset: reason });
      this.#every(timing.keepAlive, () => this.#keepAlive());
      this.#after("meter", timing.meter / 2, () => this.#every(timing.meter, () => this.#tellMeter()));
      this.#setSource({ mode: "X1" });
      this.#report();
    });
  }

  #after(name: string, delayMs: number, run: () => void): void {
    this.#timers = [...this.#timers, this.#clock.schedule(name, this.#clock.nowMs() + delayMs, run)];
  }

  #every(intervalMs: number, run: () => void): void {
    const index = this.#timers.length;
    const tick = (atMs: number): void => {
      this.#timers[index] = this.#clock.schedule("controller", atMs, () => {
        tick(atMs + intervalMs);
        run();
      });
    };
    tick(this.#clock.nowMs() + intervalMs);
  }

  // -- What the host says --

  readonly #handlers: Handlers = {
    // Its loader drives nothing and speaks another language.
    firmware_update: ({ invoke_rom_bootloader }: { readonly invoke_rom_bootloader?: boolean }) => {
      if (invoke_rom_bootloader === true) this.#halt();
    },
    keep_alive: () => this.#watchHost(),
    connector_lock: (lock: boolean) => this.#moveLock(lock),
    pwm_duty_cycle: (steps: number) =>
      this.#setSource(
        steps === dutyF
          ? { mode: "F" }
          : steps >= dutyX1
            ? { mode: "X1" }
            : { mode: "pwm", dutyPercent: steps / stepsPerPercent },
      ),
    allow_power_on: (allowed: boolean) => this.#permit(allowed),
    reset: () => this.restart("USER"),
    set_number_of_phases: (three: boolean) => {
      this.#wantedPhases = three ? 3 : 1;
      if (this.#pilot.letter === "A") this.#phases = this.#wantedPhases;
    },
  };

  #hear(message: EverestToMcu): void {
    const [name] = Object.keys(message) as [keyof Handlers];
    (this.#handlers[name] as (value: unknown) => void)((message as Record<string, unknown>)[name]);
  }

  #watchHost(): void {
    this.#hostTimer?.cancel();
    this.#hostTimer = this.#clock.schedule("host", this.#clock.nowMs() + timing.hostLost, () => {
      if (this.watchesHost && this.#running && !this.#frozen) this.#setSource({ mode: "F" });
    });
  }

  #permit(allowed: boolean): void {
    this.#permitted = allowed && this.#pilot.source.mode === "pwm";
    if (!allowed) this.#held = false;
    this.#enforce();
  }

  #setSource(source: PilotSource): void {
    const before = this.#pilot.source;
    const isSame = before.mode === source.mode && JSON.stringify(before) === JSON.stringify(source);
    if (isSame) return;
    const paused = before.mode === "pwm" && source.mode === "X1" && this.#contactor.commandedClosed;
    this.#held = paused;
    if (source.mode !== "pwm") this.#permitted = false;
    this.#pwmTimer?.cancel();
    if (paused) {
      this.#pwmTimer = this.#clock.schedule("without PWM", this.#clock.nowMs() + timing.withoutPwm, () => {
        this.#held = false;
        this.#enforce();
      });
    }
    this.#pilot.setSource(source);
    this.#enforce();
    this.#events.changed();
  }

  #moveLock(lock: boolean): void {
    this.#after("lock motor", timing.lockMotor, () => {
      if (!this.lockStuck) this.#lockState = lock ? "LOCKED" : "UNLOCKED";
      this.#report();
    });
  }

  // -- What it does by itself --

  #sampled({ letter, diodeFault }: PilotSample): void {
    if (this.#pilot.source.mode === "pwm" && letter !== null) this.#diodeFault = diodeFault;
    if (letter === "A" && !this.#frozen) {
      this.#diodeFault = false;
      this.#rcdTripped = false;
      this.#trip();
      this.#phases = this.#wantedPhases;
      if (this.#running && this.#pilot.source.mode === "pwm") this.#setSource({ mode: "X1" });
    }
    this.#enforce();
    this.#report();
  }

  #trip(): void {
    if (this.#rcdForced || this.#vehicle.residualMa >= residualTripMa) this.#rcdTripped = true;
    this.#enforce();
  }

  #flags(): ErrorFlags {
    const own: ErrorFlags = {
      diode_fault: this.#diodeFault,
      rcd_triggered: this.#rcdTripped,
      cp_signal_fault: this.#pilot.faulty && !this.#diodeFault && this.#pilot.source.mode !== "F",
    };
    const raised = flagNames.filter((name) => this.#forced[name] ?? own[name] ?? false);
    return Object.fromEntries(raised.map((name) => [name, true]));
  }

  #enforce(): void {
    if (this.#frozen) return;
    const { letter, source } = this.#pilot;
    const wants = letter === "C" || letter === "D";
    const offered = source.mode === "pwm" ? this.#permitted : this.#held && letter === "C";
    const isWell = Object.keys(this.#flags()).length === 0;
    this.#contactor.command(this.#running && wants && offered && isWell);
    this.#setLoad();
  }

  #moved(): void {
    this.#setLoad();
    this.#report();
    this.#events.changed();
  }

  #setLoad(): void {
    const { load, powerAllowed, wantedA, fixed, threePhases } = this.#vehicle;
    const drawing = this.#contactor.closed && powerAllowed && (load === "C" || load === "D");
    const { source } = this.#pilot;
    const duty = source.mode === "pwm" ? source.dutyPercent : source.mode === "X1" ? 100 : 0;
    const currentA = drawing ? drawnCurrentA(duty, wantedA, fixed) : 0;
    const others = threePhases && this.#phases === 3 ? currentA : 0;
    this.#meter.setLoad({ L1: currentA, L2: others, L3: others }, this.#clock.nowMs());
  }

  // -- What it tells --

  #send(message: McuToEverest): void {
    if (this.#running && !this.#frozen) this.#events.transmit(frameOf(encodeMcuToEverest(message)));
  }

  #uptimeMs(): number {
    return Math.floor(this.#clock.nowMs() - this.#bootedAtMs) + timing.boot;
  }

  #keepAlive(): void {
    this.#send({
      keep_alive: {
        time_stamp: this.#uptimeMs(),
        protocol_version_minor: 1,
        sw_version_string: this.firmware,
        hwcap_max_current: 32,
        hwcap_min_current: 6,
        hwcap_max_phase_count: 3,
        hwcap_min_phase_count: 1,
        supports_changing_phases_during_charging: true,
      },
    });
  }

  /** States are told on change only, at the next look at them. */
  #report(): void {
    if (!this.#running || this.#reportDue) return;
    this.#reportDue = true;
    const sinceBootMs = this.#clock.nowMs() - this.#bootedAtMs;
    const atMs = this.#bootedAtMs + timing.report * (Math.floor(sinceBootMs / timing.report) + 1);
    this.#clock.schedule("report", atMs, () => {
      this.#reportDue = false;
      if (this.#running && !this.#frozen) this.#tellChanges();
    });
  }

  #tellChanges(): void {
    const told = this.#told;
    const { letter } = this.#pilot;
    if (letter !== null && letter !== told.cp) this.#send({ cp_state: `STATE_${letter}` });
    const relais = this.#contactor.closed;
    if (relais !== told.relais) this.#send({ relais_state: relais });
    const flags = this.#flags();
    if (JSON.stringify(flags) !== told.flags) this.#send({ error_flags: flags });
    const pp = this.#proximityOpen ? "STATE_NC" : "STATE_32A";
    if (pp !== told.pp) this.#send({ pp_state: pp });
    if (this.#lockState !== told.lock) this.#send({ lock_state: this.#lockState });
    this.#told = {
      ...(letter === null ? {} : { cp: letter }),
      pp,
      relais,
      flags: JSON.stringify(flags),
      lock: this.#lockState,
    };
  }

  #tellMeter(): void {
    this.#send({ telemetry: { cp_voltage_hi: 12 } });
    if (this.meterMood === "silent") return;
    const reading = this.meterMood === "frozen" && this.#frozenReading !== null ? this.#frozenReading : this.#reading();
    this.#frozenReading = reading;
    this.#send({ power_meter: reading });
  }

  #reading(): PowerMeter {
    const { energyWh, powerW, voltageV, currentA } = this.#meter.read(this.#clock.nowMs());
    const mood = this.meterMood;
    // As floats, and as a memory nobody has written to would read.
    const value = (sound: number): number =>
      Math.fround(mood === "nan" ? Number.NaN : mood === "absurd" ? 3e38 : sound);
    return {
      time_stamp: this.#uptimeMs(),
      vrmsL1: value(voltageV.L1),
      vrmsL2: value(voltageV.L2),
      vrmsL3: value(voltageV.L3),
      irmsL1: value(currentA.L1),
      irmsL2: value(currentA.L2),
      irmsL3: value(currentA.L3),
      wattHrL1: value(energyWh.L1),
      wattHrL2: value(energyWh.L2),
      wattHrL3: value(energyWh.L3),
      totalWattHr: value(energyWh.L1 + energyWh.L2 + energyWh.L3),
      wattL1: value(powerW.L1),
      wattL2: value(powerW.L2),
      wattL3: value(powerW.L3),
      freqL1: value(frequencyHz),
      freqL2: value(frequencyHz),
      freqL3: value(frequencyHz),
    };
  }
}
