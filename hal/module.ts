import type { Condition } from "../src/core/condition.ts";
import type { Fault, FaultReport } from "../src/core/faults/fault.ts";
import type { Machine } from "../src/core/machine.ts";
import type { Clock } from "./clock.ts";
import type { Files } from "./files.ts";
import type { I2cBuses } from "./i2c-buses.ts";
import type { Lines } from "./lines.ts";
import type { Log } from "./log.ts";
import type { ConfigOf, Manifest, Requirement } from "./manifest.ts";
import type { Network } from "./network.ts";
import type {
  CommandArgs,
  CommandHandlers,
  CommandName,
  CommandResult,
  PortDescription,
  Reply,
  VarName,
  VarValue,
} from "./port.ts";
import type { Programs } from "./programs.ts";
import type { Random } from "./random.ts";
import type { SerialPorts } from "./serial-ports.ts";

/** The providing end of a port. */
export interface Provided<P extends PortDescription> {
  /** Tells every connected module, in connection order, in this turn. */
  publish<V extends VarName<P>>(name: V, value: VarValue<P, V>): void;
  /** Raises an error in this implementation's name. Raising an active (type, sub_type) again changes nothing. */
  raise(fault: FaultReport): void;
  /** Clears the error with exactly this sub type; clearing an inactive one changes nothing. */
  clear(type: string, subType?: string): void;
  isActive(type: string, subType?: string): boolean;
  /** Hears of the errors raised and cleared in this implementation's name, whoever did it. */
  subscribeErrors(receive: (action: "raise" | "clear", fault: Fault) => void): void;
}

/** The requiring end of a port: one connection of the configuration. */
export interface Connection<P extends PortDescription> {
  readonly moduleId: string;
  readonly implementationId: string;
  /** EVSE number of the other module's mapping, where it has one. */
  readonly evse: number | undefined;
  call<C extends CommandName<P>>(name: C, args: CommandArgs<P, C>, reply?: Reply<CommandResult<P, C>>): void;
  subscribe<V extends VarName<P>>(name: V, receive: (value: VarValue<P, V>) => void): void;
  subscribeErrors(receive: (action: "raise" | "clear", fault: Fault) => void): void;
}

/** Where a machine gets its events. Events are handled in order, after the turn that posted them. */
export interface Mailbox<S, E> {
  post(event: E): void;
  /** The state after the last event handled; for display and queries, never to decide on behalf of the machine. */
  readonly state: S;
}

/** Where a module stands by its mapping; of the whole station where it has none. */
export interface Placement {
  readonly evse?: number | undefined;
  readonly connector?: number | undefined;
}

/** Everything a module has of the world. */
export interface ModuleContext<M extends Manifest = Manifest> {
  readonly moduleId: string;
  readonly config: ConfigOf<M["config"]>;
  implementationConfig<I extends keyof M["provides"] & string>(
    implementationId: I,
  ): ConfigOf<M["provides"][I]["config"]>;
  /** EVSE number of this module's own mapping, where it has one. */
  readonly evse: number | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Files that outlive a restart. A simulation has its own and leaves the disk alone. */
  readonly files: Files;
  /** Whether what is told of a session is also kept in a folder of its own, where that is configured. */
  readonly keepsSessionLogs: boolean;
  /**
   * The lines of the machine below a board's driver, from `ready` on; simulated ones in a simulation. Only for module
   * types that say in the catalogue that they use lines.
   */
  readonly lines: Lines;
  /** Serial lines of the machine, as `lines`. What a stream tells comes in a turn of its own. */
  readonly serialPorts: SerialPorts;
  /** I2C buses of the machine, as `lines`. */
  readonly i2cBuses: I2cBuses;
  /** For programs outside the station. */
  readonly network: Network;
  /** Other programs of the machine; in a simulation there are none. */
  readonly programs: Programs;
  /** Each implementation of the manifest is provided exactly once, while the module is made. */
  provide<I extends keyof M["provides"] & string>(
    implementationId: I,
    handlers: CommandHandlers<M["provides"][I]["port"]>,
  ): Provided<M["provides"][I]["port"]>;
  /** The connections of a requirement in the order of the configuration; empty when optional and not connected. */
  require<R extends keyof M["requires"] & string>(
    requirementId: R,
  ): readonly Connection<(M["requires"][R] & Requirement)["port"]>[];
  /** Registers a machine; `perform` carries out its effects, in order, in the turn of the event that caused them. */
  machine<S, E, F>(name: string, machine: Machine<S, E, F>, initial: S, perform: (effect: F) => void): Mailbox<S, E>;
  /** Hears of every error of the station, for the record only. The manifest says so with `hearsAllFaults`. */
  onFault(receive: (action: "raise" | "clear", fault: Fault, raisedAt: Placement) => void): void;
  /** One event line: `t` and `module` are added. */
  emit(kind: string, fields: object): void;
  /** Wraps a callback of the operating system (bytes, edges) so that it is a turn of its own. */
  turn(run: () => void): void;
  /** Runs `run` behind everything that waits in the ordered queue now: it is a sign that the queue gets on. */
  afterQueue(run: () => void): void;
}

/** What a module measures, as it is known at this instant. */
export interface Reading {
  /** `good`: measured in the last cycle. `stale`: measured before, and not since. `bad`: there is nothing to go by. */
  readonly quality: "good" | "stale" | "bad";
  readonly value: object | null;
  /** What it was made of, as the device gave it: registers by their addresses, counts of a converter. */
  readonly raw?: object;
}

/** A running module. */
export interface ModuleInstance {
  /** All modules are made and wired; from here on they may call and publish. */
  ready?(): void;
  /** For people who look (`evsed probe`), never for other modules: those hear what is published. */
  reading?(): Reading;
  /** At the start: what it waits for before it can serve, in words; null from then on. A fault it serves with is nothing to wait for. */
  waitsFor?(): string | null;
  /** What of it has stood still for too long to come back by itself, in words; null while it gets on. */
  stalled?(): string | null;
  /** For people who ask why a vehicle does not charge: what has to hold for it here, as it is at this instant. */
  conditions?(): readonly Condition[];
  /** Brings every output to the safe state. `final`: the process is not expected to come back. */
  stop?(final: boolean): void;
  /** Simulated hardware only: what it does by itself when the daemon dies under it. */
  hostLost?(): void;
  /** Simulated hardware only: the daemon is back and, like a driver that starts, is told where everything stands. */
  hostBack?(): void;
  /** Simulated hardware only: the lines that drivers above it open. */
  readonly lines?: Lines;
  /** Simulated hardware only: the serial lines that drivers above it open. */
  readonly serialPorts?: SerialPorts;
  /** Simulated hardware only: the I2C buses that drivers above it open. */
  readonly i2cBuses?: I2cBuses;
  /** What a scenario's `sim` step does, by the names of the manifest. */
  readonly sim?: Readonly<Record<string, (args: never) => void>>;
}

export type ModuleFactory<M extends Manifest = Manifest> = (context: ModuleContext<M>) => ModuleInstance;
