import fc from "fast-check";
import t from "tap";
import type { OpeningReason, PilotView } from "../../../../boards/charge-control-c/interlock/interlock.ts";
import { Interlock } from "../../../../boards/charge-control-c/interlock/interlock.ts";
import type { Store } from "../../../../boards/charge-control-c/interlock/memory.ts";
import { InterlockMemory, OrderReader } from "../../../../boards/charge-control-c/interlock/memory.ts";
import type { Grant, Order } from "../../../../boards/charge-control-c/interlock/order.ts";
import { firstOrder, ticksAfter, ticksBetween, ticksOf } from "../../../../boards/charge-control-c/interlock/order.ts";
import type { PilotLetter } from "../../../../src/core/board.ts";

/** C only; with ventilation D too. */
const [onlyC, withD] = [1, 3];
const [r1, r2, both] = [1, 2, 3];
const granted: Grant = { epoch: 1, letters: onlyC, coils: r1, expiryTicks: 1500 };
const inC2: PilotView = { letter: "C", faulty: false, switching: true, tripped: false };

interface Row {
  readonly what: string;
  readonly grant?: Partial<Grant>;
  readonly view?: Partial<PilotView>;
  readonly atTicks?: number;
  /** What an interlock makes of it that is open, and one that has R1 closed by the same grant in C2. */
  readonly open: readonly [coils: number, reason: OpeningReason | null];
  readonly closed: readonly [coils: number, reason: OpeningReason | null];
}

const pilotFault = [0, "interlock:pilot_fault"] as const;
const leftC = [0, "interlock:left_c"] as const;
const rcm = [0, "interlock:rcm"] as const;
const expired = [0, "interlock:grant_expired"] as const;

const rows: readonly Row[] = [
  { what: "C with PWM", open: [r1, null], closed: [r1, null] },
  { what: "C without PWM", view: { switching: false }, open: leftC, closed: [r1, null] },
  { what: "A", view: { letter: "A" }, open: leftC, closed: leftC },
  { what: "B", view: { letter: "B" }, open: leftC, closed: leftC },
  { what: "D without ventilation", view: { letter: "D" }, open: leftC, closed: leftC },
  {
    what: "D with ventilation",
    grant: { letters: withD },
    view: { letter: "D" },
    open: [r1, null],
    closed: [r1, null],
  },
  { what: "B with ventilation", grant: { letters: withD }, view: { letter: "B" }, open: leftC, closed: leftC },
  { what: "C where only D is allowed", grant: { letters: 2 }, open: leftC, closed: leftC },
  { what: "no state is allowed", grant: { letters: 0 }, open: leftC, closed: leftC },
  { what: "E", view: { letter: "E" }, open: leftC, closed: leftC },
  { what: "F", view: { letter: "F" }, open: leftC, closed: leftC },
  { what: "no state", view: { letter: null }, open: pilotFault, closed: pilotFault },
  { what: "pilot fault in C", view: { faulty: true }, open: pilotFault, closed: pilotFault },
  { what: "pilot fault in B", view: { faulty: true, letter: "B" }, open: pilotFault, closed: pilotFault },
  { what: "residual current", view: { tripped: true }, open: rcm, closed: rcm },
  {
    what: "everything at once",
    view: { tripped: true, faulty: true, letter: "A" },
    atTicks: 9000,
    open: rcm,
    closed: rcm,
  },
  { what: "the last moment of the grant", atTicks: 1499, open: [r1, null], closed: [r1, null] },
  { what: "the grant has run out", atTicks: 1500, open: expired, closed: expired },
  { what: "out of C when the grant runs out", view: { letter: "B" }, atTicks: 1500, open: leftC, closed: leftC },
  { what: "taken back", grant: { coils: 0 }, open: [0, null], closed: [0, null] },
  { what: "taken back in B", grant: { coils: 0 }, view: { letter: "B" }, open: [0, null], closed: [0, null] },
  { what: "a grant of the opening before", grant: { epoch: 0 }, open: [0, null], closed: [0, null] },
  { what: "a grant of an opening to come", grant: { epoch: 2 }, open: [0, null], closed: [0, null] },
  { what: "both relays", grant: { coils: both }, open: [both, null], closed: [both, null] },
  { what: "both, without PWM", grant: { coils: both }, view: { switching: false }, open: leftC, closed: leftC },
  { what: "the other relay", grant: { coils: r2 }, open: [r2, null], closed: [r2, null] },
];

for (const { what, grant, view, atTicks = 0, open, closed } of rows) {
  t.test(what, async (t) => {
    for (const [before, [coils, reason]] of [
      ["open", open],
      ["closed", closed],
    ] as const) {
      const interlock = new Interlock();
      if (before === "closed") interlock.step(granted, both, inC2, 0);
      t.equal(interlock.step({ ...granted, ...grant }, both, { ...inC2, ...view }, atTicks), reason, before);
      t.equal(interlock.coils, coils, before);
      t.equal(interlock.epoch, reason === null ? 1 : 2, "each opening of its own, and no other, makes an epoch");
    }
  });
}

t.test("after an opening the same grant closes nothing, renewed or not, until it knows of the opening", async (t) => {
  const interlock = new Interlock();
  interlock.step(granted, both, inC2, 0);
  t.equal(interlock.step(granted, both, { ...inC2, letter: "B" }, 10), "interlock:left_c");
  t.equal(interlock.step(granted, both, inC2, 20), null, "it is told once");
  t.equal(interlock.coils, 0, "the vehicle is back in C");
  interlock.step({ ...granted, expiryTicks: 5000 }, both, inC2, 30);
  t.equal(interlock.coils, 0, "renewed");
  interlock.step({ ...granted, epoch: 2 }, both, inC2, 40);
  t.equal(interlock.coils, r1, "armed anew");
});

t.test("times go on over the end of their 32 bits", async (t) => {
  const beforeTheEnd = ticksOf(2 ** 31 - 100);
  t.equal(ticksBetween(beforeTheEnd, ticksOf(2 ** 31 + 1400)), 1500);
  t.equal(ticksBetween(ticksOf(2 ** 31 + 1400), beforeTheEnd), -1500);
  t.equal(ticksBetween(ticksOf(2 ** 32 - 1), ticksOf(2 ** 32)), 1);
  const grant = { ...granted, expiryTicks: ticksAfter(beforeTheEnd, 1500) };
  const interlock = new Interlock();
  t.equal(interlock.step(grant, both, inC2, ticksOf(2 ** 31 + 1399)), null);
  t.equal(interlock.step(grant, both, inC2, ticksOf(2 ** 31 + 1400)), "interlock:grant_expired");
});

t.test("a relay that is taken back opens whatever the grant says, and another one stays", async (t) => {
  const interlock = new Interlock();
  const grant = { ...granted, coils: both };
  interlock.step(grant, both, inC2, 0);
  t.equal(interlock.step(grant, r1, inC2, 10), null);
  t.equal(interlock.coils, r1);
  interlock.step(grant, 0, inC2, 20);
  t.equal(interlock.coils, 0);
});

t.test("a relay is permitted from the last store on", async (t) => {
  const memory = new InterlockMemory();
  const stores = memory.storesOf({ ...firstOrder(), coils: r1 });
  for (const store of stores.slice(0, -1)) memory.store(store);
  t.equal(memory.permitted, 0);
  for (const store of stores.slice(-1)) memory.store(store);
  t.equal(memory.permitted, r1);
});

t.test("an order is seen as a whole or not at all, wherever its writer stops", async (t) => {
  const before: Order = { ...firstOrder(), epoch: 3, coils: both, expiryTicks: 100, dutyHundredths: 2667, driven: 1 };
  const after: Order = {
    epoch: 4,
    letters: withD,
    coils: 0,
    expiryTicks: -7,
    dutyHundredths: 10_000,
    driven: 0,
    watching: 1,
    pilotRevision: 9,
  };
  const storeCount = new InterlockMemory().storesOf(after).length;
  t.equal(storeCount, 12, "eight words, the sequence around them, and what is permitted around that");
  for (let cut = 0; cut <= storeCount; cut++) {
    const memory = new InterlockMemory();
    const reader = new OrderReader(memory);
    memory.write(before);
    reader.refresh();
    for (const store of memory.storesOf(after).slice(0, cut)) memory.store(store);
    const isWhole = cut >= storeCount - 1;
    t.equal(reader.refresh(), isWhole);
    t.strictSame(reader.order, isWhole ? after : before, `${cut} stores`);
    t.equal(memory.permitted, cut === 0 ? both : 0, "what is taken back is so from the first store on");
  }
});

// -- The race --

const lifetimeMs = 60;

type Step =
  | { readonly do: "grant" }
  | { readonly do: "withdraw" }
  | { readonly do: "store"; readonly count: number }
  | { readonly do: "hear" }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "pilot"; readonly letter: PilotLetter | null }
  | { readonly do: "sample" };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("grant" as const) }),
    fc.record({ do: fc.constant("withdraw" as const) }),
    fc.record({ do: fc.constant("store" as const), count: fc.constantFrom(1, 3, 12) }),
    fc.record({ do: fc.constant("hear" as const) }),
    fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, 4, 50) }),
    fc.record({
      do: fc.constant("pilot" as const),
      letter: fc.constantFrom<PilotLetter | null>("C", "C", "C", "C", "C", "B", "D", null),
    }),
    { weight: 3, arbitrary: fc.record({ do: fc.constant("sample" as const) }) },
  ),
  { minLength: 30, maxLength: 90 },
);

interface Meaning {
  readonly closes: boolean;
  /** How many openings the main thread had heard of. */
  readonly heard: number;
  readonly expiryMs: number;
}

/** A main thread that may stop before each of its stores for as long as it likes, and a worker beside it. */
class Race {
  readonly #memory = new InterlockMemory();
  readonly #reader = new OrderReader(this.#memory);
  readonly #interlock = new Interlock();
  readonly #order: Order = { ...firstOrder(), letters: onlyC };
  #unwritten: Store[] = [];
  #letter: PilotLetter | null = "C";
  #nowMs = 0;
  /** Openings of the worker, and how many of them the main thread has heard of. */
  #openings = 0;
  #heard = 0;
  /** What the main thread meant by what it has completely written, and by what it is writing. */
  #written: Meaning = { closes: false, heard: 0, expiryMs: 0 };
  #writing = this.#written;
  closed = false;

  /** What is wrong after this step; null when nothing is. */
  run(step: Step): string | null {
    switch (step.do) {
      case "grant":
        // What it knows of the world is what it knew when it began.
        this.#begin({ closes: true, heard: this.#heard, expiryMs: this.#nowMs + lifetimeMs });
        return null;
      case "withdraw":
        this.#begin({ closes: false, heard: this.#heard, expiryMs: 0 });
        return null;
      case "store":
        this.#store(step.count);
        return null;
      case "hear":
        this.#heard = this.#openings;
        this.#order.epoch = this.#interlock.epoch;
        return null;
      case "pass":
        this.#nowMs += step.ms;
        return null;
      case "pilot":
        this.#letter = step.letter;
        return null;
      case "sample":
        return this.#sample();
    }
  }

  /** It does one thing after the other: what it was writing is finished first. */
  #begin(meaning: Meaning): void {
    this.#store(this.#unwritten.length);
    Object.assign(this.#order, { coils: meaning.closes ? r1 : 0, expiryTicks: meaning.expiryMs });
    this.#unwritten = this.#memory.storesOf(this.#order);
    this.#writing = meaning;
  }

  #store(count: number): void {
    if (this.#unwritten.length === 0) return;
    for (const store of this.#unwritten.splice(0, count)) this.#memory.store(store);
    // A withdrawal counts from its first store on, a grant from its last.
    if (this.#unwritten.length === 0 || !this.#writing.closes) this.#written = this.#writing;
  }

  #sample(): string | null {
    this.#reader.refresh();
    const view = { letter: this.#letter, faulty: false, switching: true, tripped: false };
    const openingsBefore = this.#openings;
    const { permitted } = this.#memory;
    if (this.#interlock.step(this.#reader.order, permitted, view, this.#nowMs) !== null) this.#openings++;
    this.closed = this.#interlock.coils !== 0;
    const { closes, heard, expiryMs } = this.#written;
    const may = closes && heard === openingsBefore && this.#nowMs < expiryMs && this.#letter === "C";
    if (this.closed && !may) return `closed at ${this.#nowMs} ms`;
    // Half an order written, the one before it may not have been seen.
    return may && !this.closed && this.#unwritten.length === 0 ? `open at ${this.#nowMs} ms` : null;
  }
}

t.test("whatever the main thread does late, a relay is closed only while a grant is valid", async (t) => {
  let closings = 0;
  fc.assert(
    fc.property(steps, (sequence) => {
      const race = new Race();
      for (const step of sequence) {
        const wrong = race.run(step);
        if (wrong !== null) throw new Error(wrong);
        if (race.closed) closings++;
      }
    }),
    { numRuns: 3000, seed: 20 },
  );
  t.ok(closings > 5000, `closed after ${closings} steps`);
});
