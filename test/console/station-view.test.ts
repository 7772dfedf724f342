import t from "tap";
import { connectorsOf, createStationView, energyOf, foldLine, initialStation } from "../../src/console/station-view.ts";
import type { EventLine } from "../../src/runtime/event-line.ts";
import { demoStation } from "./demo-station.ts";
import { chargingLines, error, finishingLines, line, parts, reading } from "./lines.ts";

const folded = (...lines: readonly EventLine[]) => lines.reduce(foldLine, initialStation(parts));

t.test("a session as its lines tell it", async (t) => {
  const { connectors, nowMs } = folded(...chargingLines);
  const [connector] = connectors;
  t.equal(connectors.length, 1);
  t.equal(nowMs, 20_000);
  t.match(connector, {
    state: "Charging",
    stateSinceMs: 4000,
    pilotLetter: "C",
    pilotVolts: { highV: 5.96, lowV: -11.94 },
    limit: { currentA: 32, phases: 3 },
    contactor: { commanded: true, confirmed: true, reason: "FullPowerCharging" },
    lock: { commanded: true, confirmed: true },
    session: { startedMs: 2000, finishedMs: null, token: "DEADBEEF", transaction: { startWh: 500, energyWh: 1000 } },
  });
  t.equal(Math.round(connector?.output?.offeredA ?? 0), 32);
});

t.test("energy is counted to the last reading, and never backwards", async (t) => {
  const station = folded(...chargingLines, line(21, "connector_1", "powermeter", reading(3)));
  const [connector] = station.connectors;
  t.equal(connector === undefined ? undefined : energyOf(connector), 1000);

  const finished = folded(...chargingLines, ...finishingLines);
  t.same(finished.totals, { sessionsStarted: 1, sessionsFinished: 1, energyWh: 1010, faultsRaised: 0 });
  t.equal(finished.connectors[0]?.session?.finishedMs, 30_000);
  const later = [finished, line(40, "connector_1", "powermeter", reading(9000))] as const;
  t.equal(
    foldLine(...later).connectors[0]?.session?.transaction?.energyWh,
    1010,
    "a finished transaction counts no more",
  );
});

t.test("errors belong to the connector of their raiser, or to the station", async (t) => {
  const raised = folded(error(1, "raise", "a/One"), error(2, "raise", "a/Two"), error(3, "raise", "b/Three", "hub"));
  t.same(
    raised.connectors[0]?.faults.map(({ type }) => type),
    ["a/One", "a/Two"],
  );
  t.same(
    raised.faults.map(({ type }) => type),
    ["b/Three"],
  );
  t.equal(raised.totals.faultsRaised, 3);
  const cleared = [error(4, "clear", "a/One"), error(4, "clear", "b/Three", "hub")].reduce(foldLine, raised);
  t.same(
    cleared.connectors[0]?.faults.map(({ type }) => type),
    ["a/Two"],
  );
  t.same(cleared.faults, []);
});

t.test("without a configuration connectors appear with their first state", async (t) => {
  const station = chargingLines.reduce(foldLine, initialStation());
  t.same(
    station.connectors.map(({ id }) => id),
    ["connector_1"],
  );
});

t.test("the log keeps a bounded number of entries", async (t) => {
  const many = Array.from({ length: 250 }, (_, index) => error(index, "raise", "a/One"));
  const { log } = folded(...many);
  t.equal(log.length, 100);
  t.equal(log.at(-1)?.atMs, 249_000);
});

t.test("a simulated station tells its pilot's volts on change, not on noise", async (t) => {
  const demo = await demoStation("ac-simulated.yaml");
  demo.run(63);
  const pilot = demo.lines.filter(({ kind }) => kind === "pilot");
  t.equal(pilot.length, 4, "A, B, B with PWM, C");
  t.same([...new Set(pilot.map(({ module }) => module))], ["connector_1_powerpath"]);
  const view = createStationView(demo.station.plans());
  for (const told of demo.lines) view.hear(told);
  const volts = view.state.connectors[0]?.pilotVolts;
  t.ok(Math.abs((volts?.highV ?? 0) - 6) < 0.2);
  t.ok(Math.abs((volts?.lowV ?? 0) + 12) < 0.2);
  t.equal(view.state.connectors[0]?.state, "Charging");
});

t.test("connectors stand in the order of their EVSEs and know their parts", async (t) => {
  const { station } = await demoStation("two-connectors-simulated.yaml");
  t.same(connectorsOf(station.plans()), [
    { id: "connector_1", parts: ["connector_1_powerpath"] },
    { id: "connector_2", parts: ["connector_2_powerpath"] },
  ]);
});
