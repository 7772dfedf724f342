import type { Manifest } from "../../hal/manifest.ts";
import type { ModuleFactory } from "../../hal/module.ts";

interface CatalogueEntry {
  readonly manifest: () => Promise<{ readonly manifest: Manifest }>;
  readonly module: () => Promise<{ readonly create: unknown }>;
  /** Part of the simulated world: it outlives a daemon that is killed. */
  readonly isWorld?: true;
  /** There is no real one: a run without a simulation refuses it. */
  readonly isOnlySimulated?: true;
  /** The module uses the hardware of the machine; in a simulation this world takes its place. */
  readonly world?: string;
  /** What is below one module of this type is no matter of another one: each has a world of its own. */
  readonly hasOwnWorld?: true;
  /** Which of the machine's hardware a module with this configuration uses; all lines where absent and there is a world. */
  readonly uses?: (config: object) => MachineUse;
}

export interface MachineUse {
  readonly lines: "needed" | "wanted" | "unused";
  readonly serialPorts: boolean;
  readonly i2cBuses?: true;
}

/** A device that its hub speaks to needs nothing of the machine itself. */
const onItsHub = (): MachineUse => ({ lines: "unused", serialPorts: false });

/** Every module type, loaded only where a configuration names it. */
const catalogue = new Map<string, CatalogueEntry>([
  [
    "AcTemperatureDerating",
    {
      manifest: () => import("../modules/ac-temperature-derating/manifest.ts"),
      module: () => import("../modules/ac-temperature-derating/module.ts"),
    },
  ],
  [
    "Auth",
    {
      manifest: () => import("../modules/auth/manifest.ts"),
      module: () => import("../modules/auth/module.ts"),
    },
  ],
  [
    "Bender_isoCHA425HV",
    {
      manifest: () => import("../../boards/modbus/bender-isocha425hv/manifest.ts"),
      module: () => import("../../boards/modbus/bender-isocha425hv/driver.ts"),
      world: "BenderWorld",
      hasOwnWorld: true,
      uses: onItsHub,
    },
  ],
  [
    "CarloGavazzi_EM580",
    {
      manifest: () => import("../../boards/modbus/carlo-gavazzi-em580/manifest.ts"),
      module: () => import("../../boards/modbus/carlo-gavazzi-em580/driver.ts"),
      world: "Em580World",
      hasOwnWorld: true,
      uses: onItsHub,
    },
  ],
  [
    "CbSystem",
    {
      manifest: () => import("../modules/cb-system/manifest.ts"),
      module: () => import("../modules/cb-system/module.ts"),
    },
  ],
  [
    "CbTarragonDIs",
    {
      manifest: () => import("../../boards/charge-control-c/digital-inputs/manifest.ts"),
      module: () => import("../../boards/charge-control-c/digital-inputs/driver.ts"),
      world: "ChargeControlCWorld",
    },
  ],
  [
    "CbTarragonDriver",
    {
      manifest: () => import("../../boards/charge-control-c/tarragon-driver/manifest.ts"),
      module: () => import("../../boards/charge-control-c/tarragon-driver/driver.ts"),
      world: "ChargeControlCWorld",
    },
  ],
  [
    "CbTarragonPlugLock",
    {
      manifest: () => import("../../boards/charge-control-c/plug-lock/manifest.ts"),
      module: () => import("../../boards/charge-control-c/plug-lock/driver.ts"),
      world: "ChargeControlCWorld",
    },
  ],
  [
    "ChargerInfo",
    {
      manifest: () => import("../modules/charger-info/manifest.ts"),
      module: () => import("../modules/charger-info/module.ts"),
    },
  ],
  [
    "DCSupplySimulator",
    {
      manifest: () => import("../../boards/sim/dc-supply-simulator/manifest.ts"),
      module: () => import("../../boards/sim/dc-supply-simulator/module.ts"),
      isWorld: true,
    },
  ],
  [
    "DoldRN5893",
    {
      manifest: () => import("../../boards/modbus/dold-rn5893/manifest.ts"),
      module: () => import("../../boards/modbus/dold-rn5893/driver.ts"),
      world: "DoldWorld",
      hasOwnWorld: true,
      uses: onItsHub,
    },
  ],
  [
    "DummyTokenProvider",
    {
      manifest: () => import("../modules/dummy-token-provider/manifest.ts"),
      module: () => import("../modules/dummy-token-provider/module.ts"),
    },
  ],
  [
    "DummyTokenProviderManual",
    {
      manifest: () => import("../modules/dummy-token-provider-manual/manifest.ts"),
      module: () => import("../modules/dummy-token-provider-manual/module.ts"),
    },
  ],
  [
    "DummyTokenValidator",
    {
      manifest: () => import("../modules/dummy-token-validator/manifest.ts"),
      module: () => import("../modules/dummy-token-validator/module.ts"),
    },
  ],
  [
    "EnergyManager",
    {
      manifest: () => import("../modules/energy-manager/manifest.ts"),
      module: () => import("../modules/energy-manager/module.ts"),
    },
  ],
  [
    "EnergyNode",
    {
      manifest: () => import("../modules/energy-node/manifest.ts"),
      module: () => import("../modules/energy-node/module.ts"),
    },
  ],
  [
    "ErrorHistory",
    {
      manifest: () => import("../modules/error-history/manifest.ts"),
      module: () => import("../modules/error-history/module.ts"),
    },
  ],
  [
    "EvManager",
    {
      manifest: () => import("../../boards/sim/ev-manager/manifest.ts"),
      module: () => import("../../boards/sim/ev-manager/driver.ts"),
      isWorld: true,
    },
  ],
  [
    "EvSlac",
    {
      manifest: () => import("../../boards/sim/ev-slac/manifest.ts"),
      module: () => import("../../boards/sim/ev-slac/module.ts"),
      isWorld: true,
      isOnlySimulated: true,
    },
  ],
  [
    "Evse15118D20",
    {
      manifest: () => import("../../boards/sim/evse-15118-d20/manifest.ts"),
      module: () => import("../../boards/sim/evse-15118-d20/module.ts"),
      isOnlySimulated: true,
    },
  ],
  [
    "EvseManager",
    {
      manifest: () => import("../modules/evse-manager/manifest.ts"),
      module: () => import("../modules/evse-manager/module.ts"),
    },
  ],
  [
    "EvseSlac",
    {
      manifest: () => import("../../boards/sim/evse-slac/manifest.ts"),
      module: () => import("../../boards/sim/evse-slac/module.ts"),
      isWorld: true,
      isOnlySimulated: true,
    },
  ],
  [
    "EvseV2G",
    {
      manifest: () => import("../../boards/sim/evse-v2g/manifest.ts"),
      module: () => import("../../boards/sim/evse-v2g/module.ts"),
      isOnlySimulated: true,
    },
  ],
  [
    "GenericPowermeter",
    {
      manifest: () => import("../../boards/modbus/generic-powermeter/manifest.ts"),
      module: () => import("../../boards/modbus/generic-powermeter/driver.ts"),
      world: "ModbusMeterWorld",
      hasOwnWorld: true,
      uses: onItsHub,
    },
  ],
  [
    "IMDSimulator",
    {
      manifest: () => import("../../boards/sim/imd-simulator/manifest.ts"),
      module: () => import("../../boards/sim/imd-simulator/module.ts"),
      isWorld: true,
    },
  ],
  [
    "IsoMux",
    {
      manifest: () => import("../../boards/sim/iso-mux/manifest.ts"),
      module: () => import("../../boards/sim/iso-mux/module.ts"),
      isOnlySimulated: true,
    },
  ],
  [
    "LM75TemperatureSensor",
    {
      manifest: () => import("../../boards/lm75/manifest.ts"),
      module: () => import("../../boards/lm75/driver.ts"),
      world: "LM75World",
      hasOwnWorld: true,
      uses: () => ({ lines: "unused", serialPorts: false, i2cBuses: true }),
    },
  ],
  [
    "LocalAllowlistTokenValidator",
    {
      manifest: () => import("../modules/local-allowlist-token-validator/manifest.ts"),
      module: () => import("../modules/local-allowlist-token-validator/module.ts"),
    },
  ],
  [
    "OVMSimulator",
    {
      manifest: () => import("../../boards/sim/ovm-simulator/manifest.ts"),
      module: () => import("../../boards/sim/ovm-simulator/module.ts"),
      isWorld: true,
    },
  ],
  [
    "PersistentStore",
    {
      manifest: () => import("../modules/persistent-store/manifest.ts"),
      module: () => import("../modules/persistent-store/module.ts"),
    },
  ],
  [
    "PyEvJosev",
    {
      manifest: () => import("../../boards/sim/py-ev-josev/manifest.ts"),
      module: () => import("../../boards/sim/py-ev-josev/module.ts"),
      isWorld: true,
      isOnlySimulated: true,
    },
  ],
  [
    "RpcApi",
    {
      manifest: () => import("../outlets/rpc-api/manifest.ts"),
      module: () => import("../outlets/rpc-api/module.ts"),
    },
  ],
  [
    "SerialCommHub",
    {
      manifest: () => import("../../boards/modbus/serial-comm-hub/manifest.ts"),
      module: async () => (await import("../../boards/modbus/serial-comm-hub/load.ts")).loadHub(),
      world: "ModbusLineWorld",
      hasOwnWorld: true,
      uses: () => ({ lines: "wanted", serialPorts: true }),
    },
  ],
  [
    "SlacSimulator",
    {
      manifest: () => import("../../boards/sim/slac-simulator/manifest.ts"),
      module: () => import("../../boards/sim/slac-simulator/module.ts"),
      isWorld: true,
    },
  ],
  [
    "TemperatureSensorSimulator",
    {
      manifest: () => import("../../boards/sim/temperature-sensor-simulator/manifest.ts"),
      module: () => import("../../boards/sim/temperature-sensor-simulator/module.ts"),
      isWorld: true,
    },
  ],
  [
    "YamlStore",
    {
      manifest: () => import("../modules/yaml-store/manifest.ts"),
      module: () => import("../modules/yaml-store/module.ts"),
    },
  ],
  [
    "YetiDriver",
    {
      manifest: () => import("../../boards/yeti/manifest.ts"),
      module: () => import("../../boards/yeti/driver.ts"),
      world: "YetiWorld",
      hasOwnWorld: true,
      uses: (config) => ({
        lines: (config as { readonly reset_gpio_chip?: string }).reset_gpio_chip === "" ? "unused" : "wanted",
        serialPorts: true,
      }),
    },
  ],
  [
    "YetiSimulator",
    {
      manifest: () => import("../../boards/sim/yeti-simulator/manifest.ts"),
      module: () => import("../../boards/sim/yeti-simulator/driver.ts"),
      isWorld: true,
    },
  ],
]);

/** What lies below hardware, simulated: made where a driver needs it, not named by a configuration. */
const worlds = new Map<string, CatalogueEntry>([
  [
    "DCCircuit",
    {
      manifest: () => import("../../boards/sim/dc-circuit/manifest.ts"),
      module: () => import("../../boards/sim/dc-circuit/module.ts"),
      isWorld: true,
    },
  ],
  [
    "BenderWorld",
    {
      manifest: () => import("../../boards/sim/modbus/bender-world/manifest.ts"),
      module: () => import("../../boards/sim/modbus/bender-world/world.ts"),
      isWorld: true,
    },
  ],
  [
    "DoldWorld",
    {
      manifest: () => import("../../boards/sim/modbus/dold-world/manifest.ts"),
      module: () => import("../../boards/sim/modbus/dold-world/world.ts"),
      isWorld: true,
    },
  ],
  [
    "Em580World",
    {
      manifest: () => import("../../boards/sim/modbus/em580-world/manifest.ts"),
      module: () => import("../../boards/sim/modbus/em580-world/world.ts"),
      isWorld: true,
    },
  ],
  [
    "LM75World",
    {
      manifest: () => import("../../boards/sim/lm75/manifest.ts"),
      module: () => import("../../boards/sim/lm75/world.ts"),
      isWorld: true,
    },
  ],
  [
    "ModbusLineWorld",
    {
      manifest: () => import("../../boards/sim/modbus/line-world/manifest.ts"),
      module: () => import("../../boards/sim/modbus/line-world/world.ts"),
      isWorld: true,
    },
  ],
  [
    "ModbusMeterWorld",
    {
      manifest: () => import("../../boards/sim/modbus/meter-world/manifest.ts"),
      module: () => import("../../boards/sim/modbus/meter-world/world.ts"),
      isWorld: true,
    },
  ],
  [
    "ChargeControlCWorld",
    {
      manifest: () => import("../../boards/sim/charge-control-c/manifest.ts"),
      module: () => import("../../boards/sim/charge-control-c/world.ts"),
      isWorld: true,
    },
  ],
  [
    "YetiWorld",
    {
      manifest: () => import("../../boards/sim/yeti/manifest.ts"),
      module: () => import("../../boards/sim/yeti/world.ts"),
      isWorld: true,
    },
  ],
]);

const entryOf = (type: string): CatalogueEntry | undefined => catalogue.get(type) ?? worlds.get(type);

/** The names a configuration may give as `module`, in alphabetical order. */
export const moduleTypes: readonly string[] = [...catalogue.keys()];

export function isWorld(type: string): boolean {
  return entryOf(type)?.isWorld === true;
}

export function isOnlySimulated(type: string): boolean {
  return catalogue.get(type)?.isOnlySimulated === true;
}

/** Part of a simulated world, whatever the run is. */
export function isSimulator(type: string): boolean {
  return catalogue.get(type)?.isWorld === true || isOnlySimulated(type);
}

/** The type of the world that simulates what lies below a module type; undefined for one that is no hardware. */
export function worldBelow(type: string): string | undefined {
  return catalogue.get(type)?.world;
}

export function hasOwnWorld(type: string): boolean {
  return catalogue.get(type)?.hasOwnWorld === true;
}

/** Which of the machine's hardware a module uses. */
export function machineUseOf(type: string, config: object): MachineUse {
  const entry = catalogue.get(type);
  return entry?.uses?.(config) ?? { lines: entry?.world === undefined ? "unused" : "needed", serialPorts: false };
}

/** The manifests of those of `types` that are known. */
export async function loadManifests(types: readonly string[]): Promise<ReadonlyMap<string, Manifest>> {
  const known = types.flatMap((type) => {
    const entry = catalogue.get(type);
    return entry === undefined ? [] : [{ type, entry }];
  });
  const loaded = await Promise.all(
    known.map(async ({ type, entry }) => [type, (await entry.manifest()).manifest] as const),
  );
  return new Map(loaded);
}

/** The manifest of a world that `worldBelow` named. */
export async function loadWorldManifest(type: string): Promise<Manifest> {
  const entry = worlds.get(type);
  if (entry === undefined) throw new TypeError(`no world "${type}"`);
  return (await entry.manifest()).manifest;
}

/** @throws TypeError for a type that is not in the catalogue. */
export async function loadManifest(type: string): Promise<Manifest> {
  const manifest = (await loadManifests([type])).get(type);
  if (manifest === undefined) throw new TypeError(`no module type "${type}"`);
  return manifest;
}

/** The factories of the given types, all of them known. */
export async function loadFactories(types: readonly string[]): Promise<ReadonlyMap<string, ModuleFactory>> {
  const loaded = await Promise.all(
    types.map(async (type) => [type, (await entryOf(type)?.module())?.create as ModuleFactory] as const),
  );
  return new Map(loaded);
}
