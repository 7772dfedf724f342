/**
 * A station in virtual time whose files are on the disk: time stands still while one is being changed. It ends by SIGKILL,
 * before an effect, in a change of a file, or whenever somebody sends it one; what it tells goes out before it goes on.
 *
 *     SEED LIFE effect|change|none N
 */
import { writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { Files } from "../../hal/files.ts";
import { compose } from "../../src/daemon/compose.ts";
import { spared } from "../../src/daemon/daemon-fate.ts";
import { scheduleSteps } from "../../src/daemon/scenario-steps.ts";
import { DiskFiles } from "../../src/runtime/disk-files.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import { ev, present } from "./deeds.ts";
import { drawFrom } from "./draw.ts";
import { configurationOf, stationKinds } from "./station-kinds.ts";

const [seed = "1", life = "1", how = "none", nth = "0"] = process.argv.slice(2);
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const draw = drawFrom(seededRandom(Number(seed), `life ${life}`));
const die = (): void => {
  process.kill(process.pid, "SIGKILL");
};

/** Counts what is on its way to the disk; dies when the chosen change has been asked for, a little later or at once. */
class CountedFiles implements Files {
  readonly #disk = new DiskFiles();
  #asked = 0;
  pending = 0;

  read(path: string): Uint8Array | undefined {
    return this.#disk.read(path);
  }

  readInput(path: string): Uint8Array | undefined {
    return this.#disk.readInput(path);
  }

  write(path: string, text: string, done: (error?: Error) => void): void {
    this.#disk.write(path, text, this.#counted(done));
    this.#perhapsDie();
  }

  rename(from: string, to: string, done: (error?: Error) => void): void {
    this.#disk.rename(from, to, this.#counted(done));
    this.#perhapsDie();
  }

  #counted(done: (error?: Error) => void): (error?: Error) => void {
    this.pending++;
    return (error) => {
      this.pending--;
      done(error);
    };
  }

  #perhapsDie(): void {
    if (how !== "change" || ++this.#asked !== Number(nth)) return;
    const delayMs = draw.pick([0, 0, 1, 2, 4]);
    if (delayMs === 0) void setImmediate().then(die);
    else setTimeout(die, delayMs);
  }
}

async function run(): Promise<void> {
  const kind = stationKinds.find(({ name }) => name === "ac");
  if (kind === undefined) throw new Error("no such station");
  const files = new CountedFiles();
  const clock = new VirtualClock();
  const { station, cars } = await compose(await configurationOf(kind), {
    clock,
    log: () => silent,
    random: (stream) => seededRandom(Number(seed) * 1000 + Number(life), stream),
    simulate: true,
    files,
  });
  station.onLine(({ tMs, kind: what, fields }) => {
    if (what === "powermeter" || what === "session_event")
      writeSync(1, `${JSON.stringify({ tMs, kind: what, ...fields })}\n`);
  });
  if (how === "effect") station.queue.interruptBefore(Number(nth), die);
  const untilS = how === "none" ? 8 : 110;
  const stayS = Math.round(draw.between(5, 70));
  const script = `sleep 0.5;iec_wait_pwr_ready;sleep 0.5;draw_power_regulated 16,3;sleep ${stayS};unplug;sleep 3;iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 36000`;
  const position = { file: "", line: 1, column: 1 };
  const steps = [
    { atMs: 1000, action: ev(1, script) },
    { atMs: 2000, action: present(`CARD${life}`) },
    { atMs: (stayS + 9) * 1000, action: present("ANOTHER") },
  ];
  if (how !== "none")
    scheduleSteps(
      station,
      cars,
      steps.map((step) => ({ ...step, position })),
      spared,
    );
  station.ready();
  const slices = 50;
  for (let atMs = 0; atMs < untilS * 1000; atMs += slices) {
    clock.runUntil(atMs);
    // One change follows on another: each is told in a turn of its own.
    while (files.pending > 0) {
      await setImmediate();
      clock.runUntil(clock.nowMs());
    }
  }
}

void run();
