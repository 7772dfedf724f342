/** How much faster than a clock on a wall the simulation runs, start of the process included. */
import { shippedStation } from "./bundle.ts";
import type { Row } from "./row.ts";
import { least } from "./row.ts";
import { simCost } from "./sim-run.ts";

const untilS = 86_000;
const runs = 3;

export const virtualTime: Row = {
  name: "virtual-time",
  description: "virtual time, one car charging, meter and energy every second",
  async measure(progress) {
    const script = `sleep 2;iec_wait_pwr_ready;draw_power_regulated 16,3;sleep ${untilS}`;
    const args = [shippedStation("ac-simulated.yaml"), "--ev", script, "--until", `${untilS}`];
    const wallS: number[] = [];
    for (let run = 0; run < runs; run++) {
      progress(`run ${run + 1} of ${runs}`);
      wallS.push((await simCost(args)).wallMs / 1000);
    }
    return {
      figures: [
        {
          what: "virtual per real time",
          value: untilS / least(wallS),
          unit: "×",
          target: { atLeast: 10_000 },
          comparedTo: `real time: ${untilS} s in ${least(wallS).toFixed(2)} s`,
        },
      ],
      details: [`runs: ${wallS.map((seconds) => `${seconds.toFixed(2)} s`).join(", ")}`],
    };
  },
};
