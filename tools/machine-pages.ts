/** The tables of the machines as pages: what they do stands in them as data, so that it can be shown as it is. */
import type { CableCheckStep } from "../src/core/dc/cable-check.ts";
import { cableCheckStepWords } from "../src/core/dc/cable-check.ts";
import type { PilotRow } from "../src/core/iec61851/control-pilot.ts";
import { keepsForcedUnlock, keepsGrant, pilotCommands, pilotTransitions } from "../src/core/iec61851/control-pilot.ts";
import type { Guard } from "../src/core/session/charger-specs.ts";
import { chargerSpecs } from "../src/core/session/charger-specs.ts";
import type { ChargerEventKind, ChargerStateName } from "../src/core/session/charger-state.ts";
import { chargerStates } from "../src/core/session/charger-state.ts";
import { chargerTable, ignored, onDeadline } from "../src/core/session/charger-table.ts";
import { code, generated, table } from "./markdown.ts";

const diagram = (lines: readonly string[]): string[] => ["```mermaid", ...lines, "```", ""];

/** What opens, closes or asks; the rest of a cell stands in the table. */
const shownInDiagram: ReadonlySet<string> = new Set([
  "powerOff",
  "closeIfAllowed",
  "carRequestedPower",
  "carUnplugged",
  "newCar",
  "newSimplifiedCar",
  "startUnlock",
]);

export function controlPilotPage(): string {
  const rows = Object.keys(pilotTransitions) as PilotRow[];
  const edges = rows.flatMap((from) =>
    rows.flatMap((to) => {
      const actions = pilotTransitions[from][to].filter((action) => shownInDiagram.has(action));
      return from === to || actions.length === 0 ? [] : [`  ${from} --> ${to}: ${actions.join(", ")}`];
    }),
  );
  return [
    "# Control pilot",
    "",
    generated("src/core/iec61851/control-pilot.ts"),
    "",
    "The letter the board reads leads from row to column, and what stands in the cell is done in that order. IEC 61851-1:2017",
    "table A.6. `DNotVentilated` is a vehicle in D at a station without ventilation.",
    "",
    ...table(
      ["from \\ to", ...rows],
      rows.map((from) => [`**${from}**`, ...rows.map((to) => pilotTransitions[from][to].map(code).join(", ") || "–")]),
    ),
    "## What a command sets off beyond itself",
    "",
    ...table(
      ["letter", "PWM started", "PWM ended", "power granted", "keeps a grant", "keeps a forced unlock"],
      rows.map((row) => {
        const { pwmStarted, pwmEnded, powerGranted } = pilotCommands[row];
        const done = [pwmStarted, pwmEnded, powerGranted].map((actions) => actions.map(code).join(", ") || "–");
        return [`**${row}**`, ...done, keepsGrant[row] ? "yes" : "no", keepsForcedUnlock[row] ? "yes" : "no"];
      }),
    ),
    "## Letters of vehicles, and what opens and closes",
    "",
    ...diagram(["stateDiagram-v2", "  direction LR", ...edges]),
  ].join("\n");
}

type Target = NonNullable<Guard["to"]>;

/** The states a function may answer with, as they stand in its text; `returns` where it goes back to where it came from. */
function targetsOf(to: Target): string[] {
  if (typeof to === "string") return [to];
  const text = String(to);
  const named = chargerStates.filter((state) => text.includes(`"${state}"`));
  return text.includes("stepReturn") ? ["the state before", ...named] : named;
}

/** States an event or a deadline asks for by name. */
const requestedBy = (cell: unknown): ChargerStateName[] => {
  const text = String(cell);
  return chargerStates.filter((state) => new RegExp(`goTo\\(d,\\s*"${state}"\\)`).test(text));
};

export function chargerPage(): string {
  const events = Object.keys(chargerTable.Idle) as ChargerEventKind[];
  const own = (state: ChargerStateName, event: ChargerEventKind): string => {
    const cell = chargerTable[state][event] as unknown;
    if (cell === ignored) return "·";
    return cell === sharedCell(event) ? "✓" : "**✓**";
  };
  const guards = chargerStates.flatMap((state) =>
    chargerSpecs[state].guards.map(({ name, to }, index) => [
      index === 0 ? `**${state}**` : "",
      name,
      to === undefined ? "stays" : targetsOf(to).join(" or "),
    ]),
  );
  const edges = chargerStates.flatMap((state) => [
    ...chargerSpecs[state].guards.flatMap(({ name, to }) =>
      to === undefined
        ? []
        : targetsOf(to).flatMap((target) => (target === "the state before" ? [] : [{ from: state, to: target, name }])),
    ),
    ...events.flatMap((event) =>
      requestedBy(chargerTable[state][event]).map((target) => ({ from: state, to: target as string, name: event })),
    ),
  ]);
  const byEnds = new Map<string, string[]>();
  for (const { from, to, name } of edges) {
    if (from === to) continue;
    const key = `${from} --> ${to}`;
    byEnds.set(key, [...new Set([...(byEnds.get(key) ?? []), name])]);
  }
  const deadlines = Object.entries(onDeadline).flatMap(([name, cell]) =>
    requestedBy(cell).map((target) => [code(name), target]),
  );
  return [
    "# Charger",
    "",
    generated("src/core/session/charger-table.ts and charger-specs.ts"),
    "",
    "The session of one EVSE. An event becomes facts; then the guards of the present state are asked in order, and the first that",
    "holds leads on, until the state holds.",
    "",
    ...diagram([
      "stateDiagram-v2",
      "  [*] --> Idle",
      ...[...byEnds].map(([ends, names]) => `  ${ends}: ${names.join(", ")}`),
    ]),
    "## Guards, in the order they are asked",
    "",
    ...table(["state", "guard", "leads to"], guards),
    "## Deadlines that lead on",
    "",
    ...table(["deadline", "leads to"], deadlines),
    "## Events",
    "",
    "✓ is heard as in most states, **✓** in a way of this state's own, · means nothing there.",
    "",
    ...table(
      ["event", ...chargerStates],
      events.map((event) => [code(event), ...chargerStates.map((state) => own(state, event))]),
    ),
  ].join("\n");
}

/** What most states do with an event. */
function sharedCell(event: ChargerEventKind): unknown {
  const cells = chargerStates.map((state) => chargerTable[state][event] as unknown);
  const count = (cell: unknown): number => cells.filter((other) => other === cell).length;
  return cells.toSorted((a, b) => count(b) - count(a))[0];
}

export function cableCheckPage(): string {
  const steps = Object.keys(cableCheckStepWords) as CableCheckStep[];
  const id = (index: number): string => `step${index + 1}`;
  return [
    "# Cable check of DC",
    "",
    generated("src/core/dc/cable-check.ts"),
    "",
    "Steps in their order; the self test with open contactors is done where it is configured. A step that is not done in time, a sample that",
    "does not come or contactors that open end the check: supply off, wait for less than 60 V, tell the vehicle.",
    "",
    ...table(
      ["", "step", "waits for"],
      steps.map((step, index) => [String(index + 1), code(step), cableCheckStepWords[step]]),
    ),
    ...diagram([
      "flowchart LR",
      ...steps.map((step, index) => `  ${id(index)}["${cableCheckStepWords[step]}"]`),
      `  ${steps.map((_, index) => id(index)).join(" --> ")} --> passed`,
      `  ${steps.map((_, index) => id(index)).join(" & ")} -. not in time .-> failing["supply off, wait for less than 60 V"] --> failed`,
    ]),
  ].join("\n");
}
