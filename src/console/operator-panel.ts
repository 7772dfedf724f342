/** What keys do: `(panel, key, what is seen) -> panel and perhaps a request`. Pure; it decides nothing for the station. */
import type { LiveState } from "./live-state.ts";
import { detailOf, nodeAbove, reservationOf } from "./live-state.ts";
import type { OperatorRequest } from "./operator-request.ts";
import { shortToken } from "./short-token.ts";

/** A key as `readline` names it, with the text it types. */
export interface Key {
  readonly name: string;
  readonly text: string;
  readonly ctrl: boolean;
}

export type PromptKind = "card" | "limit" | "minutes";

export interface Prompt {
  readonly kind: PromptKind;
  /** Fixed when the question was put: what is selected later does not matter. */
  readonly connector: string;
  readonly text: string;
  readonly complaint: string | null;
}

export interface OperatorPanel {
  /** Index of the connector the keys are for. */
  readonly selected: number;
  readonly cards: readonly string[];
  /** Index of the card that will be swiped. */
  readonly card: number;
  readonly showsKeys: boolean;
  readonly prompt: Prompt | null;
  readonly message: { readonly text: string; readonly isBad: boolean } | null;
}

export interface Seen {
  readonly live: LiveState;
  readonly simulate: boolean;
}

interface Pressed {
  readonly panel: OperatorPanel;
  readonly request?: OperatorRequest;
}

const mostTextLength = 80;
const mostA = 1000;
const mostMinutes = 24 * 60;
const mostTokenLength = 36;
const usualMinutes = "10";

export const initialPanel = (cards: readonly string[]): OperatorPanel => ({
  selected: 0,
  cards,
  card: 0,
  showsKeys: false,
  prompt: null,
  message: null,
});

interface Context extends Seen {
  readonly panel: OperatorPanel;
  /** Id of the selected connector. */
  readonly connector: string;
}

interface Binding {
  /** How the key is called in the list. */
  readonly key: string;
  readonly does: string;
  /** Only a simulated world has a hand for it. */
  readonly simulatedOnly?: true;
  readonly press: (context: Context) => Pressed;
}

const bindings: Readonly<Record<string, Binding>> = {
  up: {
    key: "↑ ↓, 1 to 9",
    does: "select a connector",
    press: ({ panel, live }) => select(panel, live, panel.selected - 1),
  },
  s: { key: "s", does: "swipe the card in hand at the selected connector", simulatedOnly: true, press: swipe },
  c: {
    key: "c",
    does: "take the next card in hand",
    simulatedOnly: true,
    press: ({ panel }) => ({ panel: { ...panel, card: (panel.card + 1) % Math.max(1, panel.cards.length) } }),
  },
  t: { key: "t", does: "type the number of another card and swipe it", simulatedOnly: true, press: ask("card") },
  p: { key: "p", does: "plug the car in; it draws what it can", simulatedOnly: true, press: plugIn },
  u: { key: "u", does: "unplug the car", simulatedOnly: true, press: unplug },
  space: { key: "space", does: "pause charging, and resume it", press: pauseOrResume },
  l: { key: "l", does: "set a limit in ampere, or lift it", press: askLimit },
  v: { key: "v", does: "reserve the connector for the card in hand", press: askMinutes },
  x: { key: "x", does: "cancel the reservation of the connector", press: cancelReservation },
  "?": {
    key: "?",
    does: "show or hide these keys",
    press: ({ panel }) => ({ panel: { ...panel, showsKeys: !panel.showsKeys } }),
  },
  q: { key: "q, Ctrl-C", does: "quit: the station ends in the safe state", press: request({ kind: "quit" }) },
};

/** Other names of the same keys. */
const hidden: Readonly<Record<string, Binding["press"]>> = {
  down: ({ panel, live }) => select(panel, live, panel.selected + 1),
  escape: ({ panel }) => ({ panel: { ...panel, showsKeys: false } }),
};

/** For the list of keys. */
export const keyList = (simulate: boolean): readonly { readonly key: string; readonly does: string }[] => [
  ...Object.values(bindings).filter(({ simulatedOnly }) => simulate || simulatedOnly !== true),
  ...(simulate ? [{ key: "Ctrl-Z", does: "to the shell; fg comes back" }] : []),
];

export function press(panel: OperatorPanel, key: Key, seen: Seen): Pressed {
  if (key.ctrl && key.name === "c") return { panel, request: { kind: "quit" } };
  if (key.ctrl && key.name === "z") {
    // A process that stands still opens no contactor.
    if (!seen.simulate) return told(panel, "a real station is not suspended; q ends it in the safe state");
    return { panel, request: { kind: "suspend" } };
  }
  if (panel.prompt !== null) return type(panel, panel.prompt, key, seen);
  if (key.ctrl) return { panel };
  const quiet = { ...panel, message: null };
  const digit = /^[1-9]$/.exec(key.text);
  if (digit !== null) return select(quiet, seen.live, Number(key.text) - 1);
  const connector = seen.live.station.connectors[panel.selected]?.id;
  const binding = bindings[key.name] ?? bindings[key.text];
  const pressed = binding?.press ?? hidden[key.name];
  if (pressed === undefined)
    return key.text.trim() === "" ? { panel } : told(quiet, `${key.text}: no such key, ? lists them`);
  if (binding?.simulatedOnly && !seen.simulate) return told(quiet, `${binding.key} is for a simulated station`);
  if (connector === undefined) return key.name === "q" ? { panel, request: { kind: "quit" } } : { panel };
  return pressed({ ...seen, panel: quiet, connector });
}

/** What the answer to a command tells the one who asked. */
export function answered(
  panel: OperatorPanel,
  line: { readonly module: string; readonly fields: object },
): OperatorPanel {
  const { name, result, error } = line.fields as { name: string; result?: unknown; error?: unknown };
  const words = results[name];
  if (words === undefined) return panel;
  const isBad = error !== undefined || result === false || (typeof result === "string" && result !== "Accepted");
  const answer = result === false ? "refused" : typeof result === "string" ? result : "done";
  return told(panel, `${line.module}: ${words} ${answer}`, isBad).panel;
}

const results: Readonly<Record<string, string>> = {
  pause_charging: "pause",
  resume_charging: "resume",
  set_external_limits: "limit",
  reserve_now: "reservation",
  cancel_reservation: "cancel the reservation",
};

/** The question of a prompt, and what Enter and Esc do to it. */
export function promptWords({ kind, connector }: Prompt, panel: OperatorPanel, live: LiveState): string {
  switch (kind) {
    case "card":
      return `card to swipe at ${connector}`;
    case "limit": {
      const node = nodeAbove(live, connector);
      const others = (node?.connectors.length ?? 1) - 1;
      const shared = others === 0 ? "" : `, shared with ${others} more`;
      return `limit of ${connector} at ${node?.id}${shared}, ampere (empty: none)`;
    }
    case "minutes":
      return `reserve ${connector} for ${shortToken(panel.cards[panel.card] ?? "")}, minutes`;
  }
}

/** What was typed, as it may be seen: of a card only its end. */
export const promptText = ({ kind, text }: Prompt): string =>
  kind === "card" ? text.replace(/.(?=.{4})/gs, "•") : text;

function told(panel: OperatorPanel, text: string, isBad = true): Pressed {
  return { panel: { ...panel, message: { text, isBad } } };
}

function request(asked: OperatorRequest): Binding["press"] {
  return ({ panel }) => ({ panel, request: asked });
}

function select(panel: OperatorPanel, live: LiveState, index: number): Pressed {
  const { connectors } = live.station;
  if (index >= connectors.length && index !== panel.selected + 1)
    return told(panel, `there is no connector ${index + 1}`);
  return { panel: { ...panel, selected: Math.max(0, Math.min(connectors.length - 1, index)) } };
}

function swipe(context: Context): Pressed {
  const { panel, connector } = context;
  const token = panel.cards[panel.card];
  if (token === undefined) return ask("card")(context);
  return {
    ...told(panel, `card ${shortToken(token)} at ${connector}`, false),
    request: { kind: "swipe", connector, token },
  };
}

const letterOf = ({ live, connector }: Context): string | null =>
  live.station.connectors.find(({ id }) => id === connector)?.pilotLetter ?? null;

function plugIn(context: Context): Pressed {
  const { panel, connector } = context;
  const letter = letterOf(context) ?? "";
  if ("BCD".includes(letter) && letter !== "") return told(panel, `a car is plugged in at ${connector} already`);
  return { panel, request: { kind: "plugIn", connector } };
}

function unplug(context: Context): Pressed {
  const { panel, connector } = context;
  if (letterOf(context) === "A") return told(panel, `no car is plugged in at ${connector}`);
  return { panel, request: { kind: "unplug", connector } };
}

function pauseOrResume({ panel, connector, live }: Context): Pressed {
  return { panel, request: { kind: detailOf(live, connector).isHeld ? "resume" : "pause", connector } };
}

function ask(kind: PromptKind, text = ""): Binding["press"] {
  return ({ panel, connector }) => ({
    panel: { ...panel, showsKeys: false, prompt: { kind, connector, text, complaint: null } },
  });
}

function askLimit(context: Context): Pressed {
  const { panel, connector, live } = context;
  if (nodeAbove(live, connector) === undefined) return told(panel, `no EnergyNode stands above ${connector}`);
  return ask("limit")(context);
}

function askMinutes(context: Context): Pressed {
  const { panel, connector, live } = context;
  const { evseId } = detailOf(live, connector);
  if (evseId === null) return told(panel, `no Auth serves ${connector}: nobody keeps reservations`);
  const held = reservationOf(live, connector);
  if (held !== undefined) return told(panel, `${connector} has reservation ${held.id} already; x cancels it`);
  if (panel.cards.length === 0) return told(panel, "no card in hand: t takes one");
  return ask("minutes", usualMinutes)(context);
}

function cancelReservation({ panel, connector, live }: Context): Pressed {
  const held = reservationOf(live, connector);
  if (held === undefined) return told(panel, `${connector} is not reserved`);
  return { panel, request: { kind: "cancelReservation", connector, reservationId: held.id } };
}

/** A mistake keeps what was typed and says what is wrong with it. */
function type(panel: OperatorPanel, prompt: Prompt, key: Key, { live }: Seen): Pressed {
  const edited = (text: string): Pressed => ({ panel: { ...panel, prompt: { ...prompt, text, complaint: null } } });
  switch (key.name) {
    case "escape":
      return { panel: { ...panel, prompt: null, message: null } };
    case "backspace":
      return edited([...prompt.text].slice(0, -1).join(""));
    case "return":
    case "enter":
      return entered(panel, prompt, live);
    default:
      if (key.ctrl) return key.name === "u" ? edited("") : { panel };
      if (!/^[^\p{C}]+$/u.test(key.text)) return { panel };
      return edited((prompt.text + key.text).slice(0, mostTextLength));
  }
}

function entered(panel: OperatorPanel, prompt: Prompt, live: LiveState): Pressed {
  const { kind, connector } = prompt;
  const text = prompt.text.trim();
  const complaint = complaints[kind](text);
  if (complaint !== null) return { panel: { ...panel, prompt: { ...prompt, complaint } } };
  const closed = { ...panel, prompt: null, message: null };
  switch (kind) {
    case "card": {
      const cards = panel.cards.includes(text) ? panel.cards : [...panel.cards, text];
      return {
        ...told({ ...closed, cards, card: cards.indexOf(text) }, `card ${shortToken(text)} at ${connector}`, false),
        request: { kind: "swipe", connector, token: text },
      };
    }
    case "limit":
      return { panel: closed, request: { kind: "limit", connector, currentA: text === "" ? null : Number(text) } };
    case "minutes":
      return {
        panel: closed,
        request: {
          kind: "reserve",
          connector,
          token: panel.cards[panel.card] ?? "",
          minutes: Number(text),
          reservationId: live.highestReservationId + 1,
        },
      };
  }
}

const complaints: Readonly<Record<PromptKind, (text: string) => string | null>> = {
  card: (text) => {
    if (text === "") return "a card has a number";
    if (!/^[\x20-\x7e]+$/.test(text)) return "a card's number has printable ASCII characters only";
    return text.length > mostTokenLength ? `${text.length} characters, a card has at most ${mostTokenLength}` : null;
  },
  limit: (text) => {
    if (text === "") return null;
    if (/^\d+,\d+$/.test(text)) return `"${text}": write ${text.replace(",", ".")}, with a point`;
    if (!/^(\d+\.?\d*|\.\d+)$/.test(text)) return `"${text}" is no number of ampere, such as 10 or 13.5`;
    return Number(text) > mostA ? `${text} A is more than ${mostA} A` : null;
  },
  minutes: (text) => {
    if (!/^\d+$/.test(text)) return `"${text}" is no whole number of minutes`;
    const minutes = Number(text);
    return minutes < 1 || minutes > mostMinutes ? `from 1 to ${mostMinutes} minutes, not ${text}` : null;
  },
};
