/**
 * Runs `control-pilot.spec-table.ts` against a machine and names every cell that does something else. Only types come
 * from `src/`, so that no expectation can follow a changed constant there.
 */
import type {
  CarEvent,
  ControlPilotState,
  PilotEffect,
  PilotEvent,
  PilotOptions,
  PilotState,
} from "../../src/core/iec61851/control-pilot.ts";
import type { Machine } from "../../src/core/machine.ts";
import { pilotCells, pilotCourses, pilotExtraCells, pilotLeftovers } from "./control-pilot.spec-table.ts";

export type ControlPilotFactory = (options: PilotOptions) => Machine<ControlPilotState, PilotEvent, PilotEffect>;

const rowNames = ["Disabled", "A", "B", "C", "D", "D-", "E", "F"];
const eventNames = [
  ...rowNames,
  "relay on",
  "relay off",
  "setPwm",
  "setX1",
  "setF",
  "allow",
  "deny",
  "authorize",
  "deauthorize",
  "forceUnlock",
  "enable",
  "disable",
  "deadline",
];

/** Any instant but 0, so that a deadline taken from 0 instead of now shows. */
const nowMs = 100_000;

interface Expected {
  /** Reading and machine differ here and nothing is decided yet. */
  readonly disputed: boolean;
  readonly effects: readonly string[];
  readonly facts: string;
}

interface Cell extends Expected {
  readonly name: string;
  readonly row: string;
  readonly given: string;
  readonly options: string;
  readonly event: string;
}

interface CourseStep extends Expected {
  readonly atMs: number;
  readonly event: string;
}

interface Course {
  readonly name: string;
  readonly given: string;
  readonly options: string;
  readonly steps: readonly CourseStep[];
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter((word) => word !== "" && word !== "-");
}

function columns(line: string): string[] {
  return line
    .replace(/\s+\[(\d+|\?)\].*$/, "")
    .split("|")
    .map((column) => column.trim());
}

function isDisputed(line: string): boolean {
  return line.endsWith("[?]");
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function fail(message: string): never {
  throw new Error(`control-pilot spec table: ${message}`);
}

function readCells(): Cell[] {
  const cells: Cell[] = [];
  const seen = new Set<string>();
  let block: { row: string; title: string; given: string; options: string } | undefined;
  let missing: string[] = [];
  const endBlock = (): void => {
    if (block && missing.length > 0) fail(`${block.title} lacks ${missing.join(", ")}`);
  };
  for (const line of lines(pilotCells)) {
    if (line.startsWith("=")) {
      endBlock();
      const [row = "", situation = "", given = "", options = "-"] = columns(line.slice(1));
      if (!rowNames.includes(row)) fail(`no such row: ${line}`);
      block = { row, title: `${row} "${situation}"`, given, options };
      if (seen.has(block.title)) fail(`twice: ${block.title}`);
      seen.add(block.title);
      missing = [...eventNames];
      continue;
    }
    if (!block) fail(`no block for ${line}`);
    const [events = "", effects = "", facts = ""] = columns(line);
    for (const event of events.split(",").map((name) => name.trim())) {
      if (!missing.includes(event)) fail(`${block.title} has ${event} twice, or it is no event`);
      missing = missing.filter((name) => name !== event);
      if (effects === "never") continue;
      const { row, title, given, options } = block;
      const name = `${title} x ${event}`;
      cells.push({ name, row, given, options, event, effects: words(effects), facts, disputed: isDisputed(line) });
    }
  }
  endBlock();
  for (const line of lines(pilotExtraCells + pilotLeftovers)) {
    const [row = "", given = "", options = "", event = "", effects = "", facts = ""] = columns(line);
    const name = `${row} (${given}; ${options}) x ${event}`;
    cells.push({ name, row, given, options, event, effects: words(effects), facts, disputed: isDisputed(line) });
  }
  return cells;
}

function readCourses(): Course[] {
  const courses: (Course & { steps: CourseStep[] })[] = [];
  for (const line of lines(pilotCourses)) {
    if (line.startsWith("=")) {
      const [name = "", given = "", options = "-"] = columns(line.slice(1));
      courses.push({ name, given, options, steps: [] });
      continue;
    }
    const [at = "", event = "", effects = "", facts = ""] = columns(line);
    const step = { atMs: nowMs + Number(at), event, effects: words(effects), facts, disputed: isDisputed(line) };
    courses.at(-1)?.steps.push(step);
  }
  return courses;
}

function optionsOf(cell: { row?: string; event?: string; options: string }): PilotOptions {
  const given = words(cell.options);
  for (const word of given) {
    if (!["lockInB", "unlockWhenDeauthorized", "limit10A"].includes(word)) fail(`no such option: ${word}`);
  }
  return {
    hasVentilation: cell.row !== "D-" && cell.event !== "D-",
    lockInB: given.includes("lockInB"),
    unlockWhenDeauthorized: given.includes("unlockWhenDeauthorized"),
    limitSimplifiedTo10A: given.includes("limit10A"),
  };
}

function eventOf(name: string): PilotEvent {
  const [word = "", argument = ""] = name.split(":");
  switch (word) {
    case "D-":
      return { kind: "pilot", letter: "D" };
    case "Disabled":
    case "A":
    case "B":
    case "C":
    case "D":
    case "E":
    case "F":
      return { kind: "pilot", letter: word };
    case "relay on":
      return { kind: "relay", on: true };
    case "relay off":
      return { kind: "relay", on: false };
    case "setPwm":
      return { kind: "setPwm", duty: argument === "" ? 0.5 : Number(argument) };
    case "setX1":
      return { kind: "setX1" };
    case "setF":
      return { kind: "setF" };
    case "allow":
      return { kind: "allowPower", value: true, reason: reasonOf(argument) };
    case "deny":
      return { kind: "allowPower", value: false, reason: "PowerOff" };
    case "authorize":
      return { kind: "setAuthorized", value: true };
    case "deauthorize":
      return { kind: "setAuthorized", value: false };
    case "forceUnlock":
      return { kind: "forceUnlock" };
    case "enable":
      return { kind: "enable", value: true };
    case "disable":
      return { kind: "enable", value: false };
    case "deadline":
      return { kind: "deadlineReached" };
  }
  return fail(`no such event: ${name}`);
}

function reasonOf(argument: string): "FullPowerCharging" | "DCCableCheck" {
  if (argument === "") return "FullPowerCharging";
  return argument === "DCCableCheck" ? argument : fail(`no such reason: ${argument}`);
}

type Facts = { -readonly [K in keyof ControlPilotState]: ControlPilotState[K] };

/** A station switched on, the pilot silent, everything open: what a block's first line starts from. */
const atRest: ControlPilotState = {
  enabled: true,
  pilot: "Disabled",
  pwmRunning: false,
  powerAllowed: false,
  powerReason: "PowerOff",
  commandedClosed: false,
  relaysOn: false,
  plugged: false,
  simplified: false,
  c1DeadlineMs: null,
  unlockDeadlineMs: null,
  settleDeadlineMs: null,
  released: true,
  lockWish: false,
  forceUnlocked: false,
  authorized: false,
  locked: false,
};

const factWords: Record<string, Partial<Facts>> = {
  pwm: { pwmRunning: true },
  noPwm: { pwmRunning: false },
  grant: { powerAllowed: true, powerReason: "FullPowerCharging" },
  "grant:DCCableCheck": { powerAllowed: true, powerReason: "DCCableCheck" },
  noGrant: { powerAllowed: false, powerReason: "PowerOff" },
  closed: { commandedClosed: true },
  opened: { commandedClosed: false },
  fed: { relaysOn: true },
  unfed: { relaysOn: false },
  engaged: { released: false },
  released: { released: true },
  car: { plugged: true },
  noCar: { plugged: false },
  simplified: { simplified: true },
  notSimplified: { simplified: false },
  wish: { lockWish: true },
  noWish: { lockWish: false },
  locked: { locked: true },
  unlocked: { locked: false },
  unknownLock: { locked: null },
  forced: { forceUnlocked: true },
  notForced: { forceUnlocked: false },
  auth: { authorized: true },
  notAuth: { authorized: false },
  enabled: { enabled: true },
  notEnabled: { enabled: false },
  noC1: { c1DeadlineMs: null },
  noF: { unlockDeadlineMs: null },
  noSettle: { settleDeadlineMs: null },
};
const timerFacts: Record<string, "c1DeadlineMs" | "unlockDeadlineMs" | "settleDeadlineMs"> = {
  c1: "c1DeadlineMs",
  f: "unlockDeadlineMs",
  settle: "settleDeadlineMs",
};

function withFacts(
  state: ControlPilotState,
  text: string,
  atMs: number,
): { facts: Facts; open: (keyof ControlPilotState)[] } {
  const facts: Facts = { ...state };
  const open: (keyof ControlPilotState)[] = [];
  for (const word of words(text)) {
    const [, timer = "", ms = ""] = /^(c1|f|settle)\+(\d+)$/.exec(word) ?? [];
    if (word.startsWith("@")) facts.pilot = word.slice(1) as PilotState;
    else if (timerFacts[timer]) facts[timerFacts[timer]] = atMs + Number(ms);
    else if (word.startsWith("?")) open.push(timerFacts[word.slice(1)] ?? fail(`no such fact: ${word}`));
    else Object.assign(facts, factWords[word] ?? fail(`no such fact: ${word}`));
  }
  return { facts, open };
}

function effectWord(effect: PilotEffect): string {
  switch (effect.kind) {
    case "pilotX1":
      return "X1";
    case "pilotF":
      return "F";
    case "pilotPwm":
      return `pwm:${Math.round(effect.dutyPercent * 1e6) / 1e6}`;
    case "contactor":
      if (!effect.closed) return effect.reason === "PowerOff" ? "open" : `open:${effect.reason}`;
      return effect.reason === "FullPowerCharging" ? "close" : `close:${effect.reason}`;
    case "lock":
      return effect.locked ? "lock" : "unlock";
    case "enableBoard":
      return effect.value ? "boardOn" : "boardOff";
    case "car":
      return effect.event satisfies CarEvent;
  }
}

/** Outputs are carried out before anything is told, so their order matters, and that of what is told, but no mix. */
function inOrder(effects: readonly string[]): string {
  const isOutput = (word: string): boolean => /^(X1$|F$|pwm:|open|close|lock$|unlock$|board)/.test(word);
  return [...effects.filter(isOutput), "/", ...effects.filter((word) => !isOutput(word))].join(" ");
}

/** The authorisation is only looked at where the option asks for it; whether it is remembered otherwise is no matter. */
function isCompared(key: keyof ControlPilotState, options: PilotOptions): boolean {
  return key !== "authorized" || options.unlockWhenDeauthorized;
}

function differences(
  expected: Expected,
  before: ControlPilotState,
  got: { state: ControlPilotState; effects: readonly PilotEffect[] },
  atMs: number,
  options: PilotOptions,
): { complaint: string; facts: Facts } {
  const complaints: string[] = [];
  const effects = got.effects.map(effectWord);
  if (inOrder(effects) !== inOrder(expected.effects)) {
    complaints.push(`does [${effects.join(" ")}], not [${expected.effects.join(" ")}]`);
  }
  const { facts, open } = withFacts(before, expected.facts, atMs);
  for (const key of Object.keys(facts) as (keyof ControlPilotState)[]) {
    if (open.includes(key) || !isCompared(key, options) || facts[key] === got.state[key]) continue;
    complaints.push(`${key} is ${got.state[key]}, not ${facts[key]}`);
  }
  return { complaint: complaints.join("; "), facts };
}

/** The deadline the machine asks for is the earliest one that stands in its state. */
function deadlineComplaint(
  machine: Machine<ControlPilotState, PilotEvent, PilotEffect>,
  state: ControlPilotState,
): string {
  const pending = [state.c1DeadlineMs, state.unlockDeadlineMs, state.settleDeadlineMs].filter((ms) => ms !== null);
  const expected = pending.length === 0 ? null : Math.min(...pending);
  const got = machine.deadlineMs(state);
  return got === expected ? "" : `asks for its deadline at ${got}, not ${expected}`;
}

const cells = readCells();
const courses = readCourses();

/** How much the table says: for reports. */
export const controlPilotSpecSize = {
  cells: cells.length,
  disputed: cells.filter((cell) => cell.disputed).length,
  courses: courses.length,
  courseSteps: courses.reduce((sum, course) => sum + course.steps.length, 0),
};

function cellFailure(factory: ControlPilotFactory, cell: Cell): string | null {
  const options = optionsOf(cell);
  const machine = factory(options);
  const given = withFacts(atRest, cell.given, nowMs).facts;
  const got = machine.step(given, eventOf(cell.event), nowMs);
  const { complaint } = differences(cell, given, got, nowMs, options);
  const complaints = [complaint, deadlineComplaint(machine, got.state)].filter((text) => text !== "");
  return complaints.length === 0 ? null : `${cell.name}: ${complaints.join("; ")}`;
}

function courseFailure(factory: ControlPilotFactory, course: Course): string | null {
  const options = optionsOf(course);
  const machine = factory(options);
  let state: ControlPilotState = withFacts(atRest, course.given, nowMs).facts;
  for (const step of course.steps) {
    const event = step.event === "deadline" ? machine.deadlineReached : eventOf(step.event);
    const got = machine.step(state, event, step.atMs);
    const { complaint } = differences(step, state, got, step.atMs, options);
    const complaints = [complaint, deadlineComplaint(machine, got.state)].filter((text) => text !== "");
    if (complaints.length > 0)
      return `${course.name}, ${step.atMs - nowMs} ms, ${step.event}: ${complaints.join("; ")}`;
    state = got.state;
  }
  return null;
}

/** Every cell and course in which the machine does not do what the table says; with `firstOnly`, the first of them. */
export function controlPilotFailures(factory: ControlPilotFactory, firstOnly = false): string[] {
  const failures: string[] = [];
  const note = (failure: string | null): boolean => {
    if (failure !== null) failures.push(failure);
    return firstOnly && failure !== null;
  };
  for (const cell of cells) if (!cell.disputed && note(cellFailure(factory, cell))) return failures;
  for (const course of courses) if (note(courseFailure(factory, course))) return failures;
  return failures;
}

/** The cells that wait for a decision, as far as the machine differs from the table. */
export function controlPilotDisputes(factory: ControlPilotFactory): string[] {
  return cells
    .filter((cell) => cell.disputed)
    .map((cell) => cellFailure(factory, cell))
    .filter((failure) => failure !== null);
}
