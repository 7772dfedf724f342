/** The stations of the campaign: one of each board driver, and each way to measure and to talk. */
import { fileURLToPath } from "node:url";
import type { Configuration } from "../../src/config/configuration.ts";
import { formatFinding } from "../../src/config/finding.ts";
import { typesNamedIn, validateSource } from "../../src/config/load.ts";
import { readSource } from "../../src/config/source.ts";
import { loadManifests, moduleTypes } from "../../src/daemon/catalogue.ts";
import type { ScenarioAction } from "../../src/daemon/scenario-action.ts";
import type { Company, Equipment, Point } from "./deeds.ts";
import { acHlcScript, acScript, cleanAcHlc, companyOf, dcScript, goodStack, goodTalk } from "./deeds.ts";
import type { Draw } from "./draw.ts";

export interface StationKind {
  readonly name: string;
  /** Share of the seeds. */
  readonly weight: number;
  readonly file: string;
  readonly points: readonly Point[];
  readonly company: Company;
  readonly script: (draw: Draw) => string;
  /** The vehicle that must be able to charge once everything is over. */
  readonly cleanScript: string;
  readonly cleanPatienceS: number;
  readonly prepareClean: readonly ScenarioAction[];
  readonly hasMeter: boolean;
}

const point = (connector: number, boardSupport = "board_support"): Point => ({
  connector,
  evse: `connector_${connector}`,
  board: `board_${connector}`,
  boardSupport,
  hasRcd: true,
});

const folder = process.env.CAMPAIGN_STATIONS ?? fileURLToPath(new URL("stations/", import.meta.url));
const file = (name: string): string => `${folder}${name}.yaml`;

/** For a program that was bundled, and looks for them where they are not. */
export const bundledEnvironment = { CAMPAIGN_STATIONS: folder };

const cleanAc = "sleep 0.5;iec_wait_pwr_ready;sleep 0.5;draw_power_regulated 10,3;sleep 36000";
const cleanDc =
  "sleep 0.5;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on;iso_wait_for_stop 36000";

const kind = (name: string, weight: number, equipment: Equipment, more: Partial<StationKind> = {}): StationKind => ({
  name,
  weight,
  file: file(name),
  points: equipment.points,
  company: companyOf(equipment),
  script: equipment.dc === undefined ? acScript : dcScript,
  cleanScript: equipment.dc === undefined ? cleanAc : cleanDc,
  cleanPatienceS: equipment.dc === undefined ? 30 : 50,
  prepareClean: equipment.dc === undefined ? [] : goodStack(equipment.dc.stack),
  hasMeter: true,
  ...more,
});

const dc = { supply: "supply", imd: "imd", ovm: "ovm", slac: "slac", stack: "hlc_of_vehicle" };

const hlc = { slac: "slac", stack: "hlc_of_vehicle" };

export const stationKinds: readonly StationKind[] = [
  kind("ac", 49, { points: [point(1)] }),
  kind("ac-two", 15, { points: [point(1), point(2)] }),
  kind(
    "ac-hlc",
    4,
    { points: [point(1)], hlc },
    { script: acHlcScript, cleanScript: cleanAcHlc, cleanPatienceS: 50, prepareClean: goodTalk(hlc.stack) },
  ),
  kind("dc", 12, { points: [point(1)], dc }),
  kind("yeti", 14, { points: [point(1)], yeti: true }),
  kind("charge-control-c", 5, { points: [point(1, "evse_board_support")], cccLock: "lock_1" }, { hasMeter: false }),
  kind("modbus", 1, { points: [point(1)], modbus: ["car_meter", "grid_meter"] }),
];

/** @throws when the configuration is not sound. */
export async function configurationOf({ file: path }: StationKind): Promise<Configuration> {
  const source = readSource(path);
  const manifests = await loadManifests(typesNamedIn(source));
  const loaded = validateSource(source, { lookup: (type) => manifests.get(type), types: moduleTypes, overrides: [] });
  if (!loaded.ok) throw new Error(loaded.complaints.map(formatFinding).join("\n"));
  return loaded.configuration;
}
