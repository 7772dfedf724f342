import t from "tap";
import { compose } from "../../src/daemon/compose.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import type { Station } from "../../src/runtime/station.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import { configurationFile, configurationOf } from "../scenario/station-run.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const script = "sleep 1;iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 600";

/** A station with its vehicle charging. */
async function charging(): Promise<{ station: Station; clock: VirtualClock }> {
  const clock = new VirtualClock();
  const { station, cars } = await compose(await configurationOf(configurationFile("station"), []), {
    clock,
    log: () => silent,
    random: (stream) => seededRandom(1, stream),
    simulate: true,
  });
  cars.get(1)?.run(script);
  station.ready();
  clock.runUntil(60_000);
  return { station, clock };
}

t.test("the contactor opens before anybody is told of the error that opens it", async (t) => {
  const { station, clock } = await charging();
  const order: string[] = [];
  // A turn is listened to behind its effects.
  station.queue.listen((_n, _nowMs, to, _event, effects) => {
    const opened = effects.some((effect) => (effect as { kind?: string }).kind === "contactor");
    if (to === "connector_1/evse" && opened) order.push("opened");
  });
  station.onLine(({ kind }) => {
    if (kind === "error" || kind === "contactor_command") order.push(kind);
  });
  const type = "evse_board_support/MREC8EmergencyStop";
  clock.turn(() => station.raise("connector_1_powerpath", "board_support", { type, severity: "High" }));
  t.strictSame(order.slice(0, 3), ["opened", "error", "contactor_command"]);
});

t.test("a line that no turn gave rise to is told at once", async (t) => {
  const { station } = await charging();
  const told: string[] = [];
  station.onLine(({ kind }) => told.push(kind));
  station.emit("evsed", "end", {});
  t.strictSame(told, ["end"]);
});
