import type { Files } from "../../../hal/files.ts";
import type { Manifest } from "../../../hal/manifest.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import type { ModulePlan } from "../../../src/runtime/station.ts";
import { Station } from "../../../src/runtime/station.ts";
import { VirtualClock } from "../../../src/runtime/virtual-clock.ts";

export interface BenchModule {
  readonly id: string;
  readonly manifest: Manifest;
  readonly create: unknown;
  readonly config?: object;
  readonly implementations?: Readonly<Record<string, object>>;
  readonly connections?: ModulePlan["connections"];
}

/** Modules on a virtual clock over given files, and what they logged as warnings and errors. */
export class StoreBench {
  readonly clock = new VirtualClock();
  readonly logged: string[] = [];
  readonly station: Station;

  constructor(files: Files, modules: readonly BenchModule[]) {
    const log = (event: string): void => {
      this.logged.push(event);
    };
    this.station = new Station({
      clock: this.clock,
      log: () => ({ debug() {}, info() {}, warn: log, error: log }),
      random: (stream) => seededRandom(1, stream),
      files,
    });
    this.station.make(
      modules.map(({ id, manifest, create, config = {}, implementations = {}, connections = {} }) => ({
        plan: { id, type: manifest.type, config, implementations, connections, evse: undefined },
        manifest,
        create: create as ModuleFactory,
      })),
    );
    this.station.ready();
    this.until(0);
  }

  until(seconds: number): this {
    this.clock.runUntil(seconds * 1000);
    return this;
  }

  /** The answers so far, as they stand now and as later ones come in. */
  ask(module: string, name: string, args: object = {}, implementation = "main"): unknown[] {
    const answers: unknown[] = [];
    this.clock.turn(() => this.station.command(module, implementation, name, args, (answer) => answers.push(answer)));
    return answers;
  }

  /** The answer, everything of this instant done. */
  answer(module: string, name: string, args: object = {}, implementation = "main"): unknown {
    const answers = this.ask(module, name, args, implementation);
    this.clock.runUntil(this.clock.nowMs());
    return answers[0];
  }
}
