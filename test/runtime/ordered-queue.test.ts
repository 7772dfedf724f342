import t from "tap";
import type { Mailbox } from "../../hal/module.ts";
import type { Machine } from "../../src/core/machine.ts";
import { OrderedQueue } from "../../src/runtime/ordered-queue.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";

interface State {
  readonly seen: readonly string[];
  readonly dueMs: number | null;
}

type Event =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "wake"; readonly atMs: number | null }
  | { readonly kind: "deadline" };

/** Repeats every word as an effect and can be told to wake up. */
const parrot: Machine<State, Event, string> = {
  step(state, event, nowMs) {
    switch (event.kind) {
      case "word":
        return { state: { ...state, seen: [...state.seen, event.text] }, effects: [event.text] };
      case "wake":
        return { state: { ...state, dueMs: event.atMs }, effects: [] };
      case "deadline":
        return { state: { ...state, dueMs: null }, effects: [`woke at ${nowMs}`] };
    }
  },
  deadlineMs: (state) => state.dueMs,
  deadlineReached: { kind: "deadline" },
};

const word = (text: string): Event => ({ kind: "word", text });

function setUp(): {
  clock: VirtualClock;
  queue: OrderedQueue;
  done: string[];
  box: (name: string) => Mailbox<State, Event>;
} {
  const clock = new VirtualClock();
  const queue = new OrderedQueue(clock);
  const done: string[] = [];
  const box = (name: string): Mailbox<State, Event> =>
    queue.register(name, parrot, { seen: [], dueMs: null }, (effect) => done.push(`${name} ${effect}`));
  return { clock, queue, done, box };
}

t.test("events are handled in the order they were posted, across machines", async (t) => {
  const { queue, done, box } = setUp();
  const [a, b] = [box("a"), box("b")];
  a.post(word("1"));
  b.post(word("2"));
  a.post(word("3"));
  t.strictSame(done, [], "nothing is handled before the turn ends");
  queue.drain();
  t.strictSame(done, ["a 1", "b 2", "a 3"]);
});

t.test("what an effect posts waits for its turn", async (t) => {
  const clock = new VirtualClock();
  const queue = new OrderedQueue(clock);
  const done: string[] = [];
  const box: Mailbox<State, Event> = queue.register("a", parrot, { seen: [], dueMs: null }, (effect) => {
    if (effect === "first") box.post(word("posted by first"));
    done.push(effect);
  });
  box.post(word("first"));
  box.post(word("second"));
  queue.drain();
  t.strictSame(done, ["first", "second", "posted by first"]);
});

t.test("a deadline comes at its instant, not a millisecond before, and an earlier one overtakes", async (t) => {
  const { clock, done, box } = setUp();
  const a = box("a");
  clock.turn(() => a.post({ kind: "wake", atMs: 5000 }));
  clock.turn(() => a.post({ kind: "wake", atMs: 3000 }));
  clock.runUntil(2999);
  t.strictSame(done, []);
  clock.runUntil(3000);
  t.strictSame(done, ["a woke at 3000"]);
  clock.runUntil(9000);
  t.strictSame(done, ["a woke at 3000"], "the first wish was replaced");
});

t.test("a deadline that moved out is kept at its new instant", async (t) => {
  const { clock, done, box } = setUp();
  const a = box("a");
  clock.turn(() => a.post({ kind: "wake", atMs: 3000 }));
  clock.turn(() => a.post({ kind: "wake", atMs: 7000 }));
  clock.runUntil(6999);
  t.strictSame(done, []);
  clock.runUntil(7000);
  t.strictSame(done, ["a woke at 7000"]);
});

t.test("a withdrawn deadline does not come", async (t) => {
  const { clock, done, box } = setUp();
  const a = box("a");
  clock.turn(() => a.post({ kind: "wake", atMs: 3000 }));
  clock.turn(() => a.post({ kind: "wake", atMs: null }));
  clock.runUntil(10_000);
  t.strictSame(done, []);
});

t.test("held events wait and are handled in order on release; a deadline behind them is only late", async (t) => {
  const { clock, queue, done, box } = setUp();
  const a = box("a");
  clock.turn(() => a.post({ kind: "wake", atMs: 1000 }));
  queue.hold(true);
  clock.schedule("world", 500, () => a.post(word("early")));
  clock.schedule("world", 1500, () => a.post(word("late")));
  clock.schedule("release", 2000, () => queue.hold(false));
  clock.runUntil(1999);
  t.strictSame(done, []);
  clock.runUntil(2000);
  t.strictSame(done, ["a early", "a woke at 2000", "a late"]);
});

t.test("every event handled is told with its number, time and effects", async (t) => {
  const { clock, queue, box } = setUp();
  const turns: unknown[] = [];
  queue.listen((...turn) => turns.push(turn));
  const a = box("a");
  clock.schedule("x", 40, () => a.post(word("hello")));
  clock.runUntil(100);
  t.strictSame(turns, [[1, 40, "a", { kind: "word", text: "hello" }, ["hello"]]]);
  t.equal(queue.handled, 1);
});

t.test("an effect that fails does not lose the events behind it", async (t) => {
  const clock = new VirtualClock();
  const queue = new OrderedQueue(clock);
  const done: string[] = [];
  const box = queue.register("a", parrot, { seen: [], dueMs: null }, (effect) => {
    if (effect === "bad") throw new Error("relay on fire");
    done.push(effect);
  });
  box.post(word("bad"));
  box.post(word("good"));
  t.throws(() => queue.drain(), /relay on fire/);
  queue.drain();
  t.strictSame(done, ["good"]);
});

t.test("a replay steps the machine and carries nothing out", async (t) => {
  const { queue, done, box } = setUp();
  box("a");
  t.strictSame(queue.replay("a", word("again"), 10), ["again"]);
  t.equal(queue.replay("nobody", word("again"), 10), undefined);
  t.strictSame(done, []);
});
