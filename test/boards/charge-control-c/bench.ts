/** A driver between a station side that only commands and listens, and the world below, whose lines may be others. */
import { create as createDriver } from "../../../boards/charge-control-c/tarragon-driver/driver.ts";
import { manifest as driverManifest } from "../../../boards/charge-control-c/tarragon-driver/manifest.ts";
import { manifest as worldManifest } from "../../../boards/sim/charge-control-c/manifest.ts";
import { create as createWorld } from "../../../boards/sim/charge-control-c/world.ts";
import { evseBoardSupport } from "../../../hal/evse-board-support.ts";
import type { Lines } from "../../../hal/lines.ts";
import type { Log } from "../../../hal/log.ts";
import type { ConfigScalar, Manifest } from "../../../hal/manifest.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import { Station } from "../../../src/runtime/station.ts";
import { VirtualClock } from "../../../src/runtime/virtual-clock.ts";

const stationSide = defineManifest({
  type: "StationSide",
  description: "",
  config: {},
  provides: {},
  requires: { bsp: { port: evseBoardSupport } },
});

/** What the driver gets instead of the lines of the world. */
export type Between = (lines: Lines) => Lines;

export function bench(given: Readonly<Record<string, ConfigScalar>> = {}, between: Between = (lines) => lines) {
  const clock = new VirtualClock();
  const events: string[] = [];
  const faults: string[] = [];
  const published: Record<string, unknown[]> = {};
  const quiet = (): void => {};
  const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const station = new Station({ clock, log: () => log, random: (stream) => seededRandom(1, stream) });
  station.faults.listen((action, { type, sub_type }) =>
    faults.push(`${clock.nowMs()} ${action} ${type.split("/")[1]} ${sub_type}`.trimEnd()),
  );
  const side: ModuleFactory<typeof stationSide> = (context) => {
    const [bsp] = context.require("bsp");
    bsp?.subscribe("event", ({ event }) => events.push(`${clock.nowMs()} ${event}`));
    for (const name of ["capabilities", "ac_pp_ampacity"] as const) {
      bsp?.subscribe(name, (value) => {
        published[name] = [...(published[name] ?? []), value];
      });
    }
    return {};
  };
  const world: ModuleFactory<typeof worldManifest> = (context) => {
    const instance = createWorld(context);
    // As if nothing ever were busy elsewhere: instants are exact.
    const { threadDelayMs: _, ...lines } = instance.lines as Lines;
    return { ...instance, lines: between(lines) };
  };
  const defaults = Object.entries(worldManifest.config).map(([key, { default: value }]) => [key, value] as const);
  const config = { ...Object.fromEntries(defaults), contactor_1_feedback_type: "no", ...given };
  const plan = (id: string, manifest: Manifest, create: unknown, more: object = {}) => ({
    plan: { id, type: manifest.type, config, implementations: {}, connections: {}, evse: undefined, ...more },
    manifest,
    create: create as ModuleFactory,
  });
  station.make([
    plan("bsp", driverManifest, createDriver, { below: "world" }),
    plan("side", stationSide, side, {
      connections: { bsp: [{ moduleId: "bsp", implementationId: "evse_board_support" }] },
    }),
    plan("world", worldManifest, world),
  ]);
  const call = (module: string, implementation: string, name: string, args: object): void =>
    clock.turn(() => station.command(module, implementation, name, args, () => {}));
  return {
    events,
    faults,
    published,
    station,
    now: () => clock.nowMs(),
    stall: (forMs: number) => clock.stall(forMs),
    ready: () => station.ready(),
    until: (atMs: number) => clock.runUntil(atMs),
    bsp: (name: string, args: object = {}) => call("bsp", "evse_board_support", name, args),
    permit: (allow: boolean) =>
      call("bsp", "evse_board_support", "allow_power_on", {
        value: { allow_power_on: allow, reason: allow ? "FullPowerCharging" : "PowerOff" },
      }),
    car: (cp_state: string) => call("world", "ev_board_support", "set_cp_state", { cp_state }),
    plugIn: () => call("world", "ev_board_support", "enable", { value: true }),
    sim: (name: string, args: object) => {
      clock.turn(() => (station.sim("bsp")?.[name] as ((args: object) => void) | undefined)?.(args));
    },
    stop: (final: boolean) => station.stop(final),
  };
}

export type Bench = ReturnType<typeof bench>;

/** A vehicle in C with 26.67 %, permitted; the contactor closes at 10 s. */
export function charging(world: Bench): Bench {
  world.ready();
  world.bsp("enable", { value: true });
  world.bsp("cp_state_X1");
  world.until(1000);
  world.plugIn();
  world.car("B");
  world.until(2000);
  world.bsp("pwm_on", { value: 26.67 });
  world.until(3000);
  world.car("C");
  world.until(3100);
  world.permit(true);
  world.until(11_000);
  return world;
}
