/** What belongs to the whole station: the nodes of its energy tree with their limits, tokens and reservations. */
import type { LiveState, NodeLimit, NodeView, TokenView } from "./live-state.ts";
import { connectorOfEvse, nodeLimitAt } from "./live-state.ts";
import { phases } from "./log-entry.ts";
import { amperes, kilowatts, unknown } from "./quantities.ts";
import { shortToken } from "./short-token.ts";
import type { StyledText } from "./styled-text.ts";
import { piece } from "./styled-text.ts";

const mostTokensShown = 4;
const nodeColumns = 24;

/** The most important lines first. */
export function stationLines(live: LiveState, nowMs: number): readonly StyledText[] {
  const { nodes } = live;
  return [...nodes.map((node) => nodeLine(live, node, nowMs)), cardsLine(live)];
}

/** All of it in a line, where there is room for no more. */
export const stationDigest = (live: LiveState, nowMs: number): StyledText => [
  piece("Limits ", "dim"),
  ...live.nodes.flatMap((node, index) => [
    piece(`${index === 0 ? "" : " · "}${node.id} `, "dim"),
    piece(limitWords(nodeLimitAt(node, nowMs)), "note"),
  ]),
];

function nodeLine(live: LiveState, node: NodeView, nowMs: number): StyledText {
  const limit = nodeLimitAt(node, nowMs);
  const source = limit?.currentA?.source ?? limit?.powerW?.source ?? "";
  // A node need not repeat its own name.
  const words = source.startsWith(`${node.id}/`) ? source.slice(node.id.length + 1) : source;
  return [
    piece(`${"  ".repeat(node.depth)}${node.id}`.padEnd(nodeColumns), "plain"),
    piece(limitWords(limit).padEnd(9), "note"),
    piece(words === "" ? "" : `${words}   `),
    piece(limit?.phases == null ? "" : `${phases(limit.phases)}   `, "dim"),
    piece(`${amperes(throughA(live, node))} drawn`, "dim"),
  ];
}

function limitWords(limit: NodeLimit | undefined): string {
  if (limit === undefined) return unknown;
  if (limit.currentA !== null) return amperes(limit.currentA.value);
  return limit.powerW === null ? "no limit" : kilowatts(limit.powerW.value);
}

/** What the connectors below draw together on the phase that carries most. */
function throughA({ station }: LiveState, { connectors }: NodeView): number {
  const meters = station.connectors.filter(({ id }) => connectors.includes(id)).map(({ meter }) => meter);
  const onPhase = (phase: "L1" | "L2" | "L3"): number =>
    meters.reduce((sum, meter) => sum + (meter?.current_A?.[phase] ?? 0), 0);
  return Math.max(onPhase("L1"), onPhase("L2"), onPhase("L3"));
}

function cardsLine(live: LiveState): StyledText {
  const shown = live.tokens.slice(-mostTokensShown);
  const tokens = shown.flatMap((token, index) => [
    piece(`${index === 0 ? "" : "  "}${shortToken(token.value)} `),
    piece(tokenWords(live, token), "dim"),
  ]);
  const reservations = live.reservations.map(({ id, evseId }) => {
    const where = evseId === null ? "any" : (connectorOfEvse(live, evseId) ?? `EVSE ${evseId}`);
    return `no. ${id} ${where}`;
  });
  return [
    piece("Reserved ", "dim"),
    reservations.length === 0 ? piece("none", "dim") : piece(reservations.join(", "), "note"),
    piece("   Tokens ", "dim"),
    ...(tokens.length === 0 ? [piece("none yet", "dim")] : tokens),
  ];
}

/** Where it pays, or what became of it. */
function tokenWords({ station }: LiveState, { value, status }: TokenView): string {
  const payer = station.connectors.find(
    ({ session }) => session?.token === value && session.transaction?.finishedMs === null,
  );
  return payer === undefined ? status : `at ${payer.id}`;
}
