import type { Car } from "../../boards/sim/ev-manager/car.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Files } from "../../hal/files.ts";
import type { I2cBuses } from "../../hal/i2c-buses.ts";
import type { Lines } from "../../hal/lines.ts";
import type { Log } from "../../hal/log.ts";
import type { ConfigSchema, Manifest } from "../../hal/manifest.ts";
import type { ModuleFactory, ModuleInstance } from "../../hal/module.ts";
import type { Network } from "../../hal/network.ts";
import type { Programs } from "../../hal/programs.ts";
import type { Random } from "../../hal/random.ts";
import type { SerialPorts } from "../../hal/serial-ports.ts";
import type { Configuration } from "../config/configuration.ts";
import { UsageError } from "../core/errors.ts";
import type { ModulePlan } from "../runtime/station.ts";
import { Station } from "../runtime/station.ts";
import type { StationClock } from "../runtime/station-clock.ts";
import {
  hasOwnWorld,
  isOnlySimulated,
  loadFactories,
  loadManifests,
  loadWorldManifest,
  machineUseOf,
  worldBelow,
} from "./catalogue.ts";
import type { Plan } from "./simulated-wires.ts";
import { circuitType, simulatedWires, vehicleEnd } from "./simulated-wires.ts";

/** The machine the daemon runs on. */
export interface Machine {
  readonly lines?: Lines;
  readonly serialPorts?: SerialPorts;
  readonly i2cBuses?: I2cBuses;
}

export interface ComposeOptions {
  readonly clock: StationClock;
  readonly log: (moduleId: string) => Log;
  readonly random: (stream: string) => Random;
  /** Where modules keep files; in memory when absent. */
  readonly files?: Files;
  /** Where programs from outside connect; nowhere when absent. */
  readonly network?: Network;
  /** What the operating system is asked by; nothing when absent. */
  readonly programs?: Programs;
  /** A simulated world: boards without a vehicle get one. */
  readonly simulate: boolean;
  /** What drivers get in the place of simulated lines; those lines themselves when absent. */
  readonly between?: (simulated: Lines, clock: Clock) => Lines;
  /** What drivers get in the place of the lines of this machine. */
  readonly machine?: Machine;
  /** Machines only, for a replay. */
  readonly deaf?: boolean;
  /** Logs of sessions are kept where that is configured. */
  readonly keepsSessionLogs?: boolean;
}

export interface Composed {
  readonly station: Station;
  /** The simulated vehicles by connector number. */
  readonly cars: ReadonlyMap<number, Car>;
}

/** Makes the station a configuration describes: every module created and wired, none of them ready yet. */
export async function compose(configuration: Configuration, options: ComposeOptions): Promise<Composed> {
  const plans: Plan[] = configuration.modules.map((module) => ({
    id: module.id,
    type: module.type,
    config: module.config,
    implementations: module.implementationConfig,
    connections: module.connections,
    evse: module.mapping?.evse,
    connector: module.mapping?.connector,
  }));
  if (!options.simulate && options.deaf !== true) refuseOnlySimulated(plans);
  const types = [...new Set(plans.map((plan) => plan.type))];
  if (options.simulate) types.push(...implicitTypes.filter((type) => !types.includes(type)));
  const manifests = new Map(await loadManifests(types));
  const isReal = !options.simulate && options.deaf !== true;
  const machine = isReal ? (options.machine ?? (await machineBelow(plans))) : {};
  if (options.simulate) {
    for (const world of await worldsBelow(plans, manifests)) {
      if (!types.includes(world.type)) types.push(world.type);
      plans.push(world);
    }
    plans.push(...implicitCars(plans, manifests));
  }
  const { circuits } = simulatedWires(plans, manifests, (evse) => carsAt(plans, evse));
  if (circuits.length > 0) {
    types.push(circuitType);
    manifests.set(circuitType, await loadWorldManifest(circuitType));
    plans.push(...circuits);
  }
  const factories = await loadFactories(types);
  plans.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const station = new Station({ ...options, ...machine });
  station.make(
    plans.map((plan) => ({
      plan,
      manifest: manifests.get(plan.type) as Manifest,
      create: behind(options.between, factories.get(plan.type) as ModuleFactory),
    })),
  );
  return { station, cars: carsByConnector(station, plans) };
}

/** The same module; what it has of lines is met through `between`. */
function behind(between: ComposeOptions["between"], create: ModuleFactory): ModuleFactory {
  if (between === undefined) return create;
  return (context) => {
    const instance = create(context);
    return instance.lines === undefined ? instance : { ...instance, lines: between(instance.lines, context.clock) };
  };
}

/** What a board gets where the configuration names no vehicle for it. */
const implicitTypes = ["EvManager", "PyEvJosev"];

/** @throws UsageError for a module that there is no real one of yet. */
function refuseOnlySimulated(plans: readonly Plan[]): void {
  const found = plans.filter(({ type }) => isOnlySimulated(type));
  if (found.length === 0) return;
  const lines = found.map(({ id, type }) => `${id}: there is no ${type} but a simulated one; run it with --simulate`);
  throw new UsageError("only_simulated", lines.join("\n"));
}

/** What the modules use of this machine: the native packages it takes are loaded only then. */
async function machineBelow(plans: readonly Plan[]): Promise<Machine> {
  const uses = plans.map(({ type, config }) => machineUseOf(type, config));
  const needsLines = uses.some(({ lines }) => lines === "needed");
  const wantsLines = needsLines || uses.some(({ lines }) => lines === "wanted");
  return {
    ...(wantsLines ? { lines: await machineLines(needsLines) } : {}),
    ...(uses.some(({ serialPorts }) => serialPorts) ? { serialPorts: await machinePorts() } : {}),
    ...(uses.some(({ i2cBuses }) => i2cBuses === true) ? { i2cBuses: await machineBuses() } : {}),
  };
}

/** Where nobody needs them, whoever wants them is told what is missing when it opens one. */
async function machineLines(areNeeded: boolean): Promise<Lines> {
  const [{ linuxLines, kernelRoot }, { withNumberedLines }, { loadOnoff }, { lineThreads }] = await Promise.all([
    import("../../boards/linux/lines.ts"),
    import("../../boards/linux/numbered-lines.ts"),
    import("../../boards/linux/onoff.ts"),
    import("./line-threads.ts"),
  ]);
  const configure = await loadOnoff().catch((error: unknown) => {
    if (areNeeded) throw error;
    return (): never => {
      throw error;
    };
  });
  const lines = withNumberedLines(linuxLines({ configure }), { configure });
  return { ...lines, startThread: lineThreads(kernelRoot) };
}

/** @throws DeviceError when the package is missing. */
async function machineBuses(): Promise<I2cBuses> {
  const { loadI2cBuses } = await import("../../boards/linux/i2c-buses.ts");
  return loadI2cBuses();
}

/** Streams over the network need no package: whoever wants a serial line is told when it opens one that it is missing. */
async function machinePorts(): Promise<SerialPorts> {
  const [{ loadSerialPorts }, { withNetworkPorts }] = await Promise.all([
    import("../../boards/linux/serial-ports.ts"),
    import("../../boards/linux/network-ports.ts"),
  ]);
  const serialPorts = await loadSerialPorts().catch((error: unknown) => ({
    open: (): never => {
      throw error;
    },
  }));
  return withNetworkPorts(serialPorts);
}

/**
 * What lies below the drivers. Those of one board share the lines of one machine, so that they have one world, wired as they
 * are configured. A device on a line has a world of its own, connected to that of the line as its driver is to the hub.
 */
async function worldsBelow(plans: readonly Plan[], manifests: Map<string, Manifest>): Promise<Plan[]> {
  const made = new Map<string, Plan>();
  for (const plan of plans) {
    const type = worldBelow(plan.type);
    if (type === undefined) continue;
    const manifest = manifests.get(type) ?? (await loadWorldManifest(type));
    manifests.set(type, manifest);
    const isOwn = hasOwnWorld(plan.type);
    const key = isOwn ? plan.id : type;
    const known = made.get(key);
    const world: Plan = known ?? {
      id: `${plan.id}_world`,
      type,
      config: defaultsOf(manifest.config),
      implementations: {},
      connections: {},
      evse: undefined,
    };
    const { main } = plan.implementations;
    world.config = { ...world.config, ...plan.config, ...(isOwn ? main : {}) };
    plan.below = world.id;
    made.set(key, world);
  }
  for (const plan of plans) {
    const world = made.get(plan.id);
    if (world !== undefined) world.connections = connectionsBelow(plan, plans, manifests.get(world.type));
  }
  return [...made.values()];
}

/** The connections of a driver, each from its world to that of the module it is connected to. */
function connectionsBelow(
  plan: Plan,
  plans: readonly Plan[],
  manifest: Manifest | undefined,
): ModulePlan["connections"] {
  const mirrored = Object.keys(manifest?.requires ?? {}).map((requirement) => {
    const targets = (plan.connections[requirement] ?? []).flatMap(({ moduleId, implementationId }) => {
      const below = plans.find(({ id }) => id === moduleId)?.below;
      return below === undefined ? [] : [{ moduleId: below, implementationId }];
    });
    return [requirement, targets] as const;
  });
  return Object.fromEntries(mirrored);
}

/** The modules by which an EVSE may know a board: the board itself, or the driver above a simulated one. */
const isBoardOf = (plans: readonly ModulePlan[], evse: ModulePlan, boardId: string | undefined): boolean => {
  const bsp = plans.find(({ id }) => id === evse.connections.bsp?.[0]?.moduleId);
  return evse.type === "EvseManager" && bsp !== undefined && (bsp.below ?? bsp.id) === boardId;
};

/** The pilot circuit a vehicle is plugged in at: a module that provides `ev_board_support`. */
function circuitOf(manifest: Manifest | undefined): string | undefined {
  const provided = Object.entries(manifest?.provides ?? {});
  return provided.find(([, provision]) => provision.port.name === "ev_board_support")?.[0];
}

function implicitCars(plans: readonly ModulePlan[], manifests: ReadonlyMap<string, Manifest>): Plan[] {
  const taken = new Set(
    plans.flatMap((plan) => plan.connections.ev_board_support ?? []).map(({ moduleId }) => moduleId),
  );
  return plans.flatMap((board) => {
    const implementationId = circuitOf(manifests.get(board.type));
    if (implementationId === undefined || taken.has(board.id)) return [];
    const evse = plans.find((plan) => isBoardOf(plans, plan, board.id));
    const connectorId = connectorOf(evse ?? board);
    const id = `ev_${connectorId}`;
    const stack = evse && implicitStack(`${id}_iso15118`, evse, plans, manifests);
    const car = implicitPlan(
      id,
      "EvManager",
      manifests,
      { connector_id: connectorId },
      {
        ev_board_support: [{ moduleId: board.id, implementationId }],
        ...(evse === undefined ? {} : slacEnd(evse, plans, manifests)),
        ...(stack === undefined ? {} : { ev: [{ moduleId: stack.id, implementationId: "ev" }] }),
      },
    );
    return stack === undefined ? [car] : [car, stack];
  });
}

/** A vehicle at an EVSE with simulated high-level communication speaks it too. */
function implicitStack(
  id: string,
  evse: ModulePlan,
  plans: readonly ModulePlan[],
  manifests: ReadonlyMap<string, Manifest>,
): Plan | undefined {
  const charger = plans.find((plan) => plan.id === evse.connections.hlc?.[0]?.moduleId);
  if (charger === undefined || manifests.get(charger.type)?.provides.power_line === undefined) return undefined;
  const speaks = { supported_DIN70121: true, supported_ISO15118_2: true };
  return implicitPlan(id, "PyEvJosev", manifests, speaks, {});
}

function slacEnd(
  evse: ModulePlan,
  plans: readonly ModulePlan[],
  manifests: ReadonlyMap<string, Manifest>,
): ModulePlan["connections"] {
  const line = plans.find((plan) => plan.id === evse.connections.slac?.[0]?.moduleId);
  const implementationId = line && vehicleEnd(manifests.get(line.type));
  return line === undefined || implementationId === undefined
    ? {}
    : { slac: [{ moduleId: line.id, implementationId }] };
}

function implicitPlan(
  id: string,
  type: string,
  manifests: ReadonlyMap<string, Manifest>,
  config: object,
  connections: ModulePlan["connections"],
): Plan {
  const defaults = defaultsOf(manifests.get(type)?.config ?? {});
  return { id, type, config: { ...defaults, ...config }, implementations: {}, connections, evse: undefined };
}

const carsAt = (plans: readonly Plan[], evse: Plan): Plan[] =>
  plans.filter(
    (plan) => plan.type === "EvManager" && isBoardOf(plans, evse, plan.connections.ev_board_support?.[0]?.moduleId),
  );

function connectorOf(plan: ModulePlan): number {
  const { connector_id } = plan.config as { readonly connector_id?: number };
  return connector_id ?? 1;
}

function defaultsOf(schema: ConfigSchema): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).map(([key, { default: value }]) => [key, value]));
}

/** A vehicle belongs to the connector whose EvseManager drives the board it is plugged in at. */
function carsByConnector(station: Station, plans: readonly ModulePlan[]): Map<number, Car> {
  const cars = new Map<number, Car>();
  for (const plan of plans) {
    if (plan.type !== "EvManager") continue;
    const board = plan.connections.ev_board_support?.[0]?.moduleId;
    const evse = plans.find((other) => isBoardOf(plans, other, board));
    const connectorId = connectorOf(evse ?? plan);
    const car = station.instance(plan.id);
    if (isCar(car) && !cars.has(connectorId)) cars.set(connectorId, car);
  }
  return cars;
}

function isCar(instance: ModuleInstance | undefined): instance is ModuleInstance & Car {
  return instance !== undefined && "scriptRunning" in instance;
}
