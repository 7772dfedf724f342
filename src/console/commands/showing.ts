/** Commands that show what there is and change nothing. */
import type { Powermeter } from "../../core/powermeter.ts";
import type { EventLine } from "../../runtime/event-line.ts";
import { detailOf, reservationOf } from "../live-state.ts";
import { describeLine } from "../log-entry.ts";
import { amperes, counted, duration, kilowattHours, kilowatts, percent, pilotVolts, volts } from "../quantities.ts";
import { shortToken } from "../short-token.ts";
import { pilotWords, stateWords } from "../state-words.ts";
import type { ActuatorView, ConnectorView } from "../station-view.ts";
import { energyOf } from "../station-view.ts";
import { clockTime, whyLines } from "../why.ts";
import type { Answer, Command, CommandCall } from "./command.ts";
import { refused, told } from "./command.ts";
import { table } from "./text.ts";

/** How often what is watched is looked at. */
const watchMs = 250;
const defaultEvents = 20;

const connectorsOf = ({ memory, evses }: CommandCall): ConnectorView[] =>
  memory.live.station.connectors.filter(({ id }) => evses.includes(id));

const timeOf = ({ station, nowMs }: CommandCall, atMs: number): string =>
  clockTime(station.clock.wallTimeMs(atMs), station.clock.wallTimeMs(nowMs));

const actuator = ({ commanded, confirmed }: ActuatorView, on: string, off: string): string => {
  const said = (value: boolean | null): string => (value === null ? "not told yet" : value ? on : off);
  return commanded === confirmed ? said(commanded) : `${said(confirmed)}, commanded ${said(commanded)}`;
};

function offerOf({ output }: ConnectorView): string {
  if (output === null) return "not set";
  const { mode, dutyPercent, offeredA } = output;
  return mode === "pwm" ? `PWM ${percent(dutyPercent)}, ${offeredA > 0 ? amperes(offeredA) : "digital"}` : mode;
}

const pilotOf = ({ pilotLetter, pilotVolts: reading, output }: ConnectorView): string => {
  if (pilotLetter === null) return "not told yet";
  const letter = `${pilotLetter}, ${pilotWords[pilotLetter] ?? ""}`;
  return reading === null ? letter : `${letter}, ${pilotVolts(reading, output?.mode === "pwm")}`;
};

/** What a meter tells of, a conductor each. */
function currents({ current_A, voltage_V }: Powermeter): string {
  const conductors = (["L1", "L2", "L3", "DC"] as const).filter(
    (name) => current_A?.[name] !== undefined || voltage_V?.[name] !== undefined,
  );
  return conductors
    .map((name) => {
      const [current, voltage] = [current_A?.[name], voltage_V?.[name]];
      const parts = [current === undefined ? "" : amperes(current), voltage === undefined ? "" : volts(voltage)];
      return `${name} ${parts.filter(Boolean).join(" at ")}`;
    })
    .join(", ");
}

const status: Command = {
  name: "status",
  usage: "",
  summary: "what the station and each EVSE do",
  evse: "any",
  words: [0, 0],
  run(call) {
    const { facts, memory, service, nowMs, station } = call;
    const { totals } = memory.live.station;
    const active = station.faults.active().length;
    const head = [
      `evsed ${facts.version}, ${facts.title}${facts.simulate ? ", simulated" : ""}`,
      `up ${duration(nowMs)}, ${counted(totals.sessionsStarted, "session")}, ${counted(active, "error")} active`,
      ...(service.evse === null ? [] : [`service mode is on at ${service.evse}`]),
    ];
    const blocks = connectorsOf(call).flatMap((connector) => {
      const { id, state, stateSinceMs, limit, session, meter, faults } = connector;
      const reservation = reservationOf(memory.live, id);
      const rows = [
        ["state", state === null ? "starting" : `${stateWords[state].words}, for ${duration(nowMs - stateSinceMs)}`],
        ["pilot", pilotOf(connector)],
        ["offer", offerOf(connector)],
        ["contactor", actuator(connector.contactor, "closed", "open")],
        ["lock", actuator(connector.lock, "locked", "unlocked")],
        ["limit", limit === null ? "not told yet" : `${amperes(limit.currentA)}, ${limit.phases} phases`],
        [
          "meter",
          meter === null ? "not told yet" : `${currents(meter)}, ${kilowattHours(meter.energy_Wh_import.total)}`,
        ],
        ["session", session === null ? "none" : sessionWords(connector, nowMs)],
        ...(reservation === undefined ? [] : [["reserved", `no. ${reservation.id}`]]),
        ["errors", faults.length === 0 ? "none" : faults.map(({ type }) => type).join(", ")],
      ];
      return [
        "",
        id,
        ...table(
          rows.map((row) => ["", ...row]),
          call.seat.columns,
        ),
      ];
    });
    return told(...head, ...blocks);
  },
};

function sessionWords(connector: ConnectorView, nowMs: number): string {
  const { session } = connector;
  if (session === null) return "none";
  const { id, startedMs, finishedMs, token } = session;
  const parts = [
    id.slice(0, 8),
    duration((finishedMs ?? nowMs) - startedMs),
    kilowattHours(energyOf(connector)),
    ...(token === null ? [] : [`token ${shortToken(token)}`]),
    ...(finishedMs === null ? [] : [`ended ${duration(nowMs - finishedMs)} ago`]),
  ];
  return parts.join(", ");
}

const why: Command = {
  name: "why",
  usage: "",
  summary: "why a vehicle does not charge, or has stopped: every condition",
  evse: "any",
  words: [0, 0],
  run(call) {
    const { memory, conditions, nowMs, station, seat } = call;
    const blocks = connectorsOf(call).map(({ id, state, stateSinceMs }) => {
      const list = conditions.of(id);
      const evseId = detailOf(memory.live, id).evseId;
      const vehicle = list.find(({ title }) => title === "vehicle connected");
      const token = memory.tokens.findLast(
        ({ evses, atMs }) =>
          (evses.length === 0 || evseId === null || evses.includes(evseId)) &&
          (vehicle?.isMet !== true || atMs >= vehicle.sinceMs),
      );
      const wallMs = (atMs: number): number => station.clock.wallTimeMs(atMs);
      return whyLines({ evse: id, state, stateSinceMs, conditions: list, token, nowMs, wallMs }, seat.columns);
    });
    return told(...blocks.flatMap((block, index) => (index === 0 ? block : ["", ...block])));
  },
};

const sessions: Command = {
  name: "sessions",
  usage: "",
  summary: "the last sessions, the newest last",
  evse: "any",
  words: [0, 0],
  run(call) {
    const { memory, evses, nowMs, seat } = call;
    const shown = memory.sessions.filter(({ evse }) => evses.includes(evse));
    if (shown.length === 0) return told("no session since the start");
    const rows = shown.map(({ evse, id, startedMs, finishedMs, token, energyWh, reason }) => {
      const connector = memory.live.station.connectors.find((candidate) => candidate.id === evse);
      const presentWh = finishedMs === null && connector !== undefined ? energyOf(connector) : energyWh;
      return [
        timeOf(call, startedMs),
        duration((finishedMs ?? nowMs) - startedMs),
        evse,
        id.slice(0, 8),
        kilowattHours(presentWh),
        token ?? "-",
        reason ?? (finishedMs === null ? "open" : "no transaction"),
      ];
    });
    return told(...table([["began", "took", "EVSE", "id", "energy", "token", "ended by"], ...rows], seat.columns));
  },
};

const events: Command = {
  name: "events",
  usage: "[-f] [N]",
  summary: "what happened last; -f goes on with what happens, q ends it",
  evse: "any",
  words: [0, 2],
  run(call) {
    const { words, memory } = call;
    const isFollowed = words.includes("-f");
    const count = words.find((word) => word !== "-f");
    if (count !== undefined && !/^[1-9]\d{0,2}$/.test(count)) return refused(`not a number of events: ${count}`);
    const shown = memory.lines.flatMap((line) => eventText(call, line)).slice(-Number(count ?? defaultEvents));
    if (!isFollowed) return told(...(shown.length === 0 ? ["nothing has happened yet"] : shown));
    return {
      kind: "follow",
      start(write) {
        for (const text of shown) write(text);
        return memory.follow((line) => {
          for (const text of eventText({ ...call, nowMs: line.tMs }, line)) write(text);
        });
      },
    };
  },
};

/** Nothing, where it is no news or of another EVSE. */
function eventText(call: CommandCall, line: EventLine): string[] {
  const { memory, evses } = call;
  const owner = memory.live.station.connectors.find(
    ({ id, parts }) => id === line.module || parts.includes(line.module),
  );
  if (owner !== undefined && !evses.includes(owner.id)) return [];
  const at = `${timeOf(call, line.tMs)}  ${line.module.padEnd(14)} `;
  if (line.kind === "state" || line.kind === "cp") {
    const { from, to } = line.fields as { readonly from: string | null; readonly to: string };
    return [`${at} ${line.kind === "cp" ? "pilot" : "state"} ${from ?? "-"} -> ${to}`];
  }
  if (line.kind === "service") {
    const { active, reason } = line.fields as { readonly active: boolean; readonly reason?: string };
    return [`${at} service mode ${active ? "on" : `off: ${reason}`}`];
  }
  const entry = describeLine(line, memory.live.station, shortToken);
  return entry === undefined ? [] : [`${at} ${entry.what}${entry.detail === "" ? "" : `: ${entry.detail}`}`];
}

const errors: Command = {
  name: "errors",
  usage: "",
  summary: "errors that are active, and those that are over",
  evse: "none",
  words: [0, 0],
  run(call) {
    const { station, memory, seat, nowMs } = call;
    const nowWallMs = station.clock.wallTimeMs(nowMs);
    const active = station.faults
      .active()
      .map(({ timestamp, severity, type, sub_type, message, origin }) => [
        clockTime(Date.parse(timestamp), nowWallMs),
        "ACTIVE",
        severity,
        `${origin.module_id}: ${type}${sub_type === "" ? "" : `/${sub_type}`}${message === "" ? "" : `: ${message}`}`,
      ]);
    const past = memory.faults.map(({ module, type, subType, severity, message, raisedMs, clearedMs }) => [
      timeOf(call, raisedMs),
      `for ${duration(clearedMs - raisedMs)}`,
      severity,
      `${module}: ${type}${subType === "" ? "" : `/${subType}`}${message === "" ? "" : `: ${message}`}`,
    ]);
    if (active.length + past.length === 0) return told("no error since the start");
    return told(...table([...past, ...active], seat.columns));
  },
};

const pilot: Command = {
  name: "cp",
  usage: "[watch]",
  summary: "pilot: volts, letter, duty; watch goes on, q ends it",
  evse: "one",
  words: [0, 1],
  run(call) {
    const { words, station, evses } = call;
    if (words.length === 1 && words[0] !== "watch") return refused("cp, or cp watch");
    const [evse = ""] = evses;
    const line = (): string => pilotLine({ ...call, nowMs: station.clock.nowMs() }, evse);
    if (words.length === 0) return told(line());
    return {
      kind: "follow",
      start(write) {
        let shown = "";
        let timer: { cancel(): void } | null = null;
        const look = (): void => {
          const text = line();
          // Its time goes on all the time.
          if (text.slice(8) !== shown) write(text);
          shown = text.slice(8);
          timer = station.clock.schedule("console", station.clock.nowMs() + watchMs, look);
        };
        look();
        return () => timer?.cancel();
      },
    };
  },
};

/** As the board converts it where it says so, else as its letter tells. */
function pilotLine(call: CommandCall, evse: string): string {
  const { station, memory, nowMs } = call;
  const connector = memory.live.station.connectors.find(({ id }) => id === evse);
  const board = station.plans().find(({ id }) => id === evse)?.connections.bsp?.[0]?.moduleId;
  const reading = (board === undefined ? null : (station.instance(board)?.reading?.().value ?? null)) as {
    readonly pos_mv?: number | null;
    readonly neg_mv?: number | null;
  } | null;
  const { pos_mv, neg_mv } = reading ?? {};
  const signed = (valueV: number): string => `${valueV < 0 ? "" : "+"}${valueV.toFixed(2)} V`;
  const high = pos_mv != null ? pos_mv / 1000 : connector?.pilotVolts?.highV;
  const low = neg_mv != null ? neg_mv / 1000 : connector?.pilotVolts?.lowV;
  const voltage = high === undefined ? "volts not told" : `${signed(high)} ${low === undefined ? "" : signed(low)}`;
  const letter = connector?.pilotLetter ?? "-";
  return `${timeOf(call, nowMs)}  ${letter.padEnd(2)} ${voltage.padEnd(20)} ${connector === undefined ? "" : offerOf(connector)}`;
}

const meter: Command = {
  name: "meter",
  usage: "",
  summary: "what the billing meter tells",
  evse: "any",
  words: [0, 0],
  run(call) {
    const rows = connectorsOf(call).flatMap((connector) => {
      const { id, meter: value } = connector;
      if (value === null) return [[id, "has told nothing yet"]];
      return [
        [id, currents(value)],
        ["", value.power_W === undefined ? "" : kilowatts(value.power_W.total)],
        ["", `${kilowattHours(value.energy_Wh_import.total)}, of this session ${kilowattHours(energyOf(connector))}`],
        ["", `read at ${value.timestamp}`],
      ].filter(([, text]) => text !== "");
    });
    return told(...table(rows, call.seat.columns));
  },
};

const limits: Command = {
  name: "limits",
  usage: "",
  summary: "what may be drawn, and who says so",
  evse: "any",
  words: [0, 0],
  run(call) {
    const rows = connectorsOf(call).map(({ id, limit, output }) => {
      const { granted } = detailOf(call.memory.live, id);
      const given =
        granted === null
          ? "energy management has given nothing yet"
          : `${Number.isNaN(granted.value) ? "a limit in watt" : amperes(granted.value)} by ${granted.source || "no limit in particular"}`;
      const inForce = limit === null ? "none told" : `${amperes(limit.currentA)}, ${limit.phases} phases`;
      return [
        [id, "in force", inForce],
        ["", "granted", given],
        ["", "on offer", output === null ? "-" : amperes(output.offeredA)],
      ];
    });
    return told(...table(rows.flat(), call.seat.columns));
  },
};

const bus: Command = {
  name: "bus",
  usage: "",
  summary: "lines to devices: who answers, what fails",
  evse: "none",
  words: [0, 0],
  run({ station, seat }) {
    const rows = station.plans().flatMap(({ id, type }): string[][] => {
      const isLine = Object.values(station.manifest(id)?.provides ?? {}).some(
        ({ port }) => port.name === "serial_communication_hub" || port.name === "evse_board_support",
      );
      const reading = isLine ? station.instance(id)?.reading?.() : undefined;
      if (reading === undefined) return [];
      const { devices, ...rest } = (reading.value ?? {}) as { readonly devices?: readonly object[] };
      return [
        [id, reading.quality, `${type} ${figures(rest)}`],
        ...(devices ?? []).map((device) => ["", "", figures(device)]),
      ];
    });
    return told(...(rows.length === 0 ? ["no line to a device"] : table(rows, seat.columns)));
  },
};

/** `name value`, one after the other; lists and objects as they are. */
const figures = (values: object): string =>
  Object.entries(values)
    .map(
      ([name, value]) =>
        `${name} ${typeof value === "object" && value !== null ? JSON.stringify(value) : String(value)}`,
    )
    .join(", ");

const loop: Command = {
  name: "loop",
  usage: "",
  summary: "how the process keeps up: lateness, events, memory, this console",
  evse: "none",
  words: [0, 0],
  run: ({ facts, seat }): Answer =>
    told(
      ...table(
        Object.entries(facts.loop()).map(([name, value]) => [name, String(value)]),
        seat.columns,
      ),
    ),
};

export const showing: readonly Command[] = [status, why, sessions, events, errors, pilot, meter, limits, bus, loop];
