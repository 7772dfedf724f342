import t from "tap";
import type { Share } from "../../../src/core/energy/distribute.ts";
import { distribute } from "../../../src/core/energy/distribute.ts";
import type { EnergyEvseState, EnergyFlowRequest } from "../../../src/core/energy/flow.ts";
import type { Given } from "../../../src/core/energy/making-room.ts";
import { makeRoom } from "../../../src/core/energy/making-room.ts";
import type { Bounds } from "./tree.ts";
import { evse, node, wallMs } from "./tree.ts";

/** A vehicle has followed after ten seconds, a limit ends after twenty. */
const timing = { followMs: 10_000, validMs: 20_000 };

type Wish = { maxA: number; state?: EnergyEvseState; heldA?: number };

class Fuse {
  given: ReadonlyMap<string, Given> = new Map();
  readonly #bounds: Bounds;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** Ampere by uuid, of those that are there. */
  at(nowMs: number, wishes: Record<string, Wish>): Record<string, number> {
    const leaves = Object.entries(wishes).map(
      ([uuid, { maxA, state = "Charging", heldA }]): EnergyFlowRequest => ({
        ...evse(uuid, { maxA, minA: 6, phases: 3 }),
        evse_state: state,
        ...(heldA !== undefined && { held_current_A: heldA }),
      }),
    );
    const due: Map<string, Share> = distribute(node("n", this.#bounds, leaves), wallMs, {
      nominalVoltageV: 230,
      sliceA: 0.5,
      sliceW: 500,
      phases: ({ maxPhases }) => maxPhases,
      mayReducePhases: () => false,
    });
    this.given = makeRoom(due, this.given, nowMs, timing);
    return Object.fromEntries(
      [...due.keys()].map((uuid) => [uuid, this.given.get(uuid)?.limits.ac_max_current_A?.value ?? Number.NaN]),
    );
  }
}

t.test("a newcomer waits until the other has made room", async (t) => {
  const fuse = new Fuse({ maxA: 32 });
  t.same(fuse.at(0, { a: { maxA: 32 } }), { a: 32 }, "alone it gets all at once");
  const both = { a: { maxA: 32 }, b: { maxA: 32, state: "PrepareCharging" as const } };
  t.same(fuse.at(1000, both), { a: 16, b: 0 }, "the one that charges may still draw 32 A");
  t.same(fuse.at(10_999, both), { a: 16, b: 0 });
  t.same(fuse.at(11_000, both), { a: 16, b: 16 }, "by now it has followed");
});

t.test("the room there is anyway is given at once", async (t) => {
  const fuse = new Fuse({ maxA: 40 });
  fuse.at(0, { a: { maxA: 32 } });
  const both = { a: { maxA: 32 }, b: { maxA: 32 } };
  t.same(fuse.at(1000, both), { a: 20, b: 8 });
  t.equal(fuse.given.get("b")?.limits.ac_max_current_A?.source, "making room");
  t.same(fuse.at(11_000, both), { a: 20, b: 20 });
  t.equal(fuse.given.get("b")?.limits.ac_max_current_A?.source, "n");
});

t.test("room in watt", async (t) => {
  const fuse = new Fuse({ maxW: 690 * 32 });
  fuse.at(0, { a: { maxA: 32 } });
  const both = { a: { maxA: 32 }, b: { maxA: 32 } };
  t.same(fuse.at(1000, both), { a: 16, b: 0 });
  t.equal(fuse.given.get("b")?.limits.total_power_W?.value, 0);
  t.same(fuse.at(11_000, both), { a: 16, b: 16 });
});

t.test("who does not charge has nothing to follow", async (t) => {
  for (const state of ["Unplugged", "WaitForAuth", "PrepareCharging", "PausedEVSE", "Finished", "Disabled"] as const) {
    const fuse = new Fuse({ maxA: 32 });
    fuse.at(0, { a: { maxA: 32, state } });
    t.same(fuse.at(1000, { a: { maxA: 32, state }, b: { maxA: 32 } }), { a: 16, b: 16 }, state);
  }
  for (const state of ["Charging", "PausedEV"] as const) {
    const fuse = new Fuse({ maxA: 32 });
    fuse.at(0, { a: { maxA: 32, state } });
    t.same(fuse.at(1000, { a: { maxA: 32, state }, b: { maxA: 32 } }), { a: 16, b: 0 }, state);
  }
});

t.test("who ends draws until the contactor has opened, who is gone does not", async (t) => {
  const fuse = new Fuse({ maxA: 32 });
  fuse.at(0, { a: { maxA: 32 }, b: { maxA: 0 } });
  t.same(fuse.at(1000, { a: { maxA: 0, state: "Finished" }, b: { maxA: 32 } }), { a: 0, b: 0 });
  t.same(fuse.at(2000, { a: { maxA: 0, state: "Unplugged" }, b: { maxA: 32 } }), { a: 0, b: 32 });
});

t.test("several steps down are followed one by one", async (t) => {
  const fuse = new Fuse({ maxA: 32 });
  const wishes = (a: number) => ({ a: { maxA: a }, b: { maxA: 32 } });
  fuse.at(0, { a: { maxA: 26 }, b: { maxA: 6 } });
  t.same(fuse.at(1000, wishes(20)), { a: 16, b: 6 });
  t.same(fuse.at(6000, wishes(8)), { a: 8, b: 6 });
  t.same(fuse.at(11_000, wishes(8)), { a: 8, b: 16 }, "the first step is done");
  t.same(fuse.at(16_000, wishes(8)), { a: 8, b: 24 }, "the second one too");
});

t.test("nobody is lowered for it, and a limit that falls and rises again is its own room", async (t) => {
  const fuse = new Fuse({ maxA: 32 });
  fuse.at(0, { a: { maxA: 16 }, b: { maxA: 16 } });
  t.same(fuse.at(1000, { a: { maxA: 8 }, b: { maxA: 32 } }), { a: 8, b: 16 });
  t.same(fuse.at(2000, { a: { maxA: 16 }, b: { maxA: 16 } }), { a: 16, b: 16 });
});

t.test("who delays a reduction keeps its current from the others as long", async (t) => {
  const fuse = new Fuse({ maxA: 32 });
  fuse.at(0, { a: { maxA: 26 }, b: { maxA: 6 } });
  const delayed = { a: { maxA: 10, heldA: 26 }, b: { maxA: 32 } };
  t.same(fuse.at(1000, delayed), { a: 10, b: 6 });
  t.same(fuse.at(300_000, delayed), { a: 10, b: 6 });
  const over = { a: { maxA: 10 }, b: { maxA: 32 } };
  t.same(fuse.at(301_000, over), { a: 10, b: 6 }, "the vehicle follows");
  t.same(fuse.at(310_000, over), { a: 10, b: 22 });
  fuse.at(320_000, { a: { maxA: 0, heldA: 10 }, b: { maxA: 32 } });
  t.equal(fuse.given.get("b")?.a, 22, "down to nothing");
  const inWatt = new Fuse({ maxW: 690 * 32 });
  inWatt.at(0, { a: { maxA: 26 }, b: { maxA: 6 } });
  t.same(inWatt.at(1000, delayed), { a: 10, b: 6 }, "in watt");
});

t.test("less than the minimum is nothing yet", async (t) => {
  const fuse = new Fuse({ maxA: 36 });
  fuse.at(0, { a: { maxA: 32 } });
  t.same(fuse.at(1000, { a: { maxA: 32 }, b: { maxA: 32 } }), { a: 18, b: 0 }, "4 A would be left");
});

t.test("a smaller fuse lowers everybody at once", async (t) => {
  const fuse = new Fuse({ maxA: 32 });
  fuse.at(0, { a: { maxA: 32 }, b: { maxA: 32 } });
  t.same(fuse.at(1000, { a: { maxA: 10 }, b: { maxA: 10 } }), { a: 10, b: 10 });
});

t.test("an EVSE that is heard no more keeps its share until its limit has ended", async (t) => {
  const fuse = new Fuse({ maxA: 32 });
  fuse.at(0, { a: { maxA: 16 }, b: { maxA: 16 } });
  t.same(fuse.at(1000, { b: { maxA: 32 } }), { b: 16 });
  t.same(fuse.at(20_999, { b: { maxA: 32 } }), { b: 16 });
  t.same(fuse.at(21_000, { b: { maxA: 32 } }), { b: 32 });
  t.same([...fuse.given.keys()], ["b"], "and is forgotten");
});

t.test("whatever is asked, what may be drawn stays below the fuse", async (t) => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const states = ["Charging", "Charging", "Charging", "PausedEV", "PrepareCharging"] as const;
  const fuse = new Fuse({ maxA: 40 });
  const history: { nowMs: number; given: Record<string, number> }[] = [];
  let most = 0;
  for (let nowMs = 0; nowMs < 2_000_000; nowMs += 1000) {
    if (nowMs % 3000 === 0 || history.length === 0) {
      const wishes: Record<string, Wish> = {};
      for (const uuid of ["a", "b", "c", "d"]) {
        wishes[uuid] = { maxA: [0, 6, 10, 16, 32][random(5)] ?? 0, state: states[random(5)] ?? "Charging" };
      }
      history.push({ nowMs, given: fuse.at(nowMs, wishes) });
    }
    // The worst vehicle: the most it was given within the last ten seconds, as long as it charged.
    const worst = [...fuse.given.values()].reduce(
      (sum, { a, draws }) => sum + Math.max(a, ...draws.filter(({ untilMs }) => untilMs > nowMs).map((draw) => draw.a)),
      0,
    );
    most = Math.max(most, worst);
  }
  t.ok(most <= 40 + 1e-6, `at most ${most} A`);
  t.ok(most > 39, "and the fuse is used");
});
