import type { Clock } from "../../hal/clock.ts";
import type { Files } from "../../hal/files.ts";
import type { I2cBuses } from "../../hal/i2c-buses.ts";
import type { Lines } from "../../hal/lines.ts";
import type { Log } from "../../hal/log.ts";
import type { Manifest } from "../../hal/manifest.ts";
import type { Connection, Mailbox, ModuleContext, ModuleFactory, ModuleInstance, Provided } from "../../hal/module.ts";
import type { Network } from "../../hal/network.ts";
import { noNetwork } from "../../hal/network.ts";
import type { CommandHandlers, PortDescription } from "../../hal/port.ts";
import type { Programs } from "../../hal/programs.ts";
import type { Random } from "../../hal/random.ts";
import type { ByteStreamListener, SerialPorts } from "../../hal/serial-ports.ts";
import { InternalError } from "../core/errors.ts";
import type { Fault, FaultReport } from "../core/faults/fault.ts";
import type { Machine } from "../core/machine.ts";
import type { EventLine, EventLineListener } from "./event-line.ts";
import { FaultRegistry } from "./fault-registry.ts";
import { MemoryFiles } from "./memory-files.ts";
import { OrderedQueue } from "./ordered-queue.ts";
import type { StationClock } from "./station-clock.ts";

/** Where a module stands and whom it is wired to: what the configuration says of it. */
export interface ModulePlan {
  readonly id: string;
  readonly type: string;
  readonly config: object;
  readonly implementations: Readonly<Record<string, object>>;
  readonly connections: Readonly<
    Record<string, readonly { readonly moduleId: string; readonly implementationId: string }[]>
  >;
  readonly evse: number | undefined;
  readonly connector?: number | undefined;
  /** Id of the module that simulates what lies below this one. */
  readonly below?: string;
}

/** One object from the making of the station on: connections hold it and look nothing up. */
interface Implementation {
  readonly id: string;
  readonly module: LoadedModule;
  readonly port: PortDescription;
  handlers: CommandHandlers<PortDescription>;
  readonly subscribers: Map<string, ((value: never) => void)[]>;
  readonly faultSubscribers: ((action: "raise" | "clear", fault: Fault) => void)[];
}

interface LoadedModule {
  readonly plan: ModulePlan;
  readonly manifest: Manifest;
  readonly create: ModuleFactory;
  readonly implementations: Map<string, Implementation>;
  instance: ModuleInstance;
  life: Life;
}

/** From the making of a module until the daemon dies: calls that come for a dead one lead nowhere. */
interface Life {
  readonly number: number;
  alive: boolean;
}

const whileAlive =
  <A extends readonly unknown[]>(life: Life, run: (...args: A) => void) =>
  (...args: A): void => {
    if (life.alive) run(...args);
  };

export interface StationOptions {
  readonly clock: StationClock;
  readonly log: (moduleId: string) => Log;
  readonly random: (stream: string) => Random;
  /** Where modules keep files; files in memory when absent. */
  readonly files?: Files;
  /** The lines of the machine, for the modules that use them. */
  readonly lines?: Lines;
  /** The serial lines of the machine, for the modules that use them. */
  readonly serialPorts?: SerialPorts;
  /** The I2C buses of the machine, for the modules that use them. */
  readonly i2cBuses?: I2cBuses;
  /** The network of the machine; none when absent. */
  readonly network?: Network;
  /** The programs of the machine; none when absent. */
  readonly programs?: Programs;
  /**
   * A deaf station makes the machines and hears nothing: commands, variables, timers and effects lead nowhere. It is
   * what a replay feeds.
   */
  readonly deaf?: boolean;
  /** Somebody listens who keeps the logs of sessions. */
  readonly keepsSessionLogs?: boolean;
}

const silence: CommandHandlers<PortDescription> = {};
const unheard = (): void => {};

/**
 * The modules of one station, wired by the configuration: who provides what, who hears whom. Calls and variables go
 * directly from one module to the other; what a machine shall hear goes through the ordered queue.
 */
export class Station {
  readonly queue: OrderedQueue;
  readonly faults: FaultRegistry;
  readonly clock: StationClock;
  readonly #options: StationOptions;
  readonly #files: Files;
  readonly #modules = new Map<string, LoadedModule>();
  readonly #lineListeners: EventLineListener[] = [];
  #untold: EventLine[] = [];

  constructor(options: StationOptions) {
    this.#options = options;
    this.#files = options.files ?? new MemoryFiles();
    this.clock = options.clock;
    this.queue = new OrderedQueue(options.clock);
    options.clock.onTurnEnd(() => this.#endTurn());
    this.faults = new FaultRegistry(options.clock, options.random("faults"), options.log("faults"));
    this.faults.listen((action, fault) => this.#announceFault(action, fault));
  }

  /** Plans in the order the modules shall be made and made ready. */
  make(plans: readonly { plan: ModulePlan; manifest: Manifest; create: ModuleFactory }[]): void {
    for (const { plan, manifest, create } of plans) {
      const life = { number: 1, alive: true };
      this.#modules.set(plan.id, { plan, manifest, create, implementations: new Map(), instance: {}, life });
    }
    for (const { plan, manifest } of plans) {
      const module = this.#module(plan.id);
      for (const [id, provision] of Object.entries(manifest.provides)) {
        module.implementations.set(id, {
          id,
          module,
          port: provision.port,
          handlers: silence,
          subscribers: new Map(),
          faultSubscribers: [],
        });
      }
    }
    for (const { plan } of plans) this.#create(this.#module(plan.id));
  }

  /** All modules at once: each `ready` in the order of the plans, in a turn of its own at this instant. */
  ready(): void {
    for (const module of this.#modules.values()) this.clock.turn(() => module.instance.ready?.());
  }

  /** What the first module that is not ready to serve waits for; null when all of them are. */
  waitsFor(): string | null {
    return this.#firstTold((instance) => instance.waitsFor?.() ?? null);
  }

  /** What stands still in the first module that does not get on; null while all of them do. */
  stalled(): string | null {
    return this.#firstTold((instance) => instance.stalled?.() ?? null);
  }

  stop(final: boolean): void {
    for (const module of this.#modules.values()) this.clock.turn(() => module.instance.stop?.(final));
  }

  /** The daemon dies as a process does, without a word. Only the simulated world lives on, by itself. */
  die(isWorld: (plan: ModulePlan) => boolean): void {
    this.forgetDaemon(isWorld);
    this.queue.hold(false);
    for (const module of this.#modules.values()) module.instance.hostLost?.();
  }

  /** The daemon is started again: what died is made anew, and hears from the world as it would at any start. */
  revive(): void {
    const standing = this.faults.active();
    const dead = this.remakeDaemon();
    for (const module of this.#modules.values()) {
      this.clock.turn(() => (dead.includes(module) ? module.instance.ready?.() : module.instance.hostBack?.()));
    }
    for (const fault of standing) this.clock.turn(() => this.#raiseAnew(fault));
  }

  /** Its modules and their machines are gone, and the world does not notice: of a death, all that a replay does. */
  forgetDaemon(isWorld: (plan: ModulePlan) => boolean): void {
    for (const module of this.#modules.values()) {
      if (isWorld(module.plan)) continue;
      const { id } = module.plan;
      module.life.alive = false;
      module.instance = {};
      this.queue.forget(id);
      this.faults.forget(({ origin }) => origin.module_id === id);
    }
  }

  /** What is gone is made anew, its machines at their beginning, and not made ready. */
  remakeDaemon(): readonly { readonly instance: ModuleInstance }[] {
    const dead = [...this.#modules.values()].filter(({ life }) => !life.alive);
    for (const module of dead) module.life = { number: module.life.number + 1, alive: true };
    for (const module of dead) this.#create(module);
    return dead;
  }

  onLine(listener: EventLineListener): void {
    this.#lineListeners.push(listener);
  }

  /** The line is told when the turn has ended; at once where none runs. */
  emit(module: string, kind: string, fields: object): void {
    if (this.#lineListeners.length === 0) return;
    this.#untold.push({ tMs: this.clock.nowMs(), module, kind, fields });
    if (!this.clock.inTurn) this.#tell();
  }

  plans(): ModulePlan[] {
    return [...this.#modules.values()].map((module) => module.plan);
  }

  manifest(moduleId: string): Manifest | undefined {
    return this.#modules.get(moduleId)?.manifest;
  }

  /** What a scenario's `sim` step reaches: the simulated world below a module, or the module where it is one. */
  sim(moduleId: string): ModuleInstance["sim"] {
    return this.instance(this.#modules.get(moduleId)?.plan.below ?? moduleId)?.sim;
  }

  instance(moduleId: string): ModuleInstance | undefined {
    return this.#modules.get(moduleId)?.instance;
  }

  /** Calls an interface command by name, as an outlet or a scenario does. The arguments were checked before. */
  command(
    moduleId: string,
    implementationId: string,
    name: string,
    args: object,
    reply: (result: unknown) => void,
  ): void {
    this.#call(this.#implementation(moduleId, implementationId), name, args, reply);
  }

  /** Makes an implementation publish a variable, as if its module had. */
  publish(moduleId: string, implementationId: string, name: string, value: unknown): void {
    this.#publish(this.#implementation(moduleId, implementationId), name, value);
  }

  /** Hears a variable of an implementation without being connected to it: for outlets and views. */
  subscribe(moduleId: string, implementationId: string, name: string, receive: (value: unknown) => void): void {
    const { subscribers } = this.#implementation(moduleId, implementationId);
    subscribers.set(name, [...(subscribers.get(name) ?? []), receive]);
  }

  raise(moduleId: string, implementationId: string, report: FaultReport): boolean {
    if (!this.#module(moduleId).life.alive) return false;
    const { port } = this.#implementation(moduleId, implementationId);
    return this.faults.raise(moduleId, implementationId, port.errors, report);
  }

  clear(moduleId: string, implementationId: string, type: string, subType?: string): boolean {
    return this.faults.clear(moduleId, implementationId, type, subType);
  }

  #call({ id, module, handlers }: Implementation, name: string, args: object, reply: (result: unknown) => void): void {
    if (!module.life.alive) return;
    const handler = handlers[name];
    if (handler === undefined) throw new InternalError("no_such_command", `${module.plan.id}/${id}.${name}`);
    (handler as (args: object, reply: (result: unknown) => void) => void)(args, reply);
  }

  #publish({ subscribers }: Implementation, name: string, value: unknown): void {
    for (const receive of subscribers.get(name) ?? []) receive(value as never);
  }

  /** Whoever reads the lines may be slow: nothing a machine does in this turn waits for it. */
  #endTurn(): void {
    try {
      this.queue.drain();
    } finally {
      this.#tell();
    }
  }

  #tell(): void {
    if (this.#untold.length === 0) return;
    const lines = this.#untold;
    this.#untold = [];
    for (const line of lines) for (const listener of this.#lineListeners) listener(line);
  }

  /** What stood before the daemon was there is told to it as if it had just come. */
  #raiseAnew({ origin, uuid, timestamp: _, description: __, ...report }: Fault): void {
    if (!this.faults.active().some((fault) => fault.uuid === uuid)) return;
    this.faults.forget((fault) => fault.uuid === uuid);
    this.raise(origin.module_id, origin.implementation_id, report);
  }

  #announceFault(action: "raise" | "clear", fault: Fault): void {
    const { module_id, implementation_id } = fault.origin;
    for (const receive of this.#implementation(module_id, implementation_id).faultSubscribers) receive(action, fault);
    this.emit(module_id, "error", {
      implementation: implementation_id,
      action,
      type: fault.type,
      sub_type: fault.sub_type,
      severity: fault.severity,
      message: fault.message,
    });
  }

  #module(id: string): LoadedModule {
    const module = this.#modules.get(id);
    if (module === undefined) throw new InternalError("no_such_module", `no module "${id}" in this station`);
    return module;
  }

  #implementation(moduleId: string, implementationId: string): Implementation {
    const implementation = this.#module(moduleId).implementations.get(implementationId);
    if (implementation === undefined) {
      throw new InternalError("no_such_implementation", `${moduleId} provides no "${implementationId}"`);
    }
    return implementation;
  }

  #firstTold(ask: (instance: ModuleInstance) => string | null): string | null {
    for (const { plan, instance } of this.#modules.values()) {
      const told = ask(instance);
      if (told !== null) return `${plan.id}: ${told}`;
    }
    return null;
  }

  #create(module: LoadedModule): void {
    module.instance = module.create(this.#context(module) as ModuleContext);
  }

  #context(module: LoadedModule): ModuleContext<Manifest> {
    const { plan, life } = module;
    const deaf = this.#options.deaf === true;
    const linesOf = (): Lines => this.#linesBelow(plan);
    const serialPortsOf = (): SerialPorts => this.#serialPortsBelow(plan, life);
    const i2cBusesOf = (): I2cBuses => this.#i2cBusesBelow(plan, life);
    const provided = <P extends PortDescription>(implementation: Implementation): Provided<P> => ({
      publish: (name, value): void => {
        if (!deaf) this.#publish(implementation, name, value);
      },
      raise: (report): void => {
        this.raise(plan.id, implementation.id, report);
      },
      clear: (type, subType): void => {
        this.clear(plan.id, implementation.id, type, subType);
      },
      subscribeErrors: (receive): void => {
        implementation.faultSubscribers.push(whileAlive(life, receive));
      },
      isActive: (type, subType) => this.faults.isActive(plan.id, implementation.id, type, subType),
    });
    return {
      moduleId: plan.id,
      config: plan.config as never,
      implementationConfig: (implementationId: string) => (plan.implementations[implementationId] ?? {}) as never,
      evse: plan.evse,
      clock: this.#clockOf(life),
      random: this.#options.random(life.number === 1 ? plan.id : `${plan.id}#${life.number}`),
      log: this.#options.log(plan.id),
      files: this.#filesOf(life),
      keepsSessionLogs: this.#options.keepsSessionLogs === true,
      get lines(): Lines {
        return linesOf();
      },
      get serialPorts(): SerialPorts {
        return serialPortsOf();
      },
      get i2cBuses(): I2cBuses {
        return i2cBusesOf();
      },
      network: this.#networkOf(life),
      programs: this.#programsOf(life),
      provide: (implementationId: string, handlers: CommandHandlers<PortDescription>) => {
        const implementation = this.#implementation(plan.id, implementationId);
        implementation.handlers = handlers;
        return provided(implementation) as never;
      },
      require: (requirementId: string) =>
        (plan.connections[requirementId] ?? []).map((target) => this.#connection(target, life, deaf)) as never,
      machine: <S, E, F>(
        name: string,
        machine: Machine<S, E, F>,
        initial: S,
        perform: (effect: F) => void,
      ): Mailbox<S, E> => this.queue.register(`${plan.id}/${name}`, machine, initial, perform),
      onFault: (receive): void => {
        if (module.manifest.hearsAllFaults !== true) {
          throw new InternalError(
            "hears_no_faults",
            `${plan.type} listens to all errors; its manifest does not say so`,
          );
        }
        const hear = whileAlive(life, receive);
        this.faults.listen((action, fault) => hear(action, fault, this.#module(fault.origin.module_id).plan));
      },
      emit: (kind, fields) => this.emit(plan.id, kind, fields),
      turn: (run) => this.clock.turn(whileAlive(life, run)),
      afterQueue: (run): void => {
        if (!deaf) this.queue.after(whileAlive(life, run));
      },
    };
  }

  #linesBelow({ id, below }: ModulePlan): Lines {
    const lines = below === undefined ? this.#options.lines : this.instance(below)?.lines;
    if (lines === undefined) throw new InternalError("no_lines", `${id} has no lines below it`);
    return lines;
  }

  #serialPortsBelow({ id, below }: ModulePlan, life: Life): SerialPorts {
    const ports = below === undefined ? this.#options.serialPorts : this.instance(below)?.serialPorts;
    if (ports === undefined) throw new InternalError("no_serial_ports", `${id} has no serial lines below it`);
    const inTurn = this.#inTurn(life);
    return {
      open: (path, settings, listener) =>
        ports.open(path, settings, {
          opened: inTurn(() => listener.opened()),
          received: inTurn<Parameters<ByteStreamListener["received"]>>((bytes) => listener.received(bytes)),
          closed: inTurn<Parameters<ByteStreamListener["closed"]>>((why) => listener.closed(why)),
        }),
    };
  }

  #i2cBusesBelow({ id, below }: ModulePlan, life: Life): I2cBuses {
    const buses = below === undefined ? this.#options.i2cBuses : this.instance(below)?.i2cBuses;
    if (buses === undefined) throw new InternalError("no_i2c_buses", `${id} has no I2C buses below it`);
    const inTurn = this.#inTurn(life);
    return {
      open(number) {
        const bus = buses.open(number);
        return {
          read: (address, register, count, done) => bus.read(address, register, count, inTurn(done)),
          write: (address, register, bytes, done) => bus.write(address, register, bytes, inTurn(done)),
          close: () => bus.close(),
        };
      },
    };
  }

  /** Wherever the operating system calls back from, it is a turn of its own. */
  #inTurn(life: Life) {
    return <A extends readonly unknown[]>(run: (...args: A) => void) =>
      (...args: A): void =>
        this.clock.turn(whileAlive(life, () => run(...args)));
  }

  #programsOf(life: Life): Programs {
    const { programs } = this.#options;
    const inTurn = this.#inTurn(life);
    if (programs === undefined) return this.#withoutPrograms(life);
    return {
      run: (program, args, { printed, ended }) =>
        programs.run(program, args, {
          ...(printed !== undefined && { printed: inTurn(printed) }),
          ended: inTurn(ended),
        }),
      endDaemon: () => programs.endDaemon(),
    };
  }

  /** Whatever is run has failed, in a turn of its own. */
  #withoutPrograms(life: Life): Programs {
    const clock = this.#clockOf(life);
    return {
      run: (program, _args, { ended }) => {
        const outcome = { code: null, output: `${program}: a simulation has no programs` };
        clock.schedule("programs", clock.nowMs(), () => ended(outcome));
        return { stop() {} };
      },
      endDaemon() {},
    };
  }

  #networkOf(life: Life): Network {
    const { network = noNetwork } = this.#options;
    const inTurn = this.#inTurn(life);
    return {
      serveWebsockets: (settings, listener) =>
        network.serveWebsockets(settings, {
          connected: inTurn(listener.connected),
          received: inTurn(listener.received),
          disconnected: inTurn(listener.disconnected),
          listening: inTurn(listener.listening),
          failing: inTurn(listener.failing),
        }),
    };
  }

  #clockOf(life: Life): Clock {
    const { clock } = this;
    return {
      nowMs: () => clock.nowMs(),
      wallTimeMs: (atMs) => clock.wallTimeMs(atMs),
      schedule: (name, atMs, run) => clock.schedule(name, atMs, whileAlive(life, run)),
    };
  }

  #filesOf(life: Life): Files {
    const files = this.#files;
    /** Wherever the disk calls back from, it is a turn of its own. */
    const inTurn =
      (done: (error?: Error) => void) =>
      (error?: Error): void => {
        const tell = whileAlive(life, () => done(error));
        this.clock.schedule("files", this.clock.nowMs(), tell);
      };
    return {
      read: (path) => files.read(path),
      readInput: (path) => files.readInput(path),
      write: (path, text, done) => files.write(path, text, inTurn(done)),
      rename: (from, to, done) => files.rename(from, to, inTurn(done)),
    };
  }

  #connection(
    target: { moduleId: string; implementationId: string },
    life: Life,
    deaf: boolean,
  ): Connection<PortDescription> {
    const implementation = this.#implementation(target.moduleId, target.implementationId);
    return {
      moduleId: target.moduleId,
      implementationId: target.implementationId,
      evse: this.#module(target.moduleId).plan.evse,
      call: (name, args, reply): void => {
        if (deaf) return;
        const answered = reply === undefined ? unheard : whileAlive(life, reply as (result: unknown) => void);
        this.#call(implementation, name, args, answered);
      },
      subscribe: (name, receive): void => {
        const known = implementation.subscribers.get(name);
        const heard = whileAlive(life, receive);
        if (known === undefined) implementation.subscribers.set(name, [heard]);
        else known.push(heard);
      },
      subscribeErrors: (receive): void => {
        implementation.faultSubscribers.push(whileAlive(life, receive));
      },
    };
  }
}
