/** Both ends of the interlock on a virtual clock, with the seeded delays between them. */
import t from "tap";
import { InterlockGuard } from "../../../../boards/charge-control-c/interlock/guard.ts";
import { inlineLink } from "../../../../boards/charge-control-c/interlock/inline-link.ts";
import type { InterlockLink, LinkEvents } from "../../../../boards/charge-control-c/interlock/link.ts";
import { SimulatedLine, SimulatedPwm, simulatedLines } from "../../../../boards/sim/lines/lines.ts";
import { OrderedQueue } from "../../../../src/runtime/ordered-queue.ts";
import { seededRandom } from "../../../../src/runtime/random.ts";
import { VirtualClock } from "../../../../src/runtime/virtual-clock.ts";

/** Counts as the detectors show them: 8947, 5900 and -11625 mV. */
const [p9, p6, n12] = [3233, 2838, 569];

/** A worker and a main thread on one clock; `told` is what the main thread hears, with the time. */
function station(seed: number, lifetimeMs = 1500, slow = false) {
  const clock = new VirtualClock();
  // Times are told from when it is trusted, or from its start where that takes its time.
  const startMs = slow ? 0 : 1000;
  const nowMs = (): number => clock.nowMs() - startMs;
  const queue = new OrderedQueue(clock);
  const told: string[] = [];
  const moves: string[] = [];
  const relay = new SimulatedLine(() => moves.push(`${nowMs()} ${relay.read()}`));
  const pwm = new SimulatedPwm();
  let positiveRaw = p6;
  let silent = false;
  const random = seededRandom(seed, "interlock");
  const threadDelayMs = (): number => random.integer(0, 50);
  const machine = simulatedLines({
    gpio: new Map([
      ["relay", relay],
      ["positive", new SimulatedLine()],
      ["negative", new SimulatedLine()],
    ]),
    pwm: new Map([["pilot", pwm]]),
    adc: new Map([
      ["adc/positive", () => positiveRaw],
      ["adc/negative", () => n12],
    ]),
  });
  const plan = {
    positiveReset: "positive",
    negativeReset: "negative",
    positivePeak: { device: "adc", channel: "positive" },
    negativePeak: { device: "adc", channel: "negative" },
    coils: ["relay"],
    rcm: null,
    pwm: { device: "pilot", channel: 0 },
  };
  const tell = (what: string): number => told.push(`${nowMs()} ${what}`);
  let events: LinkEvents | undefined;
  let terminated = 0;
  const afterQueue = (run: () => void): void => queue.after(run);
  const guard = new InterlockGuard({
    clock,
    afterQueue,
    start: (given) => {
      events = given;
      const link = inlineLink({ ...machine, threadDelayMs }, plan, { clock, afterQueue })(given);
      let heldTicks = 0;
      // A worker that hangs is one whose samples end.
      const seen: InterlockLink = {
        write: (order) => link.write(order),
        get cycles() {
          return slow ? 0 : link.cycles;
        },
        get sampledTicks() {
          if (!silent) heldTicks = link.sampledTicks;
          return heldTicks;
        },
        counts: null,
        nowTicks: () => link.nowTicks(),
        end: () => link.end(),
        terminate: () => {
          terminated++;
          link.terminate();
          events?.ended(null);
        },
      };
      return seen;
    },
    release: [() => relay.set("low")],
    letters: 1,
    lifetimeMs,
    pilot: () => ({ dutyPercent: 26.67, driven: true }),
    events: {
      pilot: ({ state }) => tell(String(state)),
      rcm: () => {},
      opened: tell,
      failure: ({ what, code }) => tell(`${what} ${code}`),
      lost: tell,
      back: () => tell("back"),
    },
  });
  pwm.setPeriodNs(1_000_000);
  const at = (atMs: number): void => clock.runUntil(startMs + atMs);
  guard.watch(true);
  guard.changePilot(() => pwm.setDutyNs(266_700));
  at(200);
  told.length = 0;
  return {
    clock,
    guard,
    queue,
    relay,
    told,
    moves,
    pwm,
    at,
    show: (raw: number): void => {
      positiveRaw = raw;
    },
    hang: (hangs: boolean): void => {
      silent = hangs;
    },
    /** One that is started takes its time to begin. */
    startSlowly: (slowly: boolean): void => {
      slow = slowly;
    },
    end: (): void => events?.ended(new Error("killed")),
    terminated: () => terminated,
  };
}

const timeOf = (line: string | undefined): number => Number(line?.split(" ")[0]);

t.test(
  "for every seed: closed at most 50 ms after the grant, open 8 ms after the vehicle left C, told later",
  async (t) => {
    const lateness = new Set<number>();
    for (let seed = 1; seed <= 200; seed++) {
      const { guard, moves, told, show, at, relay } = station(seed);
      guard.close(0);
      at(300);
      const closedMs = timeOf(moves[0]);
      if (relay.read() !== "high" || closedMs < 200 || closedMs > 250) t.fail(`seed ${seed}: ${moves}`);
      show(p9);
      at(500);
      const openedMs = timeOf(moves[1]);
      if (moves.length !== 2 || openedMs <= 300 || openedMs > 308) t.fail(`seed ${seed}: ${moves}`);
      if (!told[0]?.endsWith("interlock:left_c") || !told[1]?.endsWith("B")) t.fail(`seed ${seed}: ${told}`);
      const lateMs = timeOf(told[0]) - openedMs;
      if (lateMs < 0 || lateMs > 50) t.fail(`seed ${seed}: told ${lateMs} ms later`);
      lateness.add(lateMs);
    }
    t.ok(lateness.size > 40, `${lateness.size} different delays`);
  },
);

t.test("a main thread that has not heard of the opening grants in vain", async (t) => {
  let refused = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const { guard, show, at, relay, moves, told } = station(seed);
    guard.close(0);
    at(300);
    // The vehicle leaves C for an instant; the station orders closing again before it hears of that.
    show(p9);
    at(308);
    show(p6);
    guard.open(0);
    guard.close(0);
    const unheard = told.length === 0;
    at(600);
    if (!unheard) continue;
    refused++;
    if (relay.read() !== "low" || moves.filter((move) => move.endsWith("high")).length > 1)
      t.fail(`seed ${seed}: ${moves}`);
    guard.close(0);
    at(700);
    if (relay.read() !== "high") t.fail(`seed ${seed}: not armed anew: ${moves}`);
  }
  t.ok(refused > 100, `${refused} seeds of 200`);
});

t.test("granted and taken back in the same instant, it never closes", async (t) => {
  for (let seed = 1; seed <= 100; seed++) {
    const { guard, moves, at } = station(seed);
    guard.close(0);
    guard.open(0);
    at(400);
    if (moves.length > 0) t.fail(`seed ${seed}: ${moves}`);
  }
  t.pass("whatever the delay");
});

t.test("renewed while the queue gets on; while it stands still, open when the grant runs out", async (t) => {
  const { guard, queue, relay, moves, told, at, pwm } = station(7, 500);
  guard.close(0);
  at(10_000);
  t.equal(relay.read(), "high");
  t.same(told, []);
  queue.hold(true);
  at(10_700);
  t.equal(relay.read(), "low");
  const openedMs = timeOf(moves[1]);
  t.ok(openedMs >= 10_400 && openedMs <= 10_504, `${openedMs}: 500 ms after a renewal that was up to 100 ms old`);
  t.equal(pwm.dutyNs, 1_000_000, "X1");
  t.same(told, [], "nobody is there to hear it");
  queue.hold(false);
  at(12_000);
  t.match(told, [/interlock:grant_expired$/]);
  t.equal(relay.read(), "low", "the queue gets on, and nobody has granted anything anew");
});

t.test("no sample for 50 ms: open, told, and back after a second of samples", async (t) => {
  const { guard, relay, moves, told, at, hang } = station(3);
  guard.close(0);
  at(1000);
  hang(true);
  at(1100);
  t.equal(relay.read(), "low");
  const openedMs = timeOf(moves[1]);
  t.ok(openedMs > 1045 && openedMs <= 1062, `${openedMs}`);
  t.same(told, [`${openedMs} The interlock took no sample for 50 ms.`]);
  t.throws(() => guard.close(0), { code: "interlock_lost" });
  hang(false);
  at(3000);
  t.match(told[1], /^2[12]\d\d back$/);
  t.equal(relay.read(), "low");
  guard.close(0);
  at(3100);
  t.equal(relay.read(), "high");
});

t.test("silent for a second it is ended, and started anew once it is gone", async (t) => {
  const { guard, relay, told, at, hang, terminated } = station(3);
  guard.close(0);
  at(1000);
  hang(true);
  at(2300);
  t.equal(terminated(), 1);
  t.ok(guard.unsampledMs >= 1240 && guard.unsampledMs <= 1300, `${guard.unsampledMs} ms without a sample`);
  hang(false);
  at(6000);
  t.equal(terminated(), 1);
  t.ok(guard.unsampledMs <= 100, `${guard.unsampledMs} ms: sampled until the last look`);
  t.match(told.at(-1), /back$/);
  guard.close(0);
  at(6100);
  t.equal(relay.read(), "high");
});

t.test("it ends by itself: open at once, told, and another one in its place", async (t) => {
  const { guard, relay, moves, told, at, end } = station(3);
  guard.close(0);
  at(1000);
  end();
  t.equal(relay.read(), "low");
  t.equal(timeOf(moves[1]), 1000);
  t.same(told, ["1000 The interlock ended: killed"]);
  at(1900);
  t.throws(() => guard.close(0), { code: "interlock_lost" });
  at(5000);
  t.match(told.at(-1), /back$/);
  t.equal(relay.read(), "low");
});

t.test("a first thread that takes its time to begin, as on a board that is still booting, is no fault", async (t) => {
  const { at, guard, startSlowly, hang, told } = station(3, 1500, true);
  at(25_000);
  t.notOk(guard.trusted, "the station is not ready meanwhile");
  t.throws(() => guard.close(0), { code: "interlock_lost" });
  startSlowly(false);
  at(25_300);
  hang(true);
  at(25_500);
  hang(false);
  at(26_000);
  t.notOk(guard.trusted, "it stopped once more");
  at(26_800);
  t.ok(guard.trusted);
  t.same(told, []);
  hang(true);
  at(27_000);
  t.match(told, [/took no sample for 50 ms\.$/], "but from then on");
});

t.test("one that does not begin within 30 s, or does nothing but stop again, is a fault", async (t) => {
  const never = station(3, 1500, true);
  never.at(31_000);
  t.match(never.told, [/^30[01]00 The interlock does not start\.$/]);
  const stutters = station(3, 1500, true);
  stutters.startSlowly(false);
  for (let ms = 1000; ms <= 31_000; ms += 500) {
    stutters.at(ms);
    stutters.hang(ms % 1000 === 0);
  }
  t.match(stutters.told, [/^30[01]00 The interlock does not start\.$/]);
});

t.test("one that takes its time to begin is not ended for it, as the first one would not be", async (t) => {
  const { at, end, startSlowly, terminated, told } = station(3);
  startSlowly(true);
  end();
  at(30_000);
  t.equal(terminated(), 0);
  startSlowly(false);
  at(32_000);
  t.match(told.at(-1), /back$/);
  startSlowly(true);
  end();
  at(64_000);
  t.equal(terminated(), 1, "but after thirty seconds of nothing");
});
