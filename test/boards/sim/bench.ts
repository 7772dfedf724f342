/** A board, a vehicle and a station side that only listens and commands, on the real runtime and the virtual clock. */
import * as v from "valibot";
import type { Car } from "../../../boards/sim/ev-manager/car.ts";
import { create as createVehicle } from "../../../boards/sim/ev-manager/driver.ts";
import { manifest as vehicleManifest } from "../../../boards/sim/ev-manager/manifest.ts";
import { create as createBoard } from "../../../boards/sim/yeti-simulator/driver.ts";
import { manifest as boardManifest } from "../../../boards/sim/yeti-simulator/manifest.ts";
import { acRcd } from "../../../hal/ac-rcd.ts";
import { evManager } from "../../../hal/car-simulator.ts";
import { evBoardSupport } from "../../../hal/ev-board-support.ts";
import { evseBoardSupport } from "../../../hal/evse-board-support.ts";
import type { Log } from "../../../hal/log.ts";
import type { ConfigScalar, ConfigSchema, Manifest } from "../../../hal/manifest.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import type { ModuleFactory, ModuleInstance } from "../../../hal/module.ts";
import { powermeter } from "../../../hal/powermeter.ts";
import type { Powermeter } from "../../../src/core/powermeter.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import { Station } from "../../../src/runtime/station.ts";
import { VirtualClock } from "../../../src/runtime/virtual-clock.ts";

type Config = Readonly<Record<string, ConfigScalar>>;

const stationSide = defineManifest({
  type: "StationSide",
  description: "",
  config: {},
  provides: {},
  requires: {
    bsp: { port: evseBoardSupport },
    ev: { port: evBoardSupport },
    meter: { port: powermeter },
    rcd: { port: acRcd },
    vehicle: { port: evManager, min: 0 },
  },
});

function configured(schema: ConfigSchema, given: Config): Config {
  const defaults = Object.entries(schema).flatMap(([key, { default: value }]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return { ...Object.fromEntries(defaults), connector_id: 1, ...given };
}

export interface BenchOptions {
  readonly board?: Config;
  readonly vehicle?: Config;
  readonly seed?: number;
  /** Before the station is ready. */
  readonly script?: string;
}

export function bench(options: BenchOptions = {}) {
  const clock = new VirtualClock();
  const events: string[] = [];
  const faults: string[] = [];
  const logs: string[] = [];
  const meter: Powermeter[] = [];
  const measurements: number[] = [];
  const socs: unknown[] = [];
  const published: Record<string, unknown[]> = {};
  const note = (name: string) => (value: unknown) => {
    const known = published[name];
    if (known) known.push(value);
    else published[name] = [value];
  };
  const log = (moduleId: string): Log => {
    const line = (event: string) => void logs.push(`${moduleId} ${event}`);
    return { debug: line, info: line, warn: line, error: line };
  };
  const station = new Station({ clock, log, random: (stream) => seededRandom(options.seed ?? 1, stream) });
  const main: ModuleFactory<typeof stationSide> = (context) => {
    const [bsp] = context.require("bsp");
    const [rcd] = context.require("rcd");
    const [power] = context.require("meter");
    const [ev] = context.require("ev");
    const [vehicle] = context.require("vehicle");
    bsp?.subscribe("event", ({ event }) => events.push(`${clock.nowMs()} ${event}`));
    for (const name of ["capabilities", "ac_nr_of_phases_available", "ac_pp_ampacity", "telemetry"] as const) {
      bsp?.subscribe(name, note(name));
    }
    rcd?.subscribe("rcd_current_mA", note("rcd_current_mA"));
    power?.subscribe("public_key_ocmf", note("public_key_ocmf"));
    power?.subscribe("powermeter", (value) => meter.push(value));
    ev?.subscribe("bsp_measurement", ({ cp_pwm_duty_cycle }) => measurements.push(cp_pwm_duty_cycle));
    vehicle?.subscribe("ev_info", ({ soc }) => socs.push(soc));
    return {};
  };
  const plan = (id: string, manifest: Manifest, create: unknown, config: Config, connections: object) => ({
    plan: {
      id,
      type: manifest.type,
      config,
      implementations: {},
      connections: connections as Record<string, { moduleId: string; implementationId: string }[]>,
      evse: undefined,
    },
    manifest,
    create: create as ModuleFactory,
  });
  const of = (moduleId: string, implementationId: string) => [{ moduleId, implementationId }];
  station.make([
    plan("board", boardManifest, createBoard, configured(boardManifest.config, options.board ?? {}), {}),
    plan("vehicle", vehicleManifest, createVehicle, configured(vehicleManifest.config, options.vehicle ?? {}), {
      ev_board_support: of("board", "ev_board_support"),
    }),
    plan(
      "station",
      stationSide,
      main,
      {},
      {
        bsp: of("board", "board_support"),
        ev: of("board", "ev_board_support"),
        meter: of("board", "powermeter"),
        rcd: of("board", "rcd"),
        vehicle: of("vehicle", "ev_manager"),
      },
    ),
  ]);
  station.faults.listen((action, fault) => {
    faults.push(`${clock.nowMs()} ${action} ${fault.origin.implementation_id} ${fault.type}`);
  });
  const vehicle = station.instance("vehicle") as ModuleInstance & Car;
  if (options.script !== undefined) vehicle.run(options.script);
  station.ready();

  const command = (moduleId: string, implementationId: string, name: string, args: object): unknown => {
    let answer: unknown;
    clock.turn(() =>
      station.command(moduleId, implementationId, name, args, (result) => {
        answer = result;
      }),
    );
    return answer;
  };
  return {
    events,
    faults,
    logs,
    meter,
    measurements,
    socs,
    published,
    vehicle,
    run: (script: string) => clock.turn(() => vehicle.run(script)),
    /** Virtual milliseconds since the start. */
    until: (ms: number) => clock.runUntil(ms),
    nowMs: () => clock.nowMs(),
    bsp: (name: string, args: object = {}) => command("board", "board_support", name, args),
    permit: (allowed: boolean) =>
      command("board", "board_support", "allow_power_on", {
        value: { allow_power_on: allowed, reason: allowed ? "FullPowerCharging" : "PowerOff" },
      }),
    command,
    publish: (moduleId: string, implementationId: string, name: string, value: unknown) =>
      clock.turn(() => station.publish(moduleId, implementationId, name, value)),
    sim: (name: keyof typeof boardManifest.sim, args: object = {}) => {
      const run = station.instance("board")?.sim?.[name] as (args: unknown) => void;
      clock.turn(() => run(v.parse(boardManifest.sim[name].args, args)));
    },
    stop: (final: boolean) => station.stop(final),
  };
}
