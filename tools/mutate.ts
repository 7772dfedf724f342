/**
 * Changes the machines' tables one cell, one action, one deadline at a time, in this process, and runs the hand-typed
 * specification of `test/spec/` against each change: whatever nobody notices is a hole in the specification.
 *
 *     npm run mutate [-- TARGET...] [-- --verbose]
 *
 * The tables are read-only by type only. A new machine joins by an entry in `targets`.
 */
import { pathToFileURL } from "node:url";
import type { PilotAction } from "../src/core/iec61851/control-pilot.ts";
import {
  controlPilotMachine,
  keepsForcedUnlock,
  keepsGrant,
  pilotCommands,
  pilotTransitions,
} from "../src/core/iec61851/control-pilot.ts";
import { timing } from "../src/core/timing.ts";
import { chargerSpecSize } from "../test/spec/charger-check.ts";
import { controlPilotFailures, controlPilotSpecSize } from "../test/spec/control-pilot-check.ts";
import { chargerTarget } from "./mutate-charger.ts";

export interface Mutant {
  readonly name: string;
  /** Makes the change; the function it returns takes it back. */
  apply(): () => void;
}

export interface MutationTarget {
  readonly name: string;
  mutants(): Iterable<Mutant>;
  /** What the specification complains about now; it may stop at the first complaint. */
  check(): string[];
  /** Mutants that change nothing anyone could see, by name, each with the reason. */
  readonly equivalent?: (mutant: string) => string | null;
}

export interface MutationResult {
  readonly target: string;
  readonly mutants: number;
  readonly killed: number;
  readonly survivors: readonly string[];
  readonly equivalent: readonly { readonly name: string; readonly why: string }[];
}

function put<T extends object, K extends keyof T>(name: string, owner: T, key: K, value: T[K]): Mutant {
  return {
    name,
    apply() {
      const before = owner[key];
      owner[key] = value;
      return () => {
        owner[key] = before;
      };
    },
  };
}

function neighbour<K>(keys: readonly K[], index: number): K | undefined {
  return keys[(index + 1) % keys.length];
}

function keysOf<T extends object>(table: T): (keyof T & string)[] {
  return Object.keys(table) as (keyof T & string)[];
}

type ListTable<A extends string> = Record<string, Record<string, readonly A[]>>;

/**
 * Rows of cells that list named actions: each action dropped, one foreign action added, the cell to the right taken
 * instead. `visible`: the actions to add, each such that doing it once more shows anywhere; they take turns. Rows may
 * share an object, so a row is replaced, never written to.
 */
export function* listMutants<A extends string>(
  name: string,
  table: ListTable<A>,
  visible: readonly NoInfer<A>[],
): Iterable<Mutant> {
  let turn = 0;
  for (const row of keysOf(table)) {
    const cells = table[row] ?? {};
    const columns = keysOf(cells);
    for (const [index, column] of columns.entries()) {
      const cell = cells[column] ?? [];
      const cellName = `${name} ${row} x ${column}`;
      const replaced = (what: string, value: readonly A[]): Mutant =>
        put(`${cellName}: ${what}`, table, row, { ...cells, [column]: value });
      for (const [at, action] of cell.entries()) yield replaced(`without ${action}`, cell.toSpliced(at, 1));
      const foreign = visible.filter((action) => !cell.includes(action));
      const added = foreign[turn++ % Math.max(foreign.length, 1)];
      if (added !== undefined) yield replaced(`with ${added}`, [...cell, added]);
      const next = neighbour(columns, index);
      const nextCell = next === undefined ? cell : (cells[next] ?? []);
      if (nextCell.join() !== cell.join()) yield replaced(`as ${next}`, nextCell);
    }
  }
}

export function* flagMutants(name: string, table: Record<string, boolean>): Iterable<Mutant> {
  for (const key of keysOf(table)) yield put(`${name} ${key}: ${!table[key]}`, table, key, !table[key]);
}

/** Each deadline a millisecond later and a millisecond earlier. */
export function* deadlineMutants<K extends string>(
  table: Record<K, number>,
  keys: readonly NoInfer<K>[],
): Iterable<Mutant> {
  for (const key of keys) {
    yield put(`${key} + 1 ms`, table, key, table[key] + 1);
    yield put(`${key} - 1 ms`, table, key, table[key] - 1);
  }
}

type HandlerTable = Record<string, Record<string, (...given: never[]) => unknown>>;

/** Rows of handlers: each replaced by one that does nothing, and by the one to its right. */
export function* handlerMutants<T extends HandlerTable>(
  name: string,
  table: T,
  noop: T[string][string],
): Iterable<Mutant> {
  for (const row of keysOf(table)) {
    const cells: HandlerTable[string] = table[row] ?? {};
    const columns = keysOf(cells);
    for (const [index, column] of columns.entries()) {
      const replaced = (what: string, value: HandlerTable[string][string] | undefined): Mutant =>
        put(`${name} ${row} x ${column}: ${what}`, table as HandlerTable, row, { ...cells, [column]: value ?? noop });
      if (cells[column] !== noop) yield replaced("ignored", noop);
      const next = neighbour(columns, index);
      const handler = next === undefined ? undefined : cells[next];
      if (handler !== undefined && handler !== cells[column] && handler !== noop) yield replaced(`as ${next}`, handler);
    }
  }
}

/** Lists of guards: each guard removed, and each changed places with the one after it. */
export function* guardMutants<G extends { readonly name: string }>(
  name: string,
  owners: Record<string, { guards: readonly G[] }>,
): Iterable<Mutant> {
  for (const [key, owner] of Object.entries(owners)) {
    for (const [at, guard] of owner.guards.entries()) {
      yield put(`${name} ${key}: without ${guard.name}`, owner, "guards", owner.guards.toSpliced(at, 1));
      const after = owner.guards[at + 1];
      if (after === undefined) continue;
      const swapped = owner.guards.toSpliced(at, 2, after, guard);
      yield put(`${name} ${key}: ${after.name} before ${guard.name}`, owner, "guards", swapped);
    }
  }
}

const visiblePilotActions: readonly PilotAction[] = [
  "carUnplugged",
  "x1",
  "carRequestedPower",
  "powerOff",
  "efToBcd",
  "startC1",
  "bcdToE",
  "startUnlock",
  "carRequestedStopPower",
];

/** Cells that never come up, so that no event can show what stands in them. */
function equivalentPilotMutant(mutant: string): string | null {
  if (/^pilotTransitions (D x DNotVentilated|DNotVentilated x D):/.test(mutant)) {
    return "a station has ventilation or has not";
  }
  if (/^pilotCommands (Disabled|A|DNotVentilated|E|F) x powerGranted:/.test(mutant)) return "a grant is dropped here";
  return null;
}

export const targets: MutationTarget[] = [
  {
    name: "control pilot",
    *mutants() {
      yield* listMutants("pilotTransitions", pilotTransitions, visiblePilotActions);
      yield* listMutants("pilotCommands", pilotCommands, visiblePilotActions);
      yield* flagMutants("keepsGrant", keepsGrant);
      yield* flagMutants("keepsForcedUnlock", keepsForcedUnlock);
      yield* deadlineMutants(timing, ["c1OpenUnderLoadMs", "unlockAfterFMs", "contactorSettleMs"]);
    },
    check: () => controlPilotFailures((options) => controlPilotMachine(options), true),
    equivalent: equivalentPilotMutant,
  },
  chargerTarget,
];

/** Applies every mutant of the target by itself. The unchanged machine must satisfy the specification. */
/** `every`: only each so many mutants are tried, spread over all of them. */
export function mutate(target: MutationTarget, every = 1): MutationResult {
  const [complaint] = target.check();
  if (complaint !== undefined) throw new Error(`${target.name} fails without any mutation: ${complaint}`);
  const survivors: string[] = [];
  const equivalent: { name: string; why: string }[] = [];
  let mutants = 0;
  let killed = 0;
  // Taken before the first change: a lazily made list would be made of changed tables.
  const tried = [...target.mutants()].filter((_, index) => index % every === 0);
  for (const mutant of tried) {
    mutants += 1;
    const undo = mutant.apply();
    let isKilled: boolean;
    try {
      isKilled = target.check().length > 0;
    } catch {
      isKilled = true;
    } finally {
      undo();
    }
    const why = isKilled ? null : (target.equivalent?.(mutant.name) ?? null);
    if (isKilled) killed += 1;
    else if (why !== null) equivalent.push({ name: mutant.name, why });
    else survivors.push(mutant.name);
  }
  return { target: target.name, mutants, killed, survivors, equivalent };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function main(args: readonly string[]): number {
  const verbose = args.includes("--verbose");
  const wanted = args.filter((arg) => !arg.startsWith("-"));
  const unknown = wanted.filter((name) => !targets.some((target) => target.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`no such target: ${unknown.join(", ")}\n`);
    return 2;
  }
  const { cells, courseSteps } = controlPilotSpecSize;
  print(`control pilot: ${cells} cells and ${courseSteps} steps of courses in the specification`);
  print(`charger: ${chargerSpecSize.cells} cells and ${chargerSpecSize.courseSteps} steps of courses`);
  const results = targets
    .filter(({ name }) => wanted.length === 0 || wanted.includes(name))
    .map((target) => mutate(target));
  print(`${"target".padEnd(20)}${["mutants", "killed", "equivalent", "survived"].map((s) => s.padStart(12)).join("")}`);
  for (const result of results) {
    const numbers = [result.mutants, result.killed, result.equivalent.length, result.survivors.length];
    print(`${result.target.padEnd(20)}${numbers.map((n) => String(n).padStart(12)).join("")}`);
  }
  for (const result of results) {
    for (const name of result.survivors) print(`survived  ${result.target}: ${name}`);
    if (verbose) for (const { name, why } of result.equivalent) print(`equivalent  ${result.target}: ${name} (${why})`);
  }
  return results.some(({ survivors }) => survivors.length > 0) ? 1 : 0;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
