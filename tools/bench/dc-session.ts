/** What a DC session costs in virtual time, from the plug to the plug: devices, conversation and supervision included. */
import { fileURLToPath } from "node:url";
import type { Row } from "./row.ts";
import { least } from "./row.ts";
import { simCost } from "./sim-run.ts";

const station = fileURLToPath(new URL("../../test/scenario/configurations/dc-station.yaml", import.meta.url));
const chargingS = 600;
const runs = 2;

/** A vehicle that charges for so long, and is gone again. */
const session = (seconds: number): string =>
  "sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on;" +
  `iso_wait_for_stop ${seconds};iso_wait_v2g_session_stopped;unplug`;

export const dcSession: Row = {
  name: "dc-session",
  description: "virtual time, one DC session of ten minutes: message pairs, supply, monitors and meter",
  async measure(progress) {
    const untilS = chargingS + 30;
    const longS: number[] = [];
    const shortS: number[] = [];
    for (let run = 0; run < runs; run++) {
      progress(`run ${run + 1} of ${runs}`);
      const args = (seconds: number): string[] => [station, "--ev", session(seconds), "--until", `${seconds + 30}`];
      longS.push((await simCost(args(chargingS))).cpuMs / 1000);
      shortS.push((await simCost(args(1))).cpuMs / 1000);
    }
    return {
      figures: [
        {
          what: "virtual time per processor time",
          value: untilS / least(longS),
          unit: "×",
          target: { atLeast: 250 },
          comparedTo: `${untilS} s in ${least(longS).toFixed(2)} s, start of the process included`,
        },
      ],
      details: [
        `ten minutes: ${longS.map((seconds) => `${seconds.toFixed(2)} s`).join(", ")}`,
        `a second: ${shortS.map((seconds) => `${seconds.toFixed(2)} s`).join(", ")}`,
      ],
    };
  },
};
