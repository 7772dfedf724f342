import t from "tap";
import { SystemClock } from "../../src/runtime/system-clock.ts";

// These run on the real clock on purpose: it is what they test. Each takes some tens of milliseconds.

t.test("entries run in order, not before their time, and the queue is emptied after each", async (t) => {
  const lateness: number[] = [];
  const clock = new SystemClock({ onLateness: (latenessMs) => lateness.push(latenessMs) });
  const ran: string[] = [];
  clock.onTurnEnd(() => ran.push("end of turn"));
  await new Promise<void>((resolve) => {
    clock.schedule("second", clock.nowMs() + 20, () => {
      ran.push("second");
      resolve();
    });
    clock.schedule("first", clock.nowMs() + 5, () => ran.push("first"));
  });
  clock.stop();
  t.strictSame(ran, ["first", "end of turn", "second", "end of turn"]);
  t.ok(
    lateness.every((latenessMs) => latenessMs >= 0),
    "nothing runs early",
  );
});

t.test("a hurried clock counts faster than the wall", async (t) => {
  const clock = new SystemClock({ speed: 1000 });
  await new Promise<void>((resolve) => {
    clock.schedule("ten seconds", 10_000, resolve);
  });
  t.ok(clock.nowMs() >= 10_000);
  clock.stop();
});

t.test("a stopped clock runs nothing any more", async (t) => {
  const clock = new SystemClock();
  clock.schedule("never", clock.nowMs() + 1, () => t.fail("ran after stop"));
  clock.stop();
  await new Promise((resolve) => setTimeout(resolve, 10));
  t.strictSame(
    clock.pending().map(({ name }) => name),
    ["never"],
  );
});

t.test("a callback of the operating system is a turn of its own", async (t) => {
  const clock = new SystemClock();
  const ran: string[] = [];
  clock.onTurnEnd(() => ran.push("end of turn"));
  clock.turn(() => ran.push("bytes"));
  clock.stop();
  t.strictSame(ran, ["bytes", "end of turn"]);
});

t.test("wall time follows the clock of the machine, which somebody may set right", async (t) => {
  const clock = new SystemClock();
  const hurried = new SystemClock({ speed: 10 });
  const { now } = Date;
  t.teardown(() => {
    Date.now = now;
    clock.stop();
    hurried.stop();
  });
  const beforeMs = now();
  Date.now = () => now() + 3_600_000;
  t.ok(clock.wallTimeMs() >= beforeMs + 3_600_000);
  t.equal(clock.wallTimeMs(clock.nowMs() + 60_000) >= beforeMs + 3_660_000, true, "and so does an instant to come");
  t.ok(hurried.wallTimeMs() < beforeMs + 3_600_000, "a hurried one has a time of its own");
});
