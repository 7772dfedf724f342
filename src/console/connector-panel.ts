/** What a terminal shows of one connector, at the levels of detail there may be room for. */
import type { PhaseVoltages } from "../core/powermeter.ts";
import { currentPlot, scaleFor } from "./current-plot.ts";
import type { ConnectorDetail, ReservationView } from "./live-state.ts";
import { drawnA } from "./live-state.ts";
import { phases } from "./log-entry.ts";
import { amperes, duration, kilowattHours, kilowatts, percent, pilotVolts, unknown, volts } from "./quantities.ts";
import { shortToken } from "./short-token.ts";
import { pilotWords, stateWords } from "./state-words.ts";
import type { ActuatorView, ConnectorView, FaultView } from "./station-view.ts";
import { energyOf } from "./station-view.ts";
import type { Piece, StyledText, Tone } from "./styled-text.ts";
import { piece, widthOf } from "./styled-text.ts";

/** A connector with what the live view knows besides. */
export interface ShownConnector {
  readonly connector: ConnectorView;
  readonly detail: ConnectorDetail;
  readonly reservation: ReservationView | undefined;
  /** From 1, as the keys name it, padded so that a list stands straight; null where there is no choice. */
  readonly number: string | null;
  readonly isSelected: boolean;
}

/** No actuator of a healthy station takes longer to move. */
const movementMs = 500;
const labelColumns = 11;
const mostBarColumns = 60;
const leastBarColumns = 8;
const offerColumns = 21;
const rowTitleColumns = 17;
const rowStateColumns = 28;
const mostFaults = 3;
/** Two currents closer than this are one. */
const sameA = 0.05;

/** Lines of a block before its plot. */
export const blockTextLines = ({ connector, reservation }: ShownConnector): number =>
  6 + Math.max(1, Math.min(mostFaults, connector.faults.length) + (reservation === undefined ? 0 : 1));

export function connectorTitle({ connector, number, isSelected }: ShownConnector): StyledText {
  if (number === null) return [piece(connector.id, "strong")];
  return [piece(`${isSelected ? "▸" : " "}${number} `, isSelected ? "note" : "dim"), piece(connector.id, "strong")];
}

export function connectorState({ connector }: ShownConnector, nowMs: number): StyledText {
  const { state } = connector;
  if (state === null) return [piece("starting", "dim")];
  const { words, tone } = stateWords[state];
  // Whatever it does, with an error it is not well.
  return [
    piece(words, connector.faults.length > 0 ? "bad" : tone),
    piece(` ${duration(nowMs - connector.stateSinceMs)}`, "dim"),
  ];
}

/** Everything there is to know of a connector: the lines below its title. */
export function connectorBlock(
  shown: ShownConnector,
  columns: number,
  plot: { readonly rows: number; readonly scaleA: number },
  nowMs: number,
): readonly StyledText[] {
  const { connector, detail } = shown;
  return [
    ...pilotLines(connector, columns, nowMs),
    limitLine(connector, detail, columns),
    currentLine(connector, columns),
    ...sessionLines(connector, nowMs),
    ...troubleLines(shown, nowMs),
    ...currentPlot(detail.history, { ...plot, columns, nowMs }),
  ];
}

/** The three lines that matter most. */
export const connectorDigest = (
  { connector }: ShownConnector,
  columns: number,
  nowMs: number,
): readonly StyledText[] => [
  compactPilot(connector, nowMs),
  compactMeter(connector, columns),
  compactSession(connector, nowMs),
];

/** At most `most` lines; the last one counts those left out. */
export function faultLines(faults: readonly FaultView[], most: number): readonly StyledText[] {
  const shown = faults.length > most ? faults.slice(-(most - 1)) : faults;
  const lines = shown.map((fault) => [piece(faultWords(fault), "bad")]);
  return shown.length < faults.length
    ? [...lines, [piece(`and ${faults.length - shown.length} more errors`, "bad")]]
    : lines;
}

function faultWords({ type, subType, message }: FaultView): string {
  const name = subType === "" ? type : `${type} (${subType})`;
  return `! ${name}${message === "" ? "" : `: ${message}`}`;
}

/** What is good to know, but not worth cutting. */
const withRoom = (text: StyledText, more: Piece, columns: number): StyledText =>
  widthOf(text) + more.width <= columns ? [...text, more] : text;

const label = (text: string): Piece => piece(text.padEnd(labelColumns), "dim");
const field = (text: string, columns: number, tone: Tone = "plain"): Piece => piece(text.padEnd(columns), tone);

function pilotLines(connector: ConnectorView, columns: number, nowMs: number): readonly StyledText[] {
  const { pilotLetter } = connector;
  const words = pilotLetter === null ? "" : (pilotWords[pilotLetter] ?? "");
  return [
    withRoom(
      [label("Pilot"), letterPiece(connector), piece("  "), field(pilotReading(connector), 19), ...offer(connector)],
      piece(words, "dim"),
      columns,
    ),
    [
      label("Contactor"),
      padded(contactorPiece(connector.contactor, nowMs), 10),
      label("Lock"),
      padded(lockPiece(connector.lock, nowMs), 10),
      piece(interlockWords(connector.contactor), "bad"),
    ],
  ];
}

const letterPiece = ({ pilotLetter }: ConnectorView): Piece => {
  if (pilotLetter === null) return piece(unknown, "dim");
  if (pilotLetter === "Disabled") return piece("-", "dim");
  const tone: Tone = "CD".includes(pilotLetter) ? "good" : "EF".includes(pilotLetter) ? "bad" : "strong";
  return piece(pilotLetter, tone);
};

const pilotReading = ({ pilotVolts: reading, output }: ConnectorView): string =>
  reading === null ? "" : pilotVolts(reading, output?.mode === "pwm");

/** What the pilot tells the vehicle. */
function offer({ output }: ConnectorView): StyledText {
  if (output === null) return [field("", offerColumns)];
  const { mode, dutyPercent, offeredA } = output;
  switch (mode) {
    case "X1":
      return [field("X1, steady +12 V", offerColumns, "dim")];
    case "F":
      return [field("F, steady -12 V", offerColumns, "bad")];
    case "E":
      return [field("E, 0 V", offerColumns, "bad")];
    case "pwm":
      return [
        field(`PWM ${percent(dutyPercent)}`, 12),
        field(offeredA > 0 ? amperes(offeredA) : "digital", offerColumns - 12, "note"),
      ];
  }
}

const padded = ({ text, tone }: Piece, columns: number): Piece => piece(text.padEnd(columns), tone);

/** Commanded and confirmed are two things, and one is told apart from the other. */
function contactorPiece({ commanded, confirmed, commandedAtMs }: ActuatorView, nowMs: number): Piece {
  const isLate = nowMs - commandedAtMs > movementMs;
  if (confirmed === null) {
    // A board tells of its contactor when it moves for the first time.
    if (commanded === true) return piece("closing", isLate ? "bad" : "warning");
    return piece("open", "plain");
  }
  if (commanded !== null && commanded !== confirmed) {
    if (!isLate) return piece(commanded ? "closing" : "opening", "warning");
    return piece(confirmed ? "CLOSED" : "open", "bad");
  }
  return confirmed ? piece("closed", "good") : piece("open", "plain");
}

/** Why it opened, where something else than the charger did it. */
const interlockWords = ({ commanded, reason }: ActuatorView): string =>
  commanded === false && reason?.startsWith("interlock:") ? reason : "";

function lockPiece({ commanded, confirmed, commandedAtMs }: ActuatorView, nowMs: number): Piece {
  if (commanded === null && confirmed === null) return piece(unknown, "dim");
  if (commanded !== null && commanded !== confirmed) {
    return piece(commanded ? "locking" : "unlocking", nowMs - commandedAtMs > movementMs ? "bad" : "warning");
  }
  return confirmed ? piece("locked", "good") : piece("unlocked", "plain");
}

/** What may be drawn, and who says so. */
function limitLine({ limit }: ConnectorView, { granted }: ConnectorDetail, columns: number): StyledText {
  if (limit === null) return [label("Limit"), piece(unknown, "dim")];
  const isOwn = granted !== null && limit.currentA < granted.value - sameA;
  const source = granted === null ? "" : isOwn ? "the connector itself" : granted.source;
  const start = [label("Limit"), field(amperes(limit.currentA), 8, "note"), piece(source === "" ? "" : `${source}   `)];
  return withRoom(start, piece(phases(limit.phases), "dim"), columns);
}

type Conductor = keyof PhaseVoltages;

/** Each conductor the meter tells of; three before it has told anything, so that nothing jumps later. */
function currentLine(connector: ConnectorView, columns: number): StyledText {
  const { meter } = connector;
  const metered = (["DC", "L1", "L2", "L3"] as const).filter((name) => meter?.current_A?.[name] !== undefined);
  const conductors: readonly Conductor[] = metered.length > 0 ? metered : ["L1", "L2", "L3"];
  const currents = conductors.map((name) => meter?.current_A?.[name]?.toFixed(1) ?? unknown).join("  ");
  const voltages = conductors.flatMap((name) => meter?.voltage_V?.[name] ?? []);
  const voltage = voltages.length === 0 ? "" : volts(voltages.reduce((sum, value) => sum + value, 0) / voltages.length);
  const text = [
    label(metered.includes("DC") ? "DC" : "Current"),
    field(`${currents} A`, 20, drawnA(connector) > 0 ? "strong" : "plain"),
    field(voltage, 8, "dim"),
  ];
  return [...text, ...currentBar(connector, drawnA(connector), columns - widthOf(text))];
}

/** What is drawn of what is on offer, of what the supply could give. */
function currentBar(connector: ConnectorView, drawnA: number, room: number): StyledText {
  const highestA = Math.max(drawnA, connector.output?.offeredA ?? 0, connector.limit?.currentA ?? 0);
  const scaleA = scaleFor(highestA);
  const scale = ` ${scaleA} A`;
  const columns = Math.min(mostBarColumns, room - scale.length);
  if (columns < leastBarColumns) return [];
  const columnsOf = (currentA: number): number => Math.round((currentA / scaleA) * columns);
  const offered = columnsOf(connector.output?.offeredA ?? 0);
  const drawn = columnsOf(drawnA);
  const within = Math.min(drawn, offered);
  return [
    piece("█".repeat(within), "good"),
    piece("█".repeat(drawn - within), "warning"),
    piece("▒".repeat(Math.max(0, offered - drawn)), "note"),
    piece("·".repeat(columns - Math.max(drawn, offered)), "dim"),
    piece(scale, "dim"),
  ];
}

function sessionLines(connector: ConnectorView, nowMs: number): readonly StyledText[] {
  const { meter, session } = connector;
  const hasTransaction = session?.transaction != null;
  const power = meter?.power_W === undefined ? unknown : kilowatts(meter.power_W.total);
  return [
    [
      label("Energy"),
      field(hasTransaction ? kilowattHours(energyOf(connector)) : unknown, 13, hasTransaction ? "strong" : "dim"),
      field(power, 12),
      piece(meter === null ? "" : `meter ${kilowattHours(meter.energy_Wh_import.total)}`, "dim"),
    ],
    [label("Session"), ...sessionPieces(connector, nowMs, 10)],
  ];
}

function sessionPieces({ session }: ConnectorView, nowMs: number, columns: number): StyledText {
  if (session === null) return [piece("none yet", "dim")];
  const { id, startedMs, finishedMs, token } = session;
  const parts: Piece[] = [
    field(duration((finishedMs ?? nowMs) - startedMs), columns),
    piece(`${id.slice(0, 8)}   `, "dim"),
    piece(token === null ? "" : `token ${shortToken(token)}   `, "dim"),
  ];
  return finishedMs === null ? parts : [...parts, piece(`ended ${duration(nowMs - finishedMs)} ago`, "dim")];
}

function compactPilot(connector: ConnectorView, nowMs: number): StyledText {
  return [
    letterPiece(connector),
    piece("  "),
    field(pilotReading(connector), 19),
    ...offerInShort(connector),
    padded(contactorPiece(connector.contactor, nowMs), 10),
    lockPiece(connector.lock, nowMs),
  ];
}

function offerInShort({ output }: ConnectorView): StyledText {
  const offeredA = output?.offeredA ?? 0;
  if (offeredA > 0) return [field(amperes(offeredA), 10, "note")];
  return [field(output === null ? unknown : output.mode === "pwm" ? percent(output.dutyPercent) : output.mode, 10)];
}

function compactMeter(connector: ConnectorView, columns: number): StyledText {
  const { meter } = connector;
  const { L1, L2, L3, DC } = meter?.current_A ?? {};
  const currents = [DC, L1, L2, L3].filter((currentA) => currentA !== undefined);
  const power = meter?.power_W === undefined ? unknown : kilowatts(meter.power_W.total);
  const amperesOfAll = currents.map((currentA) => currentA.toFixed(1)).join(" ");
  const text = [
    field(currents.length === 0 ? unknown : `${amperesOfAll} A`, 22),
    field(power, 10),
    field(kilowattHours(energyOf(connector)), 13, "strong"),
  ];
  return [...text, ...currentBar(connector, Math.max(0, ...currents), columns - widthOf(text))];
}

function compactSession(connector: ConnectorView, nowMs: number): StyledText {
  const [fault] = faultLines(connector.faults.slice(-1), 1);
  if (fault === undefined) return sessionPieces(connector, nowMs, 9);
  const others = connector.faults.length - 1;
  return others === 0 ? fault : [piece(`${connector.faults.length} errors `, "bad"), ...fault];
}

/** The reservation and the last error, or the errors there are. */
function troubleLines({ connector, detail, reservation }: ShownConnector, nowMs: number): readonly StyledText[] {
  const reserved = reservation === undefined ? "no" : `no. ${reservation.id}`;
  const start = [label("Reserved"), field(reserved, 10, reservation === undefined ? "dim" : "note")];
  const faults = faultLines(connector.faults, mostFaults);
  if (faults.length > 0) return reservation === undefined ? faults : [[...start], ...faults];
  const { lastError } = detail;
  if (lastError === null) return [[...start, piece("Last error ", "dim"), piece("none", "dim")]];
  const { type, clearedMs } = lastError;
  const ago = clearedMs === null ? "" : ` ${duration(nowMs - clearedMs)} ago`;
  return [[...start, piece("Last error ", "dim"), piece(type), piece(`, cleared${ago}`, "dim")]];
}

/** A connector of many, in one line. */
export function connectorRow(shown: ShownConnector, nowMs: number): StyledText {
  const { connector } = shown;
  const title = connectorTitle(shown);
  const start = [
    ...title,
    piece(" ".repeat(Math.max(1, rowTitleColumns - widthOf(title)))),
    letterPiece(connector),
    piece("  "),
  ];
  const state = connectorState(shown, nowMs);
  const filler = piece(" ".repeat(Math.max(1, rowStateColumns - widthOf(state))));
  const [fault] = connector.faults.slice(-1);
  if (fault !== undefined) return [...start, ...state, filler, piece(faultWords(fault), "bad")];
  const limit = connector.limit === null ? unknown : amperes(connector.limit.currentA);
  return [
    ...start,
    ...state,
    filler,
    field(`${drawnA(connector).toFixed(1)} of ${limit}`, 16),
    shown.reservation === undefined ? piece(kilowattHours(energyOf(connector))) : piece("reserved", "note"),
  ];
}
