import t from "tap";
import type { Configuration, ResolvedModule } from "../../src/config/configuration.ts";
import { loadManifest } from "../../src/daemon/catalogue.ts";
import { compose } from "../../src/daemon/compose.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";

const nowhere = { file: "test", line: 1, column: 1 };

async function module(
  id: string,
  type: string,
  config: Record<string, boolean | number | string>,
  connections: ResolvedModule["connections"] = {},
): Promise<ResolvedModule> {
  const manifest = await loadManifest(type);
  const defaults = Object.fromEntries(
    Object.entries(manifest.config).flatMap(([key, { default: value }]) => (value === undefined ? [] : [[key, value]])),
  );
  return {
    id,
    type,
    config: { ...defaults, ...config },
    implementationConfig: {},
    connections,
    implementationMapping: {},
    positions: { id: nowhere, type: nowhere, config: {}, implementationConfig: {} },
  };
}

async function oneConnector(extra: readonly ResolvedModule[] = []): Promise<Configuration> {
  const evse = await module(
    "evse",
    "EvseManager",
    { connector_id: 4 },
    { bsp: [{ moduleId: "board", implementationId: "board_support" }] },
  );
  const board = await module("board", "YetiSimulator", { connector_id: 9 });
  return { file: "test", modules: [board, evse, ...extra], settings: {} };
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const options = (simulate: boolean): Parameters<typeof compose>[1] => ({
  clock: new VirtualClock(),
  log: () => silent,
  random: (stream) => seededRandom(1, stream),
  simulate,
});

t.test("a simulated board without a vehicle gets one, named for the connector it is plugged in at", async (t) => {
  const { station, cars } = await compose(await oneConnector(), options(true));
  t.strictSame(
    station.plans().map(({ id, type }) => `${id}: ${type}`),
    ["board: YetiSimulator", "ev_4: EvManager", "evse: EvseManager"],
  );
  t.strictSame([...cars.keys()], [4]);
});

t.test("a board that has a vehicle keeps it, under the number of its connector", async (t) => {
  const car = await module(
    "car",
    "EvManager",
    { connector_id: 1 },
    { ev_board_support: [{ moduleId: "board", implementationId: "ev_board_support" }] },
  );
  const { station, cars } = await compose(await oneConnector([car]), options(true));
  t.notOk(station.plans().some(({ id }) => id.startsWith("ev_")));
  t.strictSame([...cars.keys()], [4]);
});

t.test("nothing is made up where nothing is simulated", async (t) => {
  const { cars } = await compose(await oneConnector(), options(false));
  t.equal(cars.size, 0);
});

t.test("a vehicle of its own at an EVSE with simulated high-level communication speaks it", async (t) => {
  const { modules, ...rest } = await oneConnector();
  const wired = modules.map((one) =>
    one.type === "EvseManager"
      ? {
          ...one,
          connections: {
            ...one.connections,
            hlc: [{ moduleId: "iso", implementationId: "charger" }],
            slac: [{ moduleId: "plc", implementationId: "main" }],
          },
        }
      : one,
  );
  const configuration = {
    ...rest,
    modules: [...wired, await module("iso", "EvseV2G", {}), await module("plc", "EvseSlac", {})],
  };
  const { station } = await compose(configuration, options(true));
  const connections = (id: string) => station.plans().find((plan) => plan.id === id)?.connections;
  t.strictSame(connections("ev_4"), {
    ev_board_support: [{ moduleId: "board", implementationId: "ev_board_support" }],
    slac: [{ moduleId: "plc", implementationId: "vehicle" }],
    ev: [{ moduleId: "ev_4_iso15118", implementationId: "ev" }],
  });
  t.strictSame(connections("ev_4_iso15118"), {
    power_line: [{ moduleId: "iso", implementationId: "power_line" }],
  });
  await t.rejects(compose(configuration, options(false)), {
    code: "only_simulated",
    message:
      "iso: there is no EvseV2G but a simulated one; run it with --simulate\nplc: there is no EvseSlac but a simulated one; run it with --simulate",
  });
});
