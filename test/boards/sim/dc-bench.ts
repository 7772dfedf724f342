/** Simulated modules of the DC side on the real runtime and the virtual clock, wired as a test says. */
import * as v from "valibot";
import type { Log } from "../../../hal/log.ts";
import type { ConfigScalar, ConfigSchema, Manifest } from "../../../hal/manifest.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import { Station } from "../../../src/runtime/station.ts";
import { VirtualClock } from "../../../src/runtime/virtual-clock.ts";

type Config = Readonly<Record<string, ConfigScalar>>;

export interface Part {
  readonly manifest: Manifest;
  readonly create: unknown;
  readonly config?: Config;
  /** By implementation. */
  readonly implementations?: Readonly<Record<string, Config>>;
  /** Requirement to `module/implementation`. */
  readonly wires?: Readonly<Record<string, string>>;
}

const configured = (schema: ConfigSchema | undefined, given: Config = {}): Config => ({
  ...Object.fromEntries(
    Object.entries(schema ?? {}).flatMap(([key, { default: value }]) => (value === undefined ? [] : [[key, value]])),
  ),
  ...given,
});

export function dcBench(parts: Readonly<Record<string, Part>>) {
  const clock = new VirtualClock();
  const line = (): void => undefined;
  const log: Log = { debug: line, info: line, warn: line, error: line };
  const station = new Station({ clock, log: () => log, random: (stream) => seededRandom(1, stream) });
  const faults: string[] = [];
  const lines: { readonly kind: string; readonly [field: string]: unknown }[] = [];
  station.make(
    Object.entries(parts).map(([id, { manifest, create, config, implementations, wires }]) => ({
      plan: {
        id,
        type: manifest.type,
        config: configured(manifest.config, config),
        implementations: Object.fromEntries(
          Object.entries(manifest.provides).map(([name, provision]) => [
            name,
            configured(provision.config, implementations?.[name]),
          ]),
        ),
        connections: Object.fromEntries(
          Object.entries(wires ?? {}).map(([requirement, target]) => {
            const [moduleId = "", implementationId = ""] = target.split("/");
            return [requirement, [{ moduleId, implementationId }]];
          }),
        ),
        evse: undefined,
      },
      manifest,
      create: create as ModuleFactory,
    })),
  );
  station.faults.listen((action, fault) => {
    faults.push(`${clock.nowMs()} ${action} ${fault.type.split("/")[1]} ${fault.severity}`);
  });
  station.onLine(({ kind, fields }) => lines.push({ kind, ...fields }));
  return {
    clock,
    station,
    faults,
    lines,
    ready: () => station.ready(),
    /** Virtual milliseconds since the start. */
    until: (ms: number) => clock.runUntil(ms),
    command(target: string, name: string, args: object = {}): unknown {
      const [moduleId = "", implementationId = ""] = target.split("/");
      let answer: unknown;
      clock.turn(() =>
        station.command(moduleId, implementationId, name, args, (result) => {
          answer = result;
        }),
      );
      return answer;
    },
    /** What is published from now on, as `[ms, value]`. */
    heard<T>(target: string, name: string): [number, T][] {
      const [moduleId = "", implementationId = ""] = target.split("/");
      const values: [number, T][] = [];
      station.subscribe(moduleId, implementationId, name, (value) => values.push([clock.nowMs(), value as T]));
      return values;
    },
    publish(target: string, name: string, value: unknown): void {
      const [moduleId = "", implementationId = ""] = target.split("/");
      clock.turn(() => station.publish(moduleId, implementationId, name, value));
    },
    sim(moduleId: string, name: string, args: object = {}): void {
      const schema = parts[moduleId]?.manifest.sim?.[name]?.args;
      const run = station.instance(moduleId)?.sim?.[name] as ((args: unknown) => void) | undefined;
      if (schema === undefined || run === undefined) throw new Error(`${moduleId} has no ${name}`);
      clock.turn(() => run(v.parse(schema, args)));
    },
  };
}
