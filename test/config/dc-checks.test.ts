/** What `check` says of DC stations whose parts do not make a safe one. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { manifest as supplySimulator } from "../../boards/sim/dc-supply-simulator/manifest.ts";
import { manifest as hlc } from "../../boards/sim/evse-v2g/manifest.ts";
import { manifest as imdSimulator } from "../../boards/sim/imd-simulator/manifest.ts";
import { manifest as ovmSimulator } from "../../boards/sim/ovm-simulator/manifest.ts";
import { manifest as slac } from "../../boards/sim/slac-simulator/manifest.ts";
import type { DcTraits, Manifest } from "../../hal/manifest.ts";
import { defineManifest } from "../../hal/manifest.ts";
import { powerSupplyDc } from "../../hal/power-supply-dc.ts";
import { formatFinding } from "../../src/config/finding.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { shipped } from "./shipped-manifests.ts";

const folder = mkdtempSync(join(tmpdir(), "dc-checks-"));
t.teardown(() => rmSync(folder, { recursive: true }));

const supplyWith = (dc: DcTraits): Manifest =>
  defineManifest({
    type: "Supply",
    description: "A supply.",
    config: {},
    provides: { main: { port: powerSupplyDc, description: "", dc } },
    requires: {},
  });

interface Station {
  readonly board?: string;
  readonly supply?: DcTraits;
  readonly imdIntervalMs?: number;
  readonly durationMs?: number;
  readonly monitor?: true;
  readonly store?: false;
  readonly simulated?: (type: string) => boolean;
}

/** Complaints, warnings and notes, a word for their kind and their line before each. */
function saidOf(station: Station): string[] {
  const { board = "YetiSimulator", supply = {}, imdIntervalMs = 1000, durationMs = 200, monitor, store } = station;
  const manifests = [
    ...shipped,
    supplySimulator,
    imdSimulator,
    ovmSimulator,
    slac,
    hlc,
    supplyWith({ communicationTimeoutMs: 1000, voltageEveryMs: 250, ...supply }),
  ];
  const path = join(folder, "s.yaml");
  const to = (module: string, implementation: string): string =>
    `[{ module_id: ${module}, implementation_id: ${implementation} }]`;
  writeFileSync(
    path,
    `active_modules:
  evse:
    module: EvseManager
    config_module: { connector_id: 1, charge_mode: DC, internal_over_voltage_duration_ms: ${durationMs} }
    connections:
      bsp: ${to("board", board === "YetiSimulator" ? "board_support" : "evse_board_support")}
      slac: ${to("slac", "evse")}
      hlc: ${to("hlc", "charger")}
      powersupply_DC: ${to("supply", "main")}
      imd: ${to("imd", "main")}
${monitor === undefined ? "" : `      over_voltage_monitor: ${to("ovm", "main")}\n`}${store === false ? "" : `      store: ${to("store", "main")}\n`}  board: { module: ${board}${board === "YetiSimulator" ? ", config_module: { connector_id: 1 }" : ""} }
  slac: { module: SlacSimulator }
  hlc: { module: EvseV2G }
  supply: { module: Supply }
  imd: { module: IMDSimulator, config_implementation: { main: { interval: ${imdIntervalMs} } } }
  ovm: { module: OVMSimulator }
  store: { module: PersistentStore }
`,
  );
  const loaded = loadConfiguration({
    path,
    lookup: (type) => manifests.find((manifest) => manifest.type === type),
    types: manifests.map(({ type }) => type),
    ...(station.simulated && { isSimulated: station.simulated }),
  });
  const findings = [
    ...(loaded.ok ? [] : loaded.complaints).map((finding) => ["error", finding] as const),
    ...loaded.warnings.map((finding) => ["warning", finding] as const),
    ...(loaded.ok ? loaded.notes : []).map((finding) => ["note", finding] as const),
  ];
  return findings
    .map(([kind, finding]) => `${kind} ${formatFinding(finding).replace(`${folder}/`, "")}`)
    .filter((text) => text.includes("evse"));
}

t.test("a sound one", async (t) => {
  t.same(saidOf({}), []);
});

t.test("where the board may open alone, the supply has to notice", async (t) => {
  const board = "CbTarragonDriver";
  const complaint =
    "s.yaml:2:3: evse.powersupply_DC: board may open the contactor by itself, and supply would go on; " +
    "it needs a hardware enable line, or a communication timeout of at most 1000 ms";
  const cases: [supply: DcTraits, said: string[]][] = [
    [{ communicationTimeoutMs: 1000 }, []],
    [{ communicationTimeoutMs: 1001 }, [`error ${complaint}`]],
    [{ communicationTimeoutMs: Number.POSITIVE_INFINITY }, [`error ${complaint}`]],
    [{ communicationTimeoutMs: 15_000, hardwareEnable: true }, []],
  ];
  for (const [supply, said] of cases) t.same(saidOf({ board, supply }), said, JSON.stringify(supply));
  const simulated = { board, supply: { communicationTimeoutMs: 1001 }, simulated: (type: string) => type === "Supply" };
  t.same(saidOf(simulated), [`warning ${complaint}`], "in simulation");
  t.same(saidOf({ supply: { communicationTimeoutMs: 15_000 } }), [], "a board that does not");
});

t.test("over-voltage supervision without a monitor of its own needs a voltage that is told often", async (t) => {
  const complaint = (told: string, everyMs: number, durationMs: number): string =>
    `s.yaml:4:91: evse: ${told}; over-voltage supervision without a connection over_voltage_monitor needs it every ` +
    `${everyMs} ms with internal_over_voltage_duration_ms ${durationMs} (both together at most 450 ms)`;
  const bySupply = (ms: number): string => `the voltage at the output is told every ${ms} ms at best, by supply`;
  t.same(saidOf({ supply: { voltageEveryMs: 251 } }), [`error ${complaint(bySupply(251), 250, 200)}`]);
  t.same(saidOf({ durationMs: 400 }), [`error ${complaint(bySupply(250), 50, 400)}`]);
  t.same(saidOf({ durationMs: 400, supply: { voltageEveryMs: 50 } }), []);
  t.same(saidOf({ durationMs: 500, supply: { voltageEveryMs: 50 } }), [`error ${complaint(bySupply(50), 0, 500)}`]);
  t.same(saidOf({ supply: { voltageEveryMs: 1000 }, imdIntervalMs: 100 }), [], "the fastest counts");
  t.same(saidOf({ durationMs: 400, monitor: true }), [], "a monitor switches off by itself");
  t.same(
    saidOf({ durationMs: 400, simulated: () => true }),
    [`warning ${complaint(bySupply(250), 50, 400)}`],
    "in simulation",
  );
});

t.test("without a store an over-voltage does not outlive a restart", async (t) => {
  t.same(saidOf({ store: false }), [
    "note s.yaml:2:3: evse: without a connection store a restart forgets an over-voltage",
  ]);
});
