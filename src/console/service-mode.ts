/**
 * Moving hardware by hand, at one EVSE at a time, while no vehicle is there. Whatever ends it - a vehicle, a session, the
 * one who asked for it, time - the outputs are back where the station believes them before anything else happens.
 *
 * The interlocks of the boards stay in force: a board that closes only in state C does not close here.
 */
import type { Timer } from "../../hal/clock.ts";
import type { EventLine } from "../runtime/event-line.ts";
import type { Station } from "../runtime/station.ts";
import type { StationMemory } from "./station-memory.ts";

/** Forgotten service mode ends by itself. */
export const serviceIdleMs = 600_000;

interface Target {
  readonly moduleId: string;
  readonly implementationId: string;
}

interface Hands {
  readonly evse: string;
  readonly bsp: Target;
  readonly lock: Target | undefined;
  /** Whoever asked for it; with them it ends. */
  readonly owner: object;
  readonly ended: (why: string) => void;
  pwm: boolean;
  relay: boolean;
  locked: boolean;
}

/** A complaint, or null when it is done. */
type Outcome = string | null;

export class ServiceMode {
  readonly #station: Station;
  readonly #memory: StationMemory;
  #hands: Hands | null = null;
  #idle: Timer | null = null;

  constructor(station: Station, memory: StationMemory) {
    this.#station = station;
    this.#memory = memory;
    for (const { id, type, connections } of station.plans()) {
      const bsp = connections.bsp?.[0];
      if (type !== "EvseManager" || bsp === undefined) continue;
      // In the turn in which the board tells its letter: before the station has made anything of it.
      station.subscribe(bsp.moduleId, bsp.implementationId, "event", (value) => {
        const { event } = value as { readonly event: string };
        if (event === "A" || event === "PowerOn" || event === "PowerOff" || this.#hands?.evse !== id) return;
        const isVehicle = event === "B" || event === "C" || event === "D";
        // F is never set by hand: it is what the station or its board wants now.
        const why = isVehicle ? "a vehicle was connected" : `the pilot went to ${event}`;
        const { ended } = this.#hands;
        this.#leave(why, event === "F");
        ended(why);
      });
    }
    station.onLine((line) => this.#hear(line));
  }

  /** The EVSE that is in it. */
  get evse(): string | null {
    return this.#hands?.evse ?? null;
  }

  enter(evse: string, owner: object, ended: (why: string) => void): Outcome {
    if (this.#hands !== null) return `service mode is on at ${this.#hands.evse}; one EVSE at a time`;
    const connector = this.#memory.live.station.connectors.find(({ id }) => id === evse);
    const plan = this.#station.plans().find(({ id }) => id === evse);
    const bsp = plan?.connections.bsp?.[0];
    if (connector === undefined || plan === undefined || bsp === undefined) return `${evse} has no board`;
    if (connector.state !== "Idle") return `${evse} is not idle: ${connector.state ?? "it has not started"}`;
    if (connector.session !== null && connector.session.finishedMs === null) return `a session is open at ${evse}`;
    if (connector.pilotLetter !== "A") {
      return `no vehicle may be connected, and the pilot does not say so: it shows ${connector.pilotLetter ?? "nothing"}`;
    }
    this.#hands = {
      evse,
      bsp,
      lock: plan.connections.connector_lock?.[0],
      owner,
      ended,
      pwm: false,
      relay: false,
      locked: false,
    };
    this.#stayAwake();
    this.#station.emit(evse, "service", { active: true });
    return null;
  }

  /** Whoever asked for it is told, unless it is they who end it. */
  end(why: string, by?: object): Outcome {
    const hands = this.#hands;
    if (hands === null) return "service mode is not on";
    this.#station.clock.turn(() => this.#leave(why));
    if (by !== hands.owner) hands.ended(why);
    return null;
  }

  /** The station has been stopped: all its outputs are in the safe state, and nothing moves any more. */
  forget(): void {
    this.#idle?.cancel();
    this.#hands = null;
  }

  /** Whoever asked for it is gone. */
  ownerLeft(owner: object): void {
    if (this.#hands?.owner === owner) this.end("its console was left");
  }

  /** 100 is X1. */
  pwm(evse: string, dutyPercent: number): Outcome {
    const hands = this.#handsAt(evse);
    if (typeof hands === "string") return hands;
    // With both, a vehicle that comes in C would find power before anybody could take it away.
    if (hands.relay && dutyPercent < 100) return "no PWM while the relay is allowed to close: relay off first";
    hands.pwm = dutyPercent < 100;
    if (hands.pwm) this.#order(hands.bsp, "pwm_on", { value: dutyPercent });
    else this.#order(hands.bsp, "cp_state_X1", {});
    return null;
  }

  relay(evse: string, closed: boolean): Outcome {
    const hands = this.#handsAt(evse);
    if (typeof hands === "string") return hands;
    if (closed && hands.pwm) return "no relay while the pilot has PWM: pwm x1 first";
    if (closed && hands.locked) return "no relay while the lock is held by hand: lock off first";
    hands.relay = closed;
    const value = { allow_power_on: closed, reason: closed ? "FullPowerCharging" : "PowerOff" };
    this.#order(hands.bsp, "allow_power_on", { value });
    return null;
  }

  lock(evse: string, locked: boolean): Outcome {
    const hands = this.#handsAt(evse);
    if (typeof hands === "string") return hands;
    if (hands.lock === undefined) return `${evse} has no lock`;
    if (hands.relay) return "no lock while the relay is allowed to close: relay off first";
    hands.locked = locked;
    this.#order(hands.lock, locked ? "lock" : "unlock", {});
    return null;
  }

  #handsAt(evse: string): Hands | string {
    const hands = this.#hands;
    if (hands === null) return "moving hardware by hand takes service mode: service on";
    if (hands.evse !== evse) return `service mode is on at ${hands.evse}, not at ${evse}`;
    this.#stayAwake();
    return hands;
  }

  #stayAwake(): void {
    const { clock } = this.#station;
    this.#idle?.cancel();
    this.#idle = clock.schedule("service mode", clock.nowMs() + serviceIdleMs, () =>
      this.end("nothing was done in it"),
    );
  }

  #hear({ module, kind, fields }: EventLine): void {
    if (module !== this.#hands?.evse) return;
    const { to, event } = fields as { readonly to?: string; readonly event?: string };
    const isNeeded = (kind === "state" && to !== "Idle") || (kind === "session_event" && event === "SessionStarted");
    if (isNeeded) this.end("the station needs its hardware");
  }

  /** Design rule 4: the pilot first, then the contactor, the lock last. */
  #leave(why: string, isPilotTaken = false): void {
    const hands = this.#hands;
    if (hands === null) return;
    this.#hands = null;
    this.#idle?.cancel();
    const { bsp, lock, evse } = hands;
    if (!isPilotTaken) this.#command(bsp, "cp_state_X1", {});
    this.#command(bsp, "allow_power_on", { value: { allow_power_on: false, reason: "PowerOff" } });
    // It was never moved while the contactor might have been closed.
    if (hands.locked && lock !== undefined) this.#command(lock, "unlock", {});
    this.#station.emit(evse, "service", { active: false, reason: why });
  }

  #order(target: Target, name: string, args: object): void {
    this.#station.clock.turn(() => this.#command(target, name, args));
  }

  #command({ moduleId, implementationId }: Target, name: string, args: object): void {
    this.#station.command(moduleId, implementationId, name, args, () => {});
  }
}
