/** Configurations for measuring, written where nothing else looks. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "evsed-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

interface StationOptions {
  readonly connectors: number;
  /** What each vehicle does from the start; without it there are none but those the simulation adds. */
  readonly script?: string;
  readonly energyManagement: boolean;
}

/** Connector N consists of `evse_N`, `board_N` and, with a script, `ev_N`. Returns the path of the file. */
export function writeStation(name: string, { connectors, script, energyManagement }: StationOptions): string {
  const modules: Record<string, object> = {};
  for (let connector = 1; connector <= connectors; connector++) {
    const board = (implementation: string) => [{ module_id: `board_${connector}`, implementation_id: implementation }];
    modules[`evse_${connector}`] = {
      module: "EvseManager",
      config_module: {
        connector_id: connector,
        evse_id: `BENCH*${connector}`,
        disable_authentication: true,
        initial_meter_value_timeout_ms: 0,
      },
      connections: { bsp: board("board_support"), powermeter_grid_side: board("powermeter") },
    };
    modules[`board_${connector}`] = { module: "YetiSimulator", config_module: { connector_id: connector } };
    if (script === undefined) continue;
    modules[`ev_${connector}`] = {
      module: "EvManager",
      config_module: { connector_id: connector, auto_enable: true, auto_exec: true, auto_exec_commands: script },
      connections: { ev_board_support: board("ev_board_support") },
    };
  }
  if (energyManagement) {
    modules.energy_manager = {
      module: "EnergyManager",
      connections: { energy_trunk: [{ module_id: "grid", implementation_id: "energy_grid" }] },
    };
    modules.grid = {
      module: "EnergyNode",
      config_module: { fuse_limit_A: 32 * connectors, phase_count: 3 },
      connections: {
        energy_consumer: Array.from({ length: connectors }, (_, index) => ({
          module_id: `evse_${index + 1}`,
          implementation_id: "energy_grid",
        })),
      },
    };
  }
  const path = join(folder, `${name}.yaml`);
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ active_modules: modules }));
  return path;
}
