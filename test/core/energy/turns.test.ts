import t from "tap";
import type { EnergyEvseState } from "../../../src/core/energy/flow.ts";
import type { Turns } from "../../../src/core/energy/turns.ts";
import { nextTurns, noTurns, servingOrder } from "../../../src/core/energy/turns.ts";
import { evse } from "./tree.ts";

const turnMs = 900_000;

function order(queue: readonly string[], ...leaves: [string, EnergyEvseState?][]): readonly string[] {
  return servingOrder(
    { ...noTurns, queue },
    leaves.map(([uuid, evse_state]) => ({ ...evse(uuid), ...(evse_state && { evse_state }) })),
  );
}

t.test("who is served first", async (t) => {
  t.same(order([], ["a"], ["b"], ["c"]), ["a", "b", "c"], "as in the tree");
  t.same(order([], ["a", "Unplugged"], ["b", "PausedEV"], ["c", "Charging"]), ["c", "b", "a"], "by need");
  t.same(
    order([], ["a", "Finished"], ["b", "Disabled"], ["c", "WaitForAuth"], ["d", "PausedEVSE"], ["e", "WaitForEnergy"]),
    ["c", "d", "e", "a", "b"],
  );
  t.same(order(["c", "a"], ["a"], ["b"], ["c"]), ["c", "a", "b"], "by turn, who is new last");
  t.same(order(["b", "a"], ["a", "Charging"], ["b", "Unplugged"]), ["a", "b"], "need before turn");
});

t.test("two of five at a time", async (t) => {
  const all = ["a", "b", "c", "d", "e"];
  let turns: Turns = noTurns;
  const rounds: string[] = [];
  for (let nowMs = 0; nowMs < 5 * turnMs; nowMs += turnMs / 3) {
    const served = order(turns.queue, ...all.map((uuid): [string] => [uuid]));
    rounds.push(served.slice(0, 2).join(""));
    turns = nextTurns(turns, served, new Set(served.slice(2)), nowMs, turnMs);
  }
  t.same(rounds, ["ab", "ab", "ab", "ab", "cd", "cd", "cd", "ea", "ea", "ea", "bc", "bc", "bc", "de", "de"]);
});

t.test("a shortage that ends before its turn does not hit the same one again", async (t) => {
  const first = nextTurns(noTurns, ["a", "b"], new Set(["b"]), 0, turnMs);
  t.same(first, { queue: ["a", "b"], next: ["b", "a"], endsAtMs: turnMs });
  const over = nextTurns(first, ["a", "b"], new Set(), 1000, turnMs);
  t.same(over, { queue: ["b", "a"], next: ["b", "a"], endsAtMs: null });
  t.equal(nextTurns(over, ["b", "a"], new Set(), 2000, turnMs), over, "nothing more to do");
  t.same(nextTurns(over, ["b", "a"], new Set(["a"]), 3000, turnMs), {
    queue: ["b", "a"],
    next: ["a", "b"],
    endsAtMs: 3000 + turnMs,
  });
});

t.test("the turn ends on its millisecond", async (t) => {
  const turns = nextTurns(noTurns, ["a", "b"], new Set(["b"]), 0, turnMs);
  t.same(nextTurns(turns, ["a", "b"], new Set(["b"]), turnMs - 1, turnMs).queue, ["a", "b"]);
  t.same(nextTurns(turns, ["a", "b"], new Set(["b"]), turnMs, turnMs).queue, ["b", "a"]);
});
