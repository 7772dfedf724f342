/** Commands that want something of the station: the same requests as those of the live view. */
import type { Answer, Command, CommandCall, StationRequest } from "./command.ts";
import { refused, told } from "./command.ts";

/** An answer that has not come by then is told of when it comes; nobody waits for it. */
const patienceMs = 500;

/** Done at once where the station answers in the turn; else it is waited for a little. */
function ask(call: CommandCall, request: StationRequest, words: (result: unknown) => string): Answer {
  return {
    kind: "later",
    start(done) {
      let isDone = false;
      const end = (line: string): void => {
        if (isDone) return;
        isDone = true;
        timer.cancel();
        done([line]);
      };
      const { clock } = call.station;
      const timer = clock.schedule("console", clock.nowMs() + patienceMs, () => end("asked; there is no answer yet"));
      const complaint = call.perform(request, (result) => end(words(result)));
      if (complaint !== null) end(complaint);
    },
  };
}

const yesOrNo =
  (yes: string, no: string) =>
  (result: unknown): string =>
    result === false ? no : yes;

/** A command of an EVSE without arguments. */
const simple = (
  name: string,
  summary: string,
  kind: "pause" | "resume" | "stop" | "disable",
  yes: string,
  no: string,
): Command => ({
  name,
  usage: "",
  summary,
  evse: "one",
  words: [0, 0],
  run: (call) => ask(call, { kind, connector: call.evses[0] ?? "" }, yesOrNo(yes, no)),
});

const enable: Command = {
  name: "enable",
  usage: "[always]",
  summary: "takes back what was disabled here; always: whoever else disables it",
  evse: "one",
  words: [0, 1],
  run(call) {
    const { words, evses } = call;
    if (words.length === 1 && words[0] !== "always") return refused("enable, or enable always");
    const kind = words.length === 1 ? "enableAlways" : "enable";
    return ask(
      call,
      { kind, connector: evses[0] ?? "" },
      yesOrNo("enabled", "it stays disabled: somebody else disables it too, see why"),
    );
  },
};

const authorize: Command = {
  name: "authorize",
  usage: "TOKEN",
  summary: "presents a token at this EVSE, as its reader would",
  evse: "one",
  words: [1, 1],
  run(call) {
    const [token = ""] = call.words;
    if (token.length > 36) return refused("a token has at most 36 characters");
    return ask(call, { kind: "authorize", connector: call.evses[0] ?? "", token }, () => "presented; see events");
  },
};

const reserve: Command = {
  name: "reserve",
  usage: "TOKEN [MINUTES] | cancel ID",
  summary: "reserves this EVSE for a token, 30 minutes unless said; or ends that",
  evse: "one",
  words: [1, 2],
  run(call) {
    const [first = "", second] = call.words;
    const connector = call.evses[0] ?? "";
    if (first === "cancel" && second !== undefined) {
      if (!/^\d{1,9}$/.test(second)) return refused(`not the number of a reservation: ${second}`);
      const request = { kind: "cancelReservation", connector, reservationId: Number(second) } as const;
      return ask(call, request, yesOrNo("cancelled", "there is no such reservation"));
    }
    const minutes = Number(second ?? 30);
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1440) return refused("minutes: 1 to 1440");
    if (first.length > 36) return refused("a token has at most 36 characters");
    const reservationId = call.memory.live.highestReservationId + 1;
    const request = { kind: "reserve", connector, token: first, minutes, reservationId } as const;
    return ask(call, request, (result) =>
      result === "Accepted"
        ? `reserved, no. ${reservationId}, for ${minutes} minutes`
        : `not reserved: ${String(result)}`,
    );
  },
};

interface Settable {
  readonly usage: string;
  readonly summary: string;
  /** Undefined: the value is not one of its own. */
  request(connector: string, value: string): StationRequest | undefined;
}

const number = (text: string, least: number, most: number): number | undefined =>
  /^\d{1,5}(\.\d{1,3})?$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined;

const settable: Readonly<Record<string, Settable>> = {
  limit: {
    usage: "A | none",
    summary: "ampere per phase at the node right above; 0 to 80",
    request(connector, value) {
      const currentA = value === "none" ? null : number(value, 0, 80);
      return currentA === undefined ? undefined : { kind: "limit", connector, currentA, source: "console" };
    },
  },
  connection_timeout: {
    usage: "SECONDS",
    summary: "how long an authorisation waits for its vehicle; 10 to 300",
    request(connector, value) {
      const seconds = number(value, 10, 300);
      return seconds === undefined || !Number.isInteger(seconds)
        ? undefined
        : { kind: "connectionTimeout", connector, seconds };
    },
  },
  master_pass_group: {
    usage: "ID | none",
    summary: "whose tokens stop every transaction",
    request: (connector, value) =>
      value.length > 36 ? undefined : { kind: "masterPassGroup", connector, group: value === "none" ? "" : value },
  },
  random_delay: {
    usage: "on | off",
    summary: "random delay of the UK regulations at this EVSE",
    request: (connector, value) =>
      value === "on" || value === "off" ? { kind: "randomDelay", connector, isOn: value === "on" } : undefined,
  },
};

const set: Command = {
  name: "set",
  usage: "[NAME VALUE]",
  summary: "changes a value until the next start; alone it lists them",
  evse: "one",
  words: [0, 2],
  run(call) {
    const [name = "", value] = call.words;
    if (name === "") {
      return told(
        ...Object.entries(settable).map(
          ([key, { usage, summary }]) => `${key.padEnd(19)}${usage.padEnd(12)}${summary}`,
        ),
      );
    }
    const entry = Object.hasOwn(settable, name) ? settable[name] : undefined;
    if (entry === undefined) return refused(`there is nothing to set by the name ${name}; set lists what there is`);
    const request = value === undefined ? undefined : entry.request(call.evses[0] ?? "", value);
    if (request === undefined) return refused(`set ${name} ${entry.usage}: ${entry.summary}`);
    return ask(call, request, () => "done");
  },
};

export const acting: readonly Command[] = [
  simple("pause", "holds charging back", "pause", "paused", "no transaction runs: there is nothing to pause"),
  simple("resume", "lets it go on", "resume", "resumed", "no transaction runs"),
  simple("stop", "ends the transaction", "stop", "stopped", "no transaction runs"),
  enable,
  simple("disable", "takes it out of service, until enable", "disable", "disabled", "disabled"),
  reserve,
  authorize,
  set,
];
