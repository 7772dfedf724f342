import type { Manifest } from "../../hal/manifest.ts";
import type { ModulePlan } from "../runtime/station.ts";

/** While the station is put together, a module may still be told what it hangs on. */
export type Plan = { -readonly [K in keyof ModulePlan]: ModulePlan[K] };

export const circuitType = "DCCircuit";

/** What a configuration cannot say, since it runs through copper: who shares a DC circuit, who a power line. */
export interface SimulatedWires {
  /** Circuits to be made, one for each EVSE with a simulated supply. */
  readonly circuits: readonly Plan[];
}

/** Connects in `plans` what hangs on one EVSE. `carsAt`: the simulated vehicles plugged in at it. */
export function simulatedWires(
  plans: readonly Plan[],
  manifests: ReadonlyMap<string, Manifest>,
  carsAt: (evse: Plan) => readonly Plan[],
): SimulatedWires {
  const circuits: Plan[] = [];
  const byId = new Map(plans.map((plan) => [plan.id, plan]));
  const manifestOf = (plan: Plan | undefined): Manifest | undefined => plan && manifests.get(plan.type);
  const connected = (plan: Plan, requirement: string): Plan[] =>
    (plan.connections[requirement] ?? []).flatMap(({ moduleId }) => byId.get(moduleId) ?? []);
  const wire = (plan: Plan, requirement: string, target: Plan, implementationId: string): void => {
    if (manifestOf(plan)?.requires[requirement] === undefined) return;
    if ((plan.connections[requirement] ?? []).length > 0) return;
    plan.connections = { ...plan.connections, [requirement]: [{ moduleId: target.id, implementationId }] };
  };
  const circuitOf = (id: string, board: ModulePlan["connections"][string]): Plan => {
    const circuit: Plan = {
      id: `${id}_dc_circuit`,
      type: circuitType,
      config: {},
      implementations: {},
      connections: { board },
      evse: undefined,
    };
    circuits.push(circuit);
    return circuit;
  };

  for (const evse of plans.filter(({ type }) => type === "EvseManager")) {
    const stacks = carsAt(evse).flatMap((car) => connected(car, "ev"));
    const supplies = connected(evse, "powersupply_DC").filter((plan) => hangsOnCircuit(manifestOf(plan)));
    if (supplies.length > 0) {
      const circuit = circuitOf(evse.id, evse.connections.bsp ?? []);
      const monitors = ["imd", "over_voltage_monitor"].flatMap((requirement) => connected(evse, requirement));
      for (const plan of [...supplies, ...monitors, ...stacks]) wire(plan, "dc_circuit", circuit, "circuit");
    }
    for (const charger of connected(evse, "hlc")) {
      if (manifestOf(charger)?.provides.power_line === undefined) continue;
      for (const stack of stacks) wire(stack, "power_line", charger, "power_line");
    }
    const [line] = connected(evse, "slac");
    for (const slac of carsAt(evse).flatMap((car) => connected(car, "slac"))) {
      const end = line && vehicleEnd(manifestOf(line));
      if (line !== undefined && end !== undefined) wire(slac, "line", line, end);
    }
  }
  for (const plan of plans) {
    const isAlone = (plan.connections.dc_circuit ?? []).length === 0;
    const isSupply = Object.values(manifestOf(plan)?.provides ?? {}).some(
      ({ port }) => port.name === "power_supply_DC",
    );
    if (isAlone && isSupply && hangsOnCircuit(manifestOf(plan)))
      wire(plan, "dc_circuit", circuitOf(plan.id, []), "circuit");
  }
  return { circuits };
}

const hangsOnCircuit = (manifest: Manifest | undefined): boolean => manifest?.requires.dc_circuit !== undefined;

/** The implementation at which a vehicle hangs on a simulated power line. */
export function vehicleEnd(manifest: Manifest | undefined): string | undefined {
  const provided = Object.entries(manifest?.provides ?? {});
  return provided.find(([, { port }]) => port.name === "ev_slac")?.[0];
}
