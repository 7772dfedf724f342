/**
 * How long after a sample of a voltage that nobody stands the supply is told to switch off: a real EvseManager with
 * simulated devices, in this process. Sessions pass in virtual time; the turn that is measured is a turn as any other.
 */
import { createHistogram } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { readConfiguration } from "../../src/cli/configuration.ts";
import { compose } from "../../src/daemon/compose.ts";
import { createLogger } from "../../src/daemon/logger.ts";
import { formatEventLine } from "../../src/runtime/event-line.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import { drawn, toMs } from "./histogram.ts";
import { processorWaitNs } from "./processor-wait.ts";
import type { Row } from "./row.ts";

const station = fileURLToPath(new URL("../../test/scenario/configurations/dc-station.yaml", import.meta.url));
const rounds = 1000;
/** Volt; the emergency limit is 1100 V. */
const overVoltageV = 1200;
/** From the plug to the charge loop a session takes some twelve seconds. */
const patienceS = 30;
/** Quicker than any other program lets go of a processor it has taken. */
const uninterruptedNs = 200_000;
const session =
  "sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on;iso_wait_for_stop 60";

interface Line {
  readonly kind: string;
  readonly fields: { readonly name?: string; readonly event?: string; readonly args?: { readonly mode?: string } };
}

export const dcOverVoltage: Row = {
  name: "dc-over-voltage",
  description: "over-voltage sample → supply-off command, in process",
  async measure(progress) {
    const { configuration } = await readConfiguration(station, {
      simulate: true,
      set: ["evse.cable_check_enable_imd_self_test=false"],
    });
    const clock = new VirtualClock();
    const { station: made, cars } = await compose(configuration, {
      clock,
      log: createLogger("silent"),
      random: (stream) => seededRandom(1, stream),
      simulate: true,
    });
    const car = [...cars.values()][0];
    if (car === undefined) throw new Error("no vehicle");
    let charging = false;
    let offNs: bigint | null = null;
    made.onLine((line) => {
      const { kind, fields } = line as unknown as Line;
      if (kind === "supply" && fields.name === "setMode" && fields.args?.mode === "Off")
        offNs ??= process.hrtime.bigint();
      if (kind === "session_event" && fields.event === "ChargingStarted") charging = true;
      // Whatever is told costs what it costs in the daemon.
      formatEventLine(line);
    });
    made.ready();
    const histogram = createHistogram();
    const samples: number[] = [];
    for (let round = 0; round < rounds; round++) {
      if (round % 20 === 0) progress(`${round} of ${rounds} rounds`);
      charging = false;
      car.run(session);
      const lateMs = clock.nowMs() + patienceS * 1000;
      clock.runUntil(lateMs, () => !charging);
      if (!charging) throw new Error(`round ${round}: no vehicle charges after ${patienceS} s`);
      clock.runUntil(clock.nowMs() + 1000);
      offNs = null;
      const waitedBeforeNs = processorWaitNs();
      const postedNs = process.hrtime.bigint();
      clock.turn(() => made.publish("ovm", "main", "voltage_measurement_V", overVoltageV));
      const passedNs = Number((offNs ?? process.hrtime.bigint()) - postedNs);
      const waitedNs = passedNs < uninterruptedNs ? 0 : processorWaitNs() - waitedBeforeNs;
      const tookNs = Math.max(1, passedNs - waitedNs);
      if (offNs === null) throw new Error(`round ${round}: the supply was not switched off`);
      histogram.record(tookNs);
      samples.push(tookNs);
      car.run("unplug");
      clock.runUntil(clock.nowMs() + 2000);
    }
    return {
      figures: [
        {
          what: "p99.9",
          value: toMs(histogram.percentile(99.9)),
          unit: "ms",
          // IEC 61851-23:2023 6.3.1.106.2: an emergency has 9 ms, the device's own way there included.
          target: { atMost: 5 },
          comparedTo: `${histogram.count} times, p50 ${toMs(histogram.percentile(50)).toFixed(3)} ms, max ${toMs(histogram.max).toFixed(3)} ms`,
        },
      ],
      details: drawn("over-voltage", histogram, samples),
    };
  },
};
