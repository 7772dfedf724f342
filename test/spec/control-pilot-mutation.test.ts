import t from "tap";
import type { MutationTarget } from "../../tools/mutate.ts";
import {
  deadlineMutants,
  flagMutants,
  guardMutants,
  handlerMutants,
  listMutants,
  mutate,
  targets,
} from "../../tools/mutate.ts";

t.test("no changed cell or deadline of the control pilot goes unnoticed", async (t) => {
  const pilot = targets.find(({ name }) => name === "control pilot");
  if (!pilot) throw new Error("no such target");
  const result = mutate(pilot);
  t.strictSame(result.survivors, []);
  t.ok(result.mutants > 400, `${result.mutants} mutants, ${result.killed} killed`);
  t.strictSame(pilot.check(), [], "the tables are as before");
});

const namesOf = (mutants: Iterable<{ readonly name: string }>): string[] => [...mutants].map(({ name }) => name);

t.test("what is changed", async (t) => {
  t.strictSame(namesOf(listMutants("table", { A: { x: ["one", "two"], y: ["one"], z: ["one"] } }, ["two", "one"])), [
    "table A x x: without one",
    "table A x x: without two",
    "table A x x: as y",
    "table A x y: without one",
    "table A x y: with two",
    "table A x z: without one",
    "table A x z: with two",
    "table A x z: as x",
  ]);
  t.strictSame(namesOf(flagMutants("flags", { A: true, B: false })), ["flags A: false", "flags B: true"]);
  t.strictSame(namesOf(deadlineMutants({ aMs: 1, bMs: 2 }, ["bMs"])), ["bMs + 1 ms", "bMs - 1 ms"]);
  const noop = (): void => {};
  const act = (): void => {};
  t.strictSame(namesOf(handlerMutants("handlers", { A: { x: act, y: noop, z: act } }, noop)), [
    "handlers A x x: ignored",
    "handlers A x y: as z",
    "handlers A x z: ignored",
  ]);
  t.strictSame(namesOf(guardMutants("guards", { A: { guards: [{ name: "one" }, { name: "two" }] } })), [
    "guards A: without one",
    "guards A: two before one",
    "guards A: without two",
  ]);
});

t.test("survivors and equivalents are told apart, and every change is taken back", async (t) => {
  const flags = { looked: true, unlooked: true, unreachable: false };
  const target: MutationTarget = {
    name: "toy",
    mutants: () => flagMutants("flags", flags),
    check: () => (flags.looked ? [] : ["looked is off"]),
    equivalent: (name) => (name.startsWith("flags unreachable") ? "never read" : null),
  };
  t.strictSame(mutate(target), {
    target: "toy",
    mutants: 3,
    killed: 1,
    survivors: ["flags unlooked: false"],
    equivalent: [{ name: "flags unreachable: true", why: "never read" }],
  });
  t.strictSame(flags, { looked: true, unlooked: true, unreachable: false });
  flags.looked = false;
  t.throws(() => mutate(target), /toy fails without any mutation: looked is off/);
});
