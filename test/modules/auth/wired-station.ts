import { energy } from "../../../hal/energy.ts";
import { evseManager } from "../../../hal/evse-manager.ts";
import type { Manifest } from "../../../hal/manifest.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import type { PortDescription } from "../../../hal/port.ts";
import type { EventLine } from "../../../src/runtime/event-line.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import type { ModulePlan } from "../../../src/runtime/station.ts";
import { Station } from "../../../src/runtime/station.ts";
import { VirtualClock } from "../../../src/runtime/virtual-clock.ts";

const standIn = defineManifest({
  type: "StandIn",
  description: "An EVSE that answers nothing and remembers what it was told.",
  config: {},
  provides: {
    evse: { port: evseManager, description: "" },
    energy_grid: { port: energy, description: "" },
  },
  requires: {},
});

interface Made {
  readonly plan: ModulePlan;
  readonly manifest: Manifest;
  readonly create: ModuleFactory;
}

interface Placing {
  readonly config?: object;
  readonly implementations?: Record<string, object>;
  /** Requirement -> `module/implementation`. */
  readonly connections?: Record<string, readonly string[]>;
}

/** A station of real modules and of EVSEs that only remember, on a virtual clock. */
export class WiredStation {
  readonly clock = new VirtualClock();
  readonly station: Station;
  /** What the EVSEs were told: `seconds module command`, with the arguments. */
  readonly told: { readonly t: number; readonly module: string; readonly name: string; readonly args: object }[] = [];
  readonly lines: EventLine[] = [];
  /** The names of warnings and errors in the log. */
  readonly warnings: string[] = [];
  readonly #modules: Made[] = [];

  constructor() {
    const silent = (): void => {};
    this.station = new Station({
      clock: this.clock,
      log: () => ({
        debug: silent,
        info: silent,
        error: (event) => this.warnings.push(event),
        warn: (event) => this.warnings.push(event),
      }),
      random: (stream) => seededRandom(1, stream),
    });
    this.station.onLine((line) => this.lines.push(line));
  }

  add(id: string, manifest: Manifest, create: unknown, placing: Placing = {}): this {
    const defaults = (schema: Manifest["config"] = {}): object =>
      Object.fromEntries(Object.entries(schema).map(([key, { default: value }]) => [key, value]));
    const implementations = Object.fromEntries(
      Object.entries(manifest.provides).map(([name, { config }]) => [
        name,
        { ...defaults(config), ...placing.implementations?.[name] },
      ]),
    );
    const connections = Object.fromEntries(
      Object.entries(placing.connections ?? {}).map(([name, targets]) => [
        name,
        targets.map((target) => {
          const [moduleId = "", implementationId = ""] = target.split("/");
          return { moduleId, implementationId };
        }),
      ]),
    );
    const config = { ...defaults(manifest.config), ...placing.config };
    const plan: ModulePlan = { id, type: manifest.type, config, implementations, connections, evse: undefined };
    this.#modules.push({ plan, manifest, create: create as ModuleFactory });
    return this;
  }

  addEvse(id: string): this {
    const create: ModuleFactory<typeof standIn> = (context) => {
      const remembering = (port: PortDescription): never =>
        Object.fromEntries(
          Object.keys(port.commands).map((name) => [
            name,
            (args: object): void => {
              // Asked at the start of every run; nothing depends on the answer.
              if (name === "get_evse") return;
              this.told.push({ t: this.clock.nowMs() / 1000, module: id, name, args });
            },
          ]),
        ) as never;
      context.provide("evse", remembering(evseManager));
      context.provide("energy_grid", remembering(energy));
      return {};
    };
    return this.add(id, standIn, create);
  }

  start(): this {
    this.station.make(this.#modules);
    this.station.ready();
    return this;
  }

  at(seconds: number, run: () => void): this {
    this.clock.runUntil(seconds * 1000);
    this.clock.turn(run);
    return this;
  }

  until(seconds: number): this {
    this.clock.runUntil(seconds * 1000);
    return this;
  }

  publish(target: string, variable: string, value: unknown): void {
    const [moduleId = "", implementationId = ""] = target.split("/");
    this.station.publish(moduleId, implementationId, variable, value);
  }

  command(target: string, name: string, args: object): unknown[] {
    const [moduleId = "", implementationId = ""] = target.split("/");
    const answers: unknown[] = [];
    this.clock.turn(() =>
      this.station.command(moduleId, implementationId, name, args, (result) => answers.push(result)),
    );
    return answers;
  }
}
