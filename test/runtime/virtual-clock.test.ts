import t from "tap";
import { agendaRank } from "../../src/runtime/agenda.ts";
import { VirtualClock, virtualEpochMs } from "../../src/runtime/virtual-clock.ts";

t.test("equal instants run as scenario steps, deadlines, then the rest in the order of scheduling", async (t) => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  const note = (name: string) => (): void => {
    ran.push(`${clock.nowMs()} ${name}`);
  };
  clock.schedule("a", 100, note("rest 1"));
  clock.scheduleRanked("b", 100, agendaRank.deadline, note("deadline"));
  clock.schedule("c", 100, note("rest 2"));
  clock.scheduleRanked("d", 100, agendaRank.scenario, note("step 1"));
  clock.scheduleRanked("e", 100, agendaRank.scenario, note("step 2"));
  clock.schedule("f", 50, note("earlier"));
  clock.runUntil(200);
  t.strictSame(ran, ["50 earlier", "100 step 1", "100 step 2", "100 deadline", "100 rest 1", "100 rest 2"]);
  t.equal(clock.nowMs(), 200);
});

t.test("an entry scheduled for now or the past runs at once, after what is due already", async (t) => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  clock.schedule("first", 10, () => {
    clock.schedule("past", 3, () => ran.push(`past at ${clock.nowMs()}`));
    ran.push("first");
  });
  clock.schedule("second", 10, () => ran.push("second"));
  clock.runUntil(10);
  t.strictSame(ran, ["first", "second", "past at 10"]);
});

t.test("a cancelled entry does not run, and is not waited for", async (t) => {
  const clock = new VirtualClock();
  const timer = clock.schedule("never", 5, () => t.fail("cancelled"));
  timer.cancel();
  clock.runUntil(10);
  t.equal(clock.nowMs(), 10);
});

t.test("the run stops in the turn that says so", async (t) => {
  const clock = new VirtualClock();
  let turns = 0;
  const tick = (): void => {
    turns++;
    clock.schedule("tick", clock.nowMs() + 10, tick);
  };
  clock.schedule("tick", 0, tick);
  clock.runUntil(1000, () => turns < 3);
  t.equal(turns, 3);
  t.equal(clock.nowMs(), 20);
});

t.test("wall time begins on the first of January 2026 wherever the machine stands", async (t) => {
  const clock = new VirtualClock();
  clock.runUntil(1500);
  t.equal(new Date(clock.wallTimeMs()).toISOString(), "2026-01-01T00:00:01.500Z");
  t.equal(clock.wallTimeMs(0), virtualEpochMs);
});

t.test(
  "a turn that takes its time: what was due meanwhile comes late, in its order, and time never goes back",
  async (t) => {
    const clock = new VirtualClock();
    const told: string[] = [];
    const tell = (name: string) => () => told.push(`${clock.nowMs()} ${name}`);
    clock.schedule("long", 10, () => {
      clock.stall(50);
      tell("long")();
    });
    for (const atMs of [20, 30, 70]) clock.schedule(`${atMs}`, atMs, tell(`due at ${atMs}`));
    clock.runUntil(100);
    t.same(told, ["60 long", "60 due at 20", "60 due at 30", "70 due at 70"]);
  },
);
