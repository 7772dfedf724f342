/**
 * The interlock in a thread of its own, over a tree of files, in real time: what it is there for cannot be seen on a
 * virtual clock. The circuit is another process, for here the main thread stands still.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import t from "tap";
import { InterlockGuard } from "../../../../boards/charge-control-c/interlock/guard.ts";
import { monotonicMs } from "../../../../boards/charge-control-c/interlock/monotonic.ts";
import { threadLink } from "../../../../boards/charge-control-c/interlock/thread-link.ts";
import { linuxLines } from "../../../../boards/linux/lines.ts";
import type { StartLineThread } from "../../../../hal/line-thread.ts";
import type { PwmChannel } from "../../../../hal/pwm-channel.ts";
import { lineThreads } from "../../../../src/daemon/line-threads.ts";
import { OrderedQueue } from "../../../../src/runtime/ordered-queue.ts";
import { SystemClock } from "../../../../src/runtime/system-clock.ts";
import { sysfsTree } from "../../linux/sysfs-tree.ts";

/** Counts as the detectors show them: 8947, 5900 and -11625 mV. */
const [p9, p6, n12] = ["3233", "2838", "0569"];
/** On a machine that is busy with much else. */
const patienceMs = 20_000;
const converter = "bus/iio/devices/iio:device1";

const tree = sysfsTree();
const clock = new SystemClock();
const queue = new OrderedQueue(clock);
const circuits = [0, 1].map(() => fork(join(import.meta.dirname, "circuit.mjs"), { execArgv: [] }));
t.teardown(() => {
  clock.stop();
  for (const circuit of circuits) circuit.kill();
  tree.remove();
});

const lines = linuxLines(tree);
tree.put(`${converter}/in_voltage3_raw`, `${n12}\n`);

/** What a station has to itself on the one machine there is. */
const places = [
  {
    relay: "RELAY_1_ENABLE",
    relayFile: "class/gpio/gpio76/value",
    positive: "voltage2",
    pwm: "20fc000.pwm",
    resets: ["CP_POSITIVE_PEAK_RST", "CP_NEGATIVE_PEAK_RST"],
  },
  {
    relay: "RELAY_2_ENABLE",
    relayFile: "class/gpio/gpio77/value",
    positive: "voltage4",
    pwm: "2084000.pwm",
    resets: ["MOTOR_1_DRIVER_IN1_N", "MOTOR_1_DRIVER_IN2"],
  },
] as const;

/** A charging station whose vehicle is in C, as far as the interlock knows it. */
class Charging {
  readonly told: string[] = [];
  readonly guard: InterlockGuard;
  readonly #place: (typeof places)[number];
  readonly #pwm: PwmChannel;

  constructor(place: (typeof places)[number], startThread: StartLineThread, lifetimeMs: number) {
    this.#place = place;
    this.show(p6);
    this.#pwm = lines.pwm(place.pwm, 0);
    this.#pwm.setPeriodNs(1_000_000);
    const relay = lines.output(place.relay, "low");
    for (const name of place.resets) lines.output(name, "low");
    const plan = {
      positiveReset: place.resets[0],
      negativeReset: place.resets[1],
      positivePeak: { device: "2198000.adc", channel: place.positive },
      negativePeak: { device: "2198000.adc", channel: "voltage3" },
      coils: [place.relay],
      rcm: null,
      pwm: { device: place.pwm, channel: 0 },
    };
    this.guard = new InterlockGuard({
      clock,
      afterQueue: (run) => queue.after(run),
      start: threadLink(startThread, plan, (run) => clock.turn(run)),
      release: [() => relay.set("low")],
      letters: 1,
      lifetimeMs,
      pilot: () => ({ dutyPercent: 26.67, driven: true }),
      events: {
        pilot: ({ state }) => this.told.push(String(state)),
        rcm: () => {},
        opened: (reason) => this.told.push(reason),
        failure: ({ code }) => this.told.push(code),
        lost: (message) => this.told.push(message),
        back: () => this.told.push("back"),
      },
    });
    this.guard.watch(true);
    this.offer();
  }

  offer(): void {
    this.guard.changePilot(() => this.#pwm.setDutyNs(266_700));
  }

  get offer100(): boolean {
    return this.#pwm.dutyNs === 1_000_000;
  }

  show(count: string): void {
    // Four digits replace four digits: nobody ever reads half of it.
    const file = openSync(tree.path(`${converter}/in_${this.#place.positive}_raw`), "r+");
    writeSync(file, `${count}\n`, 0, "latin1");
    closeSync(file);
  }

  get closed(): boolean {
    return tree.text(this.#place.relayFile) === "1";
  }

  async heard(what: string): Promise<void> {
    for (const endMs = monotonicMs() + patienceMs; !this.told.includes(what); await pause(2)) {
      if (monotonicMs() > endMs) throw new Error(`not told: ${what}; but ${this.told.join(", ")}`);
    }
  }

  async close(): Promise<void> {
    this.show(p6);
    await this.heard("C");
    await until(() => this.guard.trusted);
    // On a busy machine the worker may just then be late with a sample: then it is refused, and asked again.
    for (let tries = 0; tries < 20 && !this.closed; tries++) {
      await until(() => this.guard.trusted);
      this.told.length = 0;
      this.guard.close(0);
      for (let waits = 0; waits < 50 && !this.closed; waits++) await pause(5);
    }
    if (!this.closed) throw new Error(`never closed: ${this.told.join(", ")}`);
  }

  /** What a circuit will have seen of it when the main thread comes back after this time. */
  async watched(circuit: ChildProcess | undefined, what: { change: string | null; afterMs: number; forMs: number }) {
    const adc = tree.path(`${converter}/in_${this.#place.positive}_raw`);
    circuit?.send({ ...what, adc, relay: tree.path(this.#place.relayFile) });
    await once(circuit as ChildProcess, "message");
    return async (): Promise<Seen> => (await once(circuit as ChildProcess, "message"))[0] as Seen;
  }
}

interface Seen {
  readonly wasHigh: boolean;
  readonly changedMs: number;
  /** Null while it is still high. */
  readonly lowMs: number | null;
}

const later = (ms: number | null): number => ms ?? Number.POSITIVE_INFINITY;

async function until(condition: () => boolean): Promise<void> {
  for (const endMs = monotonicMs() + patienceMs; !condition(); await pause(1)) {
    if (monotonicMs() > endMs) throw new Error("waited in vain");
  }
}

t.test("the main thread stands still for 5 s", async (t) => {
  const left = new Charging(places[0], lineThreads(tree.root), 3000);
  const kept = new Charging(places[1], lineThreads(tree.root), 1500);
  t.teardown(() => {
    left.guard.end();
    kept.guard.end();
  });
  await Promise.all([left.close(), kept.close()]);
  const leaves = await left.watched(circuits[0], { change: p9, afterMs: 500, forMs: 1000 });
  const stays = await kept.watched(circuits[1], { change: null, afterMs: 0, forMs: 3000 });
  const blockedMs = monotonicMs();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000);
  const [seenLeft, seenKept] = [await leaves(), await stays()];

  await t.test("a vehicle leaves C", async (t) => {
    t.equal(seenLeft.wasHigh, true, "it charged");
    const tookMs = later(seenLeft.lowMs) - seenLeft.changedMs;
    t.comment(`vehicle in B → relay line low: ${tookMs.toFixed(1)} ms`);
    t.ok(tookMs < 200, `${tookMs} ms`);
    await left.heard("B");
    t.equal(left.told[0], "interlock:left_c");
    left.show(p6);
    await left.heard("C");
    await pause(250);
    t.equal(left.closed, false, "back in C, two renewals later: no grant knows of the opening");
    await left.close();
    left.guard.open(0);
    t.equal(left.closed, false, "before `open` returns");
    await pause(20);
    t.equal(left.closed, false);
  });

  await t.test("another one stays in C: its grant runs out, and with it the offer", async (t) => {
    const tookMs = later(seenKept.lowMs) - blockedMs;
    t.comment(`main thread blocked → relay line low: ${tookMs.toFixed(1)} ms`);
    t.ok(tookMs > 1300 && tookMs < 1700, `${tookMs} ms: 1500 from a renewal on that is up to 100 ms old`);
    t.equal(kept.offer100, true, "X1");
    await kept.heard("interlock:grant_expired");
    await pause(120);
    t.equal(kept.closed, false);
  });
});

t.test("a thread that is gone", async (t) => {
  const faulty = { interlock: join(import.meta.dirname, "faulty-worker.ts") };
  const station = new Charging(places[0], lineThreads(tree.root, faulty), 3000);
  t.teardown(() => station.guard.end());

  await t.test("hangs: open after 50 ms, and another one in its place", async (t) => {
    await station.close();
    tree.put("hang", "");
    const hungMs = monotonicMs();
    await until(() => !station.closed);
    const tookMs = monotonicMs() - hungMs;
    t.comment(`hangs → relay line low: ${tookMs.toFixed(1)} ms`);
    t.ok(tookMs < 250, `${tookMs} ms`);
    t.equal(station.told[0], "The interlock took no sample for 50 ms.");
    t.throws(() => station.guard.close(0), { code: "interlock_lost" });
    rmSync(tree.path("hang"));
    await station.heard("back");
    t.equal(station.closed, false, "nobody has granted anything anew");
  });

  await t.test("breaks: open before it ends", async (t) => {
    await station.close();
    tree.put("throw", "");
    await until(() => !station.closed);
    await until(() => !station.guard.trusted);
    // Whichever is noticed first.
    t.match(station.told.at(-1), /^The interlock (ended: a defect of the program|took no sample for 50 ms\.)$/);
  });
});
