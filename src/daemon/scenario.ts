/** From a scenario file, YAML or JSON, to the steps of a run, or to everything that is wrong with it. */
import type { Finding, Findings, Position } from "../config/finding.ts";
import { createFindings } from "../config/finding.ts";
import { readText } from "../config/text-file.ts";
import type { TreeReader } from "../config/tree-reader.ts";
import { createTreeReader } from "../config/tree-reader.ts";
import type { Tree } from "../config/yaml-tree.ts";
import { parseTree } from "../config/yaml-tree.ts";
import type { ScenarioAction } from "./scenario-action.ts";
import { actionKinds, readAction } from "./scenario-action.ts";
import type { ScenarioWorld } from "./scenario-world.ts";

export interface ScenarioStep {
  /** Milliseconds since initialisation began, an integer. */
  readonly atMs: number;
  readonly position: Position;
  readonly action: ScenarioAction;
}

/** Plain data. */
export interface Scenario {
  /** 0 to 2^32 - 1. */
  readonly seed?: number;
  /** An integer. */
  readonly untilMs?: number;
  /** In the order of their time; of equal times in the order of the file. */
  readonly steps: readonly ScenarioStep[];
}

export type LoadedScenario =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly complaints: readonly Finding[] };

/** Thousands of steps stay far below. */
const largestBytes = 1024 * 1024;
const largestSeed = 2 ** 32 - 1;
/** Some thirty years: every instant stays a time of day that can be written down. */
const longestSeconds = 1e9;

/** Reads and checks. Never throws: whatever is wrong with the file is a complaint, in the order of the file. */
export function loadScenario(path: string, world: ScenarioWorld): LoadedScenario {
  const findings = createFindings();
  const read = readText(path, largestBytes);
  let scenario: Scenario | undefined;
  if ("text" in read) {
    const { tree, complaints } = parseTree(path, read.text);
    for (const { message, ...at } of complaints) findings.complain(at, message);
    if (complaints.length === 0) scenario = readScenario(path, tree, world, findings);
  } else {
    findings.complain("at" in read ? read.at : { file: path, line: 1, column: 1 }, read.message);
  }
  const { complaints } = findings.sorted([path]);
  return scenario && complaints.length === 0 ? { ok: true, scenario } : { ok: false, complaints };
}

function readScenario(
  file: string,
  tree: Tree | undefined,
  world: ScenarioWorld,
  findings: Findings,
): Scenario | undefined {
  if (!tree || (tree.kind === "scalar" && tree.value === null)) {
    findings.complain({ file, line: 1, column: 1 }, "empty scenario");
    return undefined;
  }
  const reader = createTreeReader(findings);
  const fields = reader.fields(tree, "the scenario", ["seed", "until_s", "steps"]);
  const seedTree = fields?.get("seed")?.value;
  const seed = seedTree && readSeed(seedTree, reader);
  const untilTree = fields?.get("until_s")?.value;
  const until = untilTree && reader.number(untilTree, "until_s", 0, longestSeconds);
  const stepsTree = fields?.get("steps")?.value;
  const steps: ScenarioStep[] = [];
  for (const item of stepsTree ? reader.list(stepsTree, "steps") : []) {
    const step = readStep(item, world, findings, reader);
    if (step) steps.push(step);
  }
  return {
    ...(seed === undefined ? {} : { seed }),
    ...(until === undefined ? {} : { untilMs: milliseconds(until) }),
    steps: steps.toSorted((a, b) => a.atMs - b.atMs),
  };
}

const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

function readSeed(tree: Tree, reader: TreeReader): number | undefined {
  const seed = reader.integer(tree, "seed");
  return seed === undefined ? undefined : reader.number(tree, "seed", 0, largestSeed);
}

function readStep(tree: Tree, world: ScenarioWorld, findings: Findings, reader: TreeReader): ScenarioStep | undefined {
  const fields = reader.fields(tree, "the step", ["at_s", ...actionKinds]);
  if (!fields) return undefined;
  const atTree = fields.get("at_s")?.value;
  if (!atTree) findings.complain(tree.at, 'the step needs "at_s"');
  const at = atTree && reader.number(atTree, "at_s", 0, longestSeconds);

  const given = actionKinds.flatMap((kind) => {
    const entry = fields.get(kind);
    return entry ? [{ kind, entry }] : [];
  });
  const [first, second] = given.toSorted(
    (a, b) => a.entry.at.line - b.entry.at.line || a.entry.at.column - b.entry.at.column,
  );
  if (!first) findings.complain(tree.at, `the step needs one of ${actionKinds.join(", ")}`);
  if (first && second) {
    findings.complain(
      second.entry.at,
      `the step has ${first.kind} already; it does one thing, and ${second.kind} is another`,
    );
  }
  const read = given.map(({ kind, entry }) => readAction(kind, entry.value, { world, reader, findings }));
  const [action] = read;
  if (at === undefined || !action || second) return undefined;
  const { file, line, column } = tree.at;
  return { atMs: milliseconds(at), position: { file, line, column }, action };
}
