import t from "tap";
import { manifest as manager } from "../../../src/modules/energy-manager/manifest.ts";
import { create as createManager } from "../../../src/modules/energy-manager/module.ts";
import { manifest as node } from "../../../src/modules/energy-node/manifest.ts";
import { create as createNode } from "../../../src/modules/energy-node/module.ts";
import { entry, evse, limits } from "../../core/energy/tree.ts";
import { WiredStation } from "../auth/wired-station.ts";

function wired(): WiredStation {
  return new WiredStation()
    .addEvse("connector_1")
    .addEvse("connector_2")
    .add("api", node, createNode, {
      config: { fuse_limit_A: 32 },
      connections: { energy_consumer: ["connector_1/energy_grid"] },
    })
    .add("grid", node, createNode, {
      config: { fuse_limit_A: 40 },
      connections: { energy_consumer: ["api/energy_grid", "connector_2/energy_grid"] },
    })
    .add("energy_manager", manager, createManager, { connections: { energy_trunk: ["grid/energy_grid"] } })
    .start();
}

/** `seconds uuid ampere` of the event lines. */
function lines(bench: WiredStation): string[] {
  return bench.lines.map(({ tMs, fields }) => {
    const { uuid, limits_root_side } = fields as {
      uuid: string;
      limits_root_side: { ac_max_current_A: { value: number } };
    };
    return `${tMs / 1000} ${uuid} ${limits_root_side.ac_max_current_A.value}`;
  });
}

const wish = (id: string, urgent = false) => ({ ...evse(id), priority_request: urgent });

t.test("wishes go up, limits come down, news is told", async (t) => {
  const bench = wired();
  bench.at(0, () => bench.publish("connector_1/energy_grid", "energy_flow_request", wish("connector_1", true)));
  bench.at(0.3, () => bench.publish("connector_2/energy_grid", "energy_flow_request", wish("connector_2", true)));
  bench.until(2.5);
  t.same(lines(bench), ["0 connector_1 32", "0.3 connector_1 20", "0.3 connector_2 20"]);
  t.match(bench.lines[0], {
    module: "energy_manager",
    kind: "energy",
    fields: { uuid: "connector_1", valid_for: 10, limits_root_side: { ac_max_phase_count: { value: 3 } } },
  });
  const rounds = bench.told.filter(({ module }) => module === "connector_1").map(({ t: at }) => at);
  t.same(rounds, [0, 0.3, 1.3, 2.3], "each hears its own limits");
  t.match(bench.told[0]?.args, { value: { uuid: "connector_1", valid_for: 10 } });
});

t.test("limits from outside", async (t) => {
  const bench = wired();
  bench.at(0, () => bench.publish("connector_1/energy_grid", "energy_flow_request", wish("connector_1")));
  bench.until(1.2);
  const value = {
    schedule_import: [entry({}, limits("x", { maxA: 10 }))],
    schedule_export: [],
    schedule_setpoints: [],
  };
  t.same(bench.command("api/external_limits", "set_external_limits", { value }), [undefined]);
  bench.until(5);
  bench.command("api/external_limits", "set_external_limits", { value: { ...value, schedule_import: [] } });
  bench.until(7);
  t.same(lines(bench), ["1 connector_1 32", "2 connector_1 10", "6 connector_1 32"]);
});

t.test("capabilities are told at the start", async (t) => {
  const bench = new WiredStation().addEvse("connector_1").add("grid", node, createNode, {
    config: { fuse_limit_A: 16 },
    connections: { energy_consumer: ["connector_1/energy_grid"] },
  });
  const heard: unknown[] = [];
  const listening = {
    type: "Listening",
    description: "",
    config: {},
    provides: {},
    requires: { node: { port: node.provides.external_limits.port } },
  };
  bench.add(
    "listener",
    listening,
    (context: { require(id: string): { subscribe(name: string, receive: (value: unknown) => void): void }[] }) => {
      for (const connection of context.require("node"))
        connection.subscribe("capabilities", (value) => heard.push(value));
      return {};
    },
    { connections: { node: ["grid/external_limits"] } },
  );
  bench.start();
  t.same(heard, [{ max_current_A: 16, max_phase_count: 3, nominal_voltage_V: 230, total_power_W: 11_040 }]);
});
