import t from "tap";
import { loadManifests } from "../../src/daemon/catalogue.ts";
import type { Plan } from "../../src/daemon/simulated-wires.ts";
import { simulatedWires } from "../../src/daemon/simulated-wires.ts";

const plan = (id: string, type: string, connections: Readonly<Record<string, string>> = {}): Plan => ({
  id,
  type,
  config: {},
  implementations: {},
  connections: Object.fromEntries(
    Object.entries(connections).map(([requirement, target]) => {
      const [moduleId = "", implementationId = ""] = target.split("/");
      return [requirement, [{ moduleId, implementationId }]];
    }),
  ),
  evse: undefined,
});

const wiresOf = (plans: readonly Plan[]): Record<string, string> =>
  Object.fromEntries(
    plans.flatMap(({ id, connections }) =>
      ["dc_circuit", "power_line", "line", "board"].flatMap((requirement) =>
        (connections[requirement] ?? []).map((end) => [
          `${id}.${requirement}`,
          `${end.moduleId}/${end.implementationId}`,
        ]),
      ),
    ),
  );

t.test("two EVSEs: each has a circuit and a line of its own, and a supply without EVSE another circuit", async (t) => {
  const evse = (n: number): Plan[] => [
    plan(`evse_${n}`, "EvseManager", {
      bsp: `board_${n}/board_support`,
      slac: `slac_${n}/main`,
      hlc: `iso_${n}/charger`,
      powersupply_DC: `psu_${n}/main`,
      imd: `imd_${n}/main`,
      over_voltage_monitor: `ovm_${n}/main`,
    }),
    plan(`board_${n}`, "YetiSimulator"),
    plan(`slac_${n}`, "EvseSlac"),
    plan(`iso_${n}`, "EvseV2G"),
    plan(`psu_${n}`, "DCSupplySimulator"),
    plan(`imd_${n}`, "IMDSimulator"),
    plan(`ovm_${n}`, "OVMSimulator"),
    plan(`car_${n}`, "EvManager", {
      ev_board_support: `board_${n}/ev_board_support`,
      ev: `stack_${n}/ev`,
      slac: `ev_slac_${n}/main`,
    }),
    plan(`stack_${n}`, "PyEvJosev"),
    plan(`ev_slac_${n}`, "EvSlac"),
  ];
  const plans = [...evse(1), ...evse(2), plan("spare", "DCSupplySimulator")];
  const manifests = await loadManifests([...new Set(plans.map(({ type }) => type))]);
  const { circuits } = simulatedWires(plans, manifests, ({ id }) =>
    plans.filter((car) => car.id === id.replace("evse", "car")),
  );
  const expected = (n: number): Record<string, string> => ({
    [`psu_${n}.dc_circuit`]: `evse_${n}_dc_circuit/circuit`,
    [`imd_${n}.dc_circuit`]: `evse_${n}_dc_circuit/circuit`,
    [`ovm_${n}.dc_circuit`]: `evse_${n}_dc_circuit/circuit`,
    [`stack_${n}.dc_circuit`]: `evse_${n}_dc_circuit/circuit`,
    [`stack_${n}.power_line`]: `iso_${n}/power_line`,
    [`ev_slac_${n}.line`]: `slac_${n}/vehicle`,
    [`evse_${n}_dc_circuit.board`]: `board_${n}/board_support`,
  });
  t.same(wiresOf([...plans, ...circuits]), {
    ...expected(1),
    ...expected(2),
    "spare.dc_circuit": "spare_dc_circuit/circuit",
  });
});

t.test("a station without any of it gets nothing", async (t) => {
  const plans = [plan("evse", "EvseManager", { bsp: "board/board_support" }), plan("board", "YetiSimulator")];
  const manifests = await loadManifests(["EvseManager", "YetiSimulator"]);
  t.same(
    simulatedWires(plans, manifests, () => []),
    { circuits: [] },
  );
  t.same(wiresOf(plans), {});
});
