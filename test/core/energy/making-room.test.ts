import t from "tap";
import type { DistributionRules } from "../../../src/core/energy/distribute.ts";
import { distribute } from "../../../src/core/energy/distribute.ts";
import type { EnergyEvseState, EnergyFlowRequest, LimitsRes } from "../../../src/core/energy/flow.ts";
import type { Given } from "../../../src/core/energy/making-room.ts";
import { makeRoom } from "../../../src/core/energy/making-room.ts";
import type { Bounds } from "./tree.ts";
import { evse, node, wallMs } from "./tree.ts";

/** A vehicle has followed after ten seconds, a limit ends after twenty. */
const timing = { followMs: 10_000, validMs: 20_000 };

/** `maxA`: Infinity where only power is limited. */
type Wish = {
  maxA: number;
  minA?: number;
  maxW?: number;
  phases?: number;
  state?: EnergyEvseState;
  heldA?: number;
  exports?: boolean;
};

const options: DistributionRules = {
  nominalVoltageV: 230,
  sliceA: 0.5,
  sliceW: 500,
  phases: ({ maxPhases }) => maxPhases,
  mayReducePhases: () => false,
};

function wishing(uuid: string, { maxA, minA = 6, maxW, phases = 3, state = "Charging", heldA, exports }: Wish) {
  const wish: EnergyFlowRequest = {
    ...evse(uuid, {
      minA,
      phases,
      ...(Number.isFinite(maxA) && { maxA }),
      ...(maxW !== undefined && { maxW }),
    }),
    evse_state: state,
    ...(heldA !== undefined && { held_current_A: heldA }),
  };
  return exports ? { ...wish, schedule_export: wish.schedule_import, schedule_import: [] } : wish;
}

class Fuse {
  given: ReadonlyMap<string, Given> = new Map();
  bounds: Bounds;

  constructor(bounds: Bounds) {
    this.bounds = bounds;
  }

  round(nowMs: number, wishes: Record<string, Wish>): readonly string[] {
    const fuse = node(
      "n",
      this.bounds,
      Object.entries(wishes).map(([uuid, wish]) => wishing(uuid, wish)),
    );
    const due = distribute({ ...fuse, schedule_export: fuse.schedule_import }, wallMs, options);
    this.given = makeRoom(due, this.given, nowMs, timing);
    return [...due.keys()];
  }

  /** Ampere by uuid, of those that are there. */
  at(nowMs: number, wishes: Record<string, Wish>): Record<string, number> {
    return Object.fromEntries(
      this.round(nowMs, wishes).map((uuid) => [
        uuid,
        this.given.get(uuid)?.limits.ac_max_current_A?.value ?? Number.NaN,
      ]),
    );
  }

  /** `8A 3ph 5520W`, without what is absent; `~` where it is not all yet. */
  told(nowMs: number, wishes: Record<string, Wish>): Record<string, string> {
    const round = (value: number): number => Math.round(value * 1e6) / 1e6;
    const shown = this.round(nowMs, wishes).map((uuid) => {
      const limits: LimitsRes = this.given.get(uuid)?.limits ?? {};
      const { ac_max_current_A: current, ac_max_phase_count: phases, total_power_W: power } = limits;
      const parts = [
        current && `${round(current.value)}A`,
        phases && `${phases.value}ph`,
        power && `${round(power.value)}W`,
        (current ?? power)?.source === "making room" ? "~" : undefined,
      ];
      return [uuid, parts.filter((part) => part !== undefined).join(" ")];
    });
    return Object.fromEntries(shown);
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

type Round = readonly [nowMs: number, wishes: Record<string, Wish>, told: Record<string, string>];

/** Rounds one after the other, each with what everybody is told. */
const courses: { title: string; fuse: Bounds; rounds: Round[] }[] = [
  {
    title: "from one phase to three the current falls, and the power does not",
    fuse: { maxA: 40 },
    rounds: [
      [0, { a: { maxA: 30, phases: 1 } }, { a: "30A 1ph" }],
      [1000, { a: { maxA: 10 }, b: { maxA: 32 } }, { a: "10A 3ph", b: "10A 3ph ~" }],
      [11_000, { a: { maxA: 10 }, b: { maxA: 32 } }, { a: "10A 3ph", b: "30A 3ph" }],
    ],
  },
  {
    title: "from three phases to one the power falls, and the current does not",
    fuse: { maxW: 9200 },
    rounds: [
      [0, { a: { maxA: 10 } }, { a: "10A 3ph 6900W" }],
      [1000, { a: { maxA: 10, phases: 1 }, b: { maxA: 32 } }, { a: "10A 1ph 2300W", b: "0A 0W ~" }],
      [11_000, { a: { maxA: 10, phases: 1 }, b: { maxA: 32 } }, { a: "10A 1ph 2300W", b: "10A 3ph 6900W" }],
    ],
  },
  {
    title: "who changes to three phases stays on one until there is power for three",
    fuse: { maxW: 11_040 },
    rounds: [
      [0, { a: { maxA: 16, phases: 1 }, b: { maxA: 10.5 } }, { a: "16A 1ph 3680W", b: "10.5A 3ph 7245W" }],
      [1000, { a: { maxA: 16 }, b: { maxA: 0 } }, { a: "16A 1ph 3680W ~", b: "0A 0W" }],
      [11_000, { a: { maxA: 16 }, b: { maxA: 0 } }, { a: "16A 3ph 11040W", b: "0A 0W" }],
    ],
  },
  {
    title: "a part of the power that is enough for three phases is given at once",
    fuse: { maxW: 11_040 },
    rounds: [
      [0, { a: { maxA: 16, phases: 1 }, b: { maxA: 10 } }, { a: "16A 1ph 3680W", b: "10A 3ph 6900W" }],
      [1000, { a: { maxA: 16 }, b: { maxA: 0 } }, { a: "16A 3ph 4140W ~", b: "0A 0W" }],
    ],
  },
  {
    title: "a current that rises waits although the power stays the same",
    fuse: { maxA: 40 },
    rounds: [
      [0, { a: { maxA: 30 }, b: { maxA: 10 } }, { a: "30A 3ph", b: "10A 3ph" }],
      [1000, { a: { maxA: 10 }, b: { maxA: 30, phases: 1 } }, { a: "10A 3ph", b: "10A 1ph ~" }],
      [11_000, { a: { maxA: 10 }, b: { maxA: 30, phases: 1 } }, { a: "10A 3ph", b: "30A 1ph" }],
    ],
  },
  {
    title: "a part of the power is kept until there is more",
    fuse: { maxW: 690 * 40 },
    rounds: [
      [0, { a: { maxA: 32 } }, { a: "32A 3ph 22080W" }],
      [1000, { a: { maxA: 32 }, b: { maxA: 32 } }, { a: "20A 3ph 13800W", b: "8A 3ph 5520W ~" }],
      [2000, { a: { maxA: 32 }, b: { maxA: 32 } }, { a: "20A 3ph 13800W", b: "8A 3ph 5520W ~" }],
      [11_000, { a: { maxA: 32 }, b: { maxA: 32 } }, { a: "20A 3ph 13800W", b: "20A 3ph 13800W" }],
    ],
  },
  {
    title: "less than the minimum is no power either",
    fuse: { maxW: 690 * 36 },
    rounds: [
      [0, { a: { maxA: 32 } }, { a: "32A 3ph 22080W" }],
      [1000, { a: { maxA: 32 }, b: { maxA: 32 } }, { a: "18A 3ph 12420W", b: "0A 0W ~" }],
    ],
  },
  {
    title: "the first newcomer gets the room there is",
    fuse: { maxA: 40 },
    rounds: [
      [0, { a: { maxA: 32 } }, { a: "32A 3ph" }],
      [1000, { a: { maxA: 32 }, b: { maxA: 32 }, c: { maxA: 32 } }, { a: "13.5A 3ph", b: "8A 3ph ~", c: "0A ~" }],
    ],
  },
  {
    title: "what one takes of the room the next has not, in ampere",
    fuse: { maxA: 50 },
    rounds: [
      [0, { a: { maxA: 32 }, b: { maxA: 6 }, c: { maxA: 6 } }, { a: "32A 3ph", b: "6A 3ph", c: "6A 3ph" }],
      [1000, { a: { maxA: 32 }, b: { maxA: 6.5 }, c: { maxA: 32 } }, { a: "22A 3ph", b: "6.5A 3ph", c: "11.5A 3ph ~" }],
    ],
  },
  {
    title: "what one takes of the room the next has not, in watt",
    fuse: { maxW: 50_000 },
    rounds: [
      [
        0,
        { a: { maxA: Infinity, maxW: 32_000 }, b: { maxA: Infinity, maxW: 6000 }, c: { maxA: Infinity, maxW: 6000 } },
        { a: "32000W", b: "6000W", c: "6000W" },
      ],
      [
        1000,
        { a: { maxA: Infinity, maxW: 9000 }, b: { maxA: Infinity, maxW: 6000.5 }, c: { maxA: Infinity, maxW: 40_000 } },
        { a: "9000W", b: "6000.5W", c: "11999.5W ~" },
      ],
    ],
  },
  {
    title: "a minimum current in the wish of who is limited in power alone counts for nothing",
    fuse: { maxW: 50_000 },
    rounds: [
      [0, { a: { maxA: Infinity, maxW: 30_000 }, b: { maxA: Infinity, maxW: 10_000 } }, { a: "30000W", b: "10000W" }],
      [
        1000,
        { a: { maxA: Infinity, maxW: 10_000 }, b: { maxA: Infinity, maxW: 40_000 } },
        { a: "10000W", b: "20000W ~" },
      ],
    ],
  },
  {
    title: "exactly the minimum is enough, whatever a share of 23.5 A rounds it to",
    fuse: { maxA: 47 },
    rounds: [
      [0, { a: { maxA: 41 } }, { a: "41A 3ph" }],
      [1000, { a: { maxA: 41 }, b: { maxA: 41 } }, { a: "23.5A 3ph", b: "6A 3ph ~" }],
    ],
  },
  {
    title: "who stops has not stopped yet when it is lowered",
    fuse: { maxA: 32 },
    rounds: [
      [0, { a: { maxA: 32 } }, { a: "32A 3ph" }],
      [1000, { a: { maxA: 32, state: "PausedEVSE" } }, { a: "32A 3ph" }],
      [2000, { a: { maxA: 32, state: "PausedEVSE" }, b: { maxA: 32 } }, { a: "16A 3ph", b: "0A ~" }],
      [11_000, { a: { maxA: 32, state: "PausedEVSE" }, b: { maxA: 32 } }, { a: "16A 3ph", b: "16A 3ph" }],
    ],
  },
  {
    title: "who has stopped long ago has nothing to follow",
    fuse: { maxA: 32 },
    rounds: [
      [0, { a: { maxA: 32, state: "PausedEVSE" } }, { a: "32A 3ph" }],
      [1000, { a: { maxA: 32, state: "PausedEVSE" } }, { a: "32A 3ph" }],
      [2000, { a: { maxA: 32, state: "PausedEVSE" }, b: { maxA: 32 } }, { a: "16A 3ph", b: "16A 3ph" }],
    ],
  },
  {
    title: "a current that is held comes on top of what is still drawn",
    fuse: { maxA: 32 },
    rounds: [
      [0, { a: { maxA: 26 }, b: { maxA: 6 } }, { a: "26A 3ph", b: "6A 3ph" }],
      [1000, { a: { maxA: 10 }, b: { maxA: 32 } }, { a: "10A 3ph", b: "6A 3ph ~" }],
      [2000, { a: { maxA: 10, heldA: 20 }, b: { maxA: 32 } }, { a: "10A 3ph", b: "6A 3ph ~" }],
      [11_000, { a: { maxA: 10, heldA: 20 }, b: { maxA: 32 } }, { a: "10A 3ph", b: "12A 3ph ~" }],
    ],
  },
  {
    title: "a current that is held and no higher than what is given says nothing",
    fuse: { maxA: 32 },
    rounds: [
      [0, { a: { maxA: 26 }, b: { maxA: 6 } }, { a: "26A 3ph", b: "6A 3ph" }],
      [1000, { a: { maxA: 10, heldA: 10 }, b: { maxA: 32 } }, { a: "10A 3ph", b: "6A 3ph ~" }],
    ],
  },
  {
    title: "held down to nothing, in watt: what was given before tells how much that is",
    fuse: { maxW: 690 * 32 },
    rounds: [
      [0, { a: { maxA: 26 }, b: { maxA: 6 } }, { a: "26A 3ph 17940W", b: "6A 3ph 4140W" }],
      [1000, { a: { maxA: 0, heldA: 26 }, b: { maxA: 32 } }, { a: "0A 0W", b: "6A 3ph 4140W ~" }],
      [12_000, { a: { maxA: 0, heldA: 26 }, b: { maxA: 32 } }, { a: "0A 0W", b: "6A 3ph 4140W ~" }],
      [13_000, { a: { maxA: 0, heldA: 16 }, b: { maxA: 32 } }, { a: "0A 0W", b: "6A 3ph 4140W ~" }],
      [23_000, { a: { maxA: 0, heldA: 16 }, b: { maxA: 32 } }, { a: "0A 0W", b: "16A 3ph 11040W ~" }],
    ],
  },
  {
    title: "held on one phase",
    fuse: { maxW: 13_800 },
    rounds: [
      [0, { a: { maxA: 30, phases: 1 }, b: { maxA: 6 } }, { a: "30A 1ph 6900W", b: "6A 3ph 4140W" }],
      [1000, { a: { maxA: 0, heldA: 30 }, b: { maxA: 32 } }, { a: "0A 0W", b: "10A 3ph 6900W ~" }],
    ],
  },
  {
    title: "one ampere held on one phase",
    fuse: { maxW: 13_800 },
    rounds: [
      [0, { a: { maxA: 1, minA: 0, phases: 1 }, b: { maxA: 6 } }, { a: "1A 1ph 230W", b: "6A 3ph 4140W" }],
      [1000, { a: { maxA: 0, minA: 0, heldA: 1 }, b: { maxA: 32 } }, { a: "0A 0W", b: "19.666667A 3ph 13570W ~" }],
    ],
  },
  {
    title: "held on three phases that were one",
    fuse: { maxW: 13_800 },
    rounds: [
      [0, { a: { maxA: 20, phases: 1 }, b: { maxA: 6 } }, { a: "20A 1ph 4600W", b: "6A 3ph 4140W" }],
      [1000, { a: { maxA: 10, heldA: 20 }, b: { maxA: 32 } }, { a: "10A 3ph 6900W", b: "6A 3ph 4140W ~" }],
    ],
  },
  {
    title: "what the next one has already is not there for the first, in watt",
    fuse: { maxW: 50_000 },
    rounds: [
      [
        0,
        { a: { maxA: Infinity, maxW: 32_000 }, b: { maxA: Infinity, maxW: 6000 }, c: { maxA: Infinity, maxW: 6000 } },
        { a: "32000W", b: "6000W", c: "6000W" },
      ],
      [
        1000,
        { a: { maxA: Infinity, maxW: 9000 }, b: { maxA: Infinity, maxW: 40_000 }, c: { maxA: Infinity, maxW: 40_000 } },
        { a: "9000W", b: "12000W ~", c: "6000W ~" },
      ],
    ],
  },
  {
    title: "what is held leaves the rest",
    fuse: { maxW: 13_800 },
    rounds: [
      [0, { a: { maxA: 12 }, b: { maxA: 6 } }, { a: "12A 3ph 8280W", b: "6A 3ph 4140W" }],
      [1000, { a: { maxA: 10, heldA: 12 }, b: { maxA: 32 } }, { a: "10A 3ph 6900W", b: "8A 3ph 5520W ~" }],
    ],
  },
  {
    title: "held above one ampere on three phases that were one",
    fuse: { maxW: 13_800 },
    rounds: [
      [0, { a: { maxA: 20, phases: 1 }, b: { maxA: 6 } }, { a: "20A 1ph 4600W", b: "6A 3ph 4140W" }],
      [1000, { a: { maxA: 1, minA: 0, heldA: 20 }, b: { maxA: 32 } }, { a: "1A 3ph 690W", b: "6A 3ph 4140W ~" }],
    ],
  },
  {
    title: "power that is heard no more is kept",
    fuse: { maxW: 30_000 },
    rounds: [
      [0, { a: { maxA: Infinity, maxW: 20_000 }, b: { maxA: Infinity, maxW: 10_000 } }, { a: "20000W", b: "10000W" }],
      [1000, { b: { maxA: Infinity, maxW: 30_000 } }, { b: "10000W ~" }],
      [20_999, { b: { maxA: Infinity, maxW: 30_000 } }, { b: "10000W ~" }],
      [21_000, { b: { maxA: Infinity, maxW: 30_000 } }, { b: "30000W" }],
    ],
  },
  {
    title: "however little is heard no more, it is kept",
    fuse: { maxA: 32 },
    rounds: [
      [0, { a: { maxA: 0.5, minA: 0 }, b: { maxA: 6 } }, { a: "0.5A 3ph", b: "6A 3ph" }],
      [1000, { b: { maxA: 32 } }, { b: "31.5A 3ph ~" }],
    ],
  },
  {
    title: "however little power is heard no more, it is kept",
    fuse: { maxW: 1000 },
    rounds: [
      [0, { a: { maxA: Infinity, maxW: 0.5 }, b: { maxA: Infinity, maxW: 500 } }, { a: "0.5W", b: "500W" }],
      [1000, { b: { maxA: Infinity, maxW: 1000 } }, { b: "999.5W ~" }],
    ],
  },
  {
    title: "who was lowered and is heard no more may still draw what it had",
    fuse: { maxA: 32 },
    rounds: [
      [0, { a: { maxA: 26 }, b: { maxA: 6 } }, { a: "26A 3ph", b: "6A 3ph" }],
      [1000, { a: { maxA: 10 }, b: { maxA: 32 } }, { a: "10A 3ph", b: "6A 3ph ~" }],
      [2000, { b: { maxA: 32 } }, { b: "6A 3ph ~" }],
      [11_000, { b: { maxA: 32 } }, { b: "22A 3ph ~" }],
      [22_000, { b: { maxA: 32 } }, { b: "32A 3ph" }],
    ],
  },
  {
    title: "no room is no room, without a minimum too",
    fuse: { maxA: 32 },
    rounds: [
      [0, { a: { maxA: 32 } }, { a: "32A 3ph" }],
      [1000, { a: { maxA: 32 }, b: { maxA: 1, minA: 0 } }, { a: "31A 3ph", b: "0A ~" }],
    ],
  },
  {
    title: "no room in power alone",
    fuse: { maxW: 1000 },
    rounds: [
      [0, { a: { maxA: Infinity, maxW: 1000 } }, { a: "1000W" }],
      [1000, { a: { maxA: Infinity, maxW: 1000 }, b: { maxA: Infinity, maxW: 1 } }, { a: "999W", b: "0W ~" }],
    ],
  },
  {
    title: "a little room is given with its phases",
    fuse: { maxA: 32 },
    rounds: [
      [0, { a: { maxA: 31 } }, { a: "31A 3ph" }],
      [1000, { a: { maxA: 31 }, b: { maxA: 16, minA: 0 } }, { a: "19A 3ph", b: "1A 3ph ~" }],
    ],
  },
  {
    title: "what one gives another takes beyond the fuse, where nobody draws more than that",
    fuse: { maxA: 16 },
    rounds: [[0, { a: { maxA: 32 }, b: { maxA: 10, exports: true } }, { a: "26A 3ph", b: "-10A 3ph" }]],
  },
  {
    title: "beyond a fuse that shrinks nobody is said to wait",
    fuse: { maxA: 32 },
    rounds: [
      [0, { a: { maxA: 32 }, b: { maxA: 12 } }, { a: "20A 3ph", b: "12A 3ph" }],
      [1000, { a: { maxA: 6 }, b: { maxA: 12 }, c: { maxA: 14 } }, { a: "6A 3ph", b: "12A 3ph", c: "0A ~" }],
    ],
  },
];

t.test("round by round", async (t) => {
  for (const { title, fuse, rounds } of courses) {
    const bench = new Fuse(fuse);
    for (const [nowMs, wishes, told] of rounds) t.same(bench.told(nowMs, wishes), told, `${title}, ${nowMs} ms`);
  }
});

t.test("a fuse that shrinks says itself what it leaves", async (t) => {
  const fuse = new Fuse({ maxA: 32 });
  fuse.told(0, { a: { maxA: 32 }, b: { maxA: 32 } });
  fuse.bounds = { maxA: 20 };
  t.same(fuse.told(1000, { a: { maxA: 32 }, b: { maxA: 32 } }), { a: "10A 3ph", b: "10A 3ph" });
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
