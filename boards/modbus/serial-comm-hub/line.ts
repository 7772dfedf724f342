/**
 * A line with several Modbus devices: who sends next, how long a reply is waited for, and what becomes of one that does not
 * come. One request is on the line at a time.
 *
 * A reply over RTU does not say which request it answers. So nothing is sent to a device that may still answer an earlier
 * request; others are, for their replies carry another address. Before every request the line has to be silent for a while,
 * and whatever comes meanwhile is dropped.
 *
 * Source: Modbus facts, sections 1.1 and 1.2.
 */
import type { Lane } from "../../../hal/serial-communication-hub.ts";
import { lanes } from "../../../hal/serial-communication-hub.ts";
import type { Machine, MachineTable, Step } from "../../../src/core/machine.ts";

export type Transfer =
  | { readonly kind: "readHolding" | "readInput" | "readCoils"; readonly address: number; readonly count: number }
  | { readonly kind: "writeRegisters"; readonly address: number; readonly values: readonly number[] }
  | { readonly kind: "writeRegister"; readonly address: number; readonly value: number }
  | { readonly kind: "writeCoil"; readonly address: number; readonly value: boolean };

export interface LineRequest {
  readonly id: number;
  readonly unit: number;
  readonly lane: Lane;
  /** One request longer than a packet is several transfers. */
  readonly transfers: readonly Transfer[];
  /** Monotonic: answered by then, whatever the line does. */
  readonly expiresMs: number;
}

/** How a reply was unusable. */
export type Corruption = "short" | "unit" | "function" | "crc" | "malformed" | "echo";

export type Reply =
  | { readonly kind: "values"; readonly values: readonly (number | boolean)[] }
  | { readonly kind: "exception"; readonly code: number }
  | { readonly kind: "corrupt"; readonly why: Corruption };

export interface LineAnswer {
  readonly status: "Success" | "Error" | "Timeout";
  readonly values: readonly (number | boolean)[];
  readonly exception?: number;
}

export interface LineSettings {
  /** How long so many bytes take to send. */
  sendMs(bytes: number): number;
  /** Silence between two frames. */
  readonly silentIntervalMs: number;
  /** Longest wait for the first byte of a reply. */
  readonly firstByteMs: number;
  /** Silence that ends a reply which is not complete. */
  readonly gapMs: number;
  readonly retries: number;
  /** A device that was silent may still answer so long after the request; 0 where replies name their request. */
  readonly lateReplyMs: number;
  /** A line of the machine switches the driver chip between sending and receiving. */
  readonly hasDirection: boolean;
}

/** What is known of a device from its replies so far. */
export interface LineDevice {
  readonly unit: number;
  /** Requests in a row that brought no usable reply. */
  readonly failures: number;
  readonly leaveAloneUntilMs: number;
  /** Nothing is sent to it before: it may still answer an earlier request. */
  readonly quarantinedUntilMs: number;
  /** Longest it took until it replied, the time on the wire aside; null before the first reply. */
  readonly slowestMs: number | null;
  readonly statistics: LineStatistics;
}

export interface LineStatistics {
  readonly sent: number;
  readonly replies: number;
  readonly exceptions: number;
  readonly timeouts: number;
  readonly corrupt: number;
  /** Replies that came when they were no longer waited for. */
  readonly late: number;
  /** Requests that were given up, or not sent at all since the device was left alone. */
  readonly failed: number;
}

interface Waiting extends LineRequest {
  readonly attempt: number;
  readonly values: readonly (number | boolean)[];
}

interface Sent {
  readonly request: Waiting;
  /** Tells the reply of this attempt from those of others. */
  readonly number: number;
  readonly sentMs: number;
}

interface Known {
  readonly waiting: readonly Waiting[];
  readonly devices: ReadonlyMap<number, LineDevice>;
  /** Attempts sent so far. */
  readonly count: number;
}

export type LineState = Known &
  (
    | { readonly name: "closed"; readonly openAtMs: number; readonly failures: number }
    | { readonly name: "opening"; readonly failures: number }
    /** Nobody waits, or everybody who does waits for a device that may still answer. */
    | { readonly name: "idle" }
    /** Somebody waits to send; the line is silent from `silentAtMs` on. */
    | { readonly name: "falling_silent"; readonly silentAtMs: number }
    /** The direction is turned round when the last bit has left. */
    | { readonly name: "sending"; readonly sent: Sent; readonly leftAtMs: number }
    | {
        readonly name: "awaiting_reply";
        readonly sent: Sent;
        readonly untilMs: number;
        /** The request expires before the device had its time. */
        readonly isCutShort: boolean;
      }
    | {
        readonly name: "receiving";
        readonly sent: Sent;
        readonly untilMs: number;
        /** However much comes: no frame is longer. */
        readonly latestMs: number;
        readonly why: Corruption;
      }
  );

export type LineEvent =
  | { readonly type: "started" }
  | { readonly type: "submitted"; readonly request: LineRequest }
  | { readonly type: "opened" }
  | { readonly type: "lost" }
  | { readonly type: "replied"; readonly number: number; readonly reply: Reply }
  /** Bytes came that are no complete reply yet. */
  | { readonly type: "piece"; readonly number: number; readonly why: Corruption }
  /** Bytes that answer nothing that is waited for; of this unit, where they are a frame. */
  | { readonly type: "stray"; readonly unit: number | null }
  | { readonly type: "deadlineReached" };

export type LineEffect =
  | { readonly type: "open" }
  | { readonly type: "send"; readonly number: number; readonly unit: number; readonly transfer: Transfer }
  /** No reply to this attempt is wanted any more. */
  | { readonly type: "giveUp"; readonly number: number }
  | { readonly type: "turnRound" }
  | { readonly type: "answer"; readonly id: number; readonly answer: LineAnswer }
  | { readonly type: "deviceLost" | "deviceBack"; readonly unit: number };

type Outcome = Step<LineState, LineEffect>;

export const lineTiming = {
  /** A line that could not be opened, or was lost, is tried again so often: doubled each time, up to the last. */
  reopenFirstMs: 1000,
  reopenLastMs: 5000,
  /** A device that failed is left alone for so long: doubled each time, up to the last. A reply ends it. */
  leaveAloneFirstMs: 1000,
  leaveAloneLastMs: 4000,
  /** A reply is waited for this many times as long as the slowest so far took, */
  patienceFactor: 3,
  /** but never less than this, and never longer than the line is configured for. */
  leastPatienceMs: 100,
} as const;

/** No frame is longer. Modbus over serial line, section 2.4. */
const longestFrameBytes = 256;

/** Modbus application protocol, section 7: the device is busy and asks to be asked again. */
const busyException = 6;

const noStatistics: LineStatistics = {
  sent: 0,
  replies: 0,
  exceptions: 0,
  timeouts: 0,
  corrupt: 0,
  late: 0,
  failed: 0,
};

export const initialLineState: LineState = {
  name: "closed",
  openAtMs: Number.POSITIVE_INFINITY,
  failures: 0,
  waiting: [],
  devices: new Map(),
  count: 0,
};

/** Bytes on the wire, checksum included. */
export function requestBytes(transfer: Transfer): number {
  return transfer.kind === "writeRegisters" ? 9 + 2 * transfer.values.length : 8;
}

/** Bytes of a reply that are not those of registers or coils: address, function, count and checksum. */
const replyFrameBytes = 5;
const writtenReplyBytes = 8;

/** As it was received: what the line itself took is not the device's slowness. */
function replyBytes(reply: Reply): number {
  if (reply.kind !== "values") return replyFrameBytes;
  if (reply.values.length === 0) return writtenReplyBytes;
  const areCoils = typeof reply.values[0] === "boolean";
  return replyFrameBytes + (areCoils ? Math.ceil(reply.values.length / 8) : 2 * reply.values.length);
}

const doubled = (firstMs: number, times: number, lastMs: number): number => Math.min(lastMs, firstMs * 2 ** times);

function deviceOf({ devices }: Known, unit: number): LineDevice {
  const known = devices.get(unit);
  if (known !== undefined) return known;
  return {
    unit,
    failures: 0,
    leaveAloneUntilMs: Number.NEGATIVE_INFINITY,
    quarantinedUntilMs: Number.NEGATIVE_INFINITY,
    slowestMs: null,
    statistics: noStatistics,
  };
}

const withDevice = <S extends Known>(state: S, device: LineDevice): S => ({
  ...state,
  devices: new Map(state.devices).set(device.unit, device),
});

function counted(device: LineDevice, ...what: readonly (keyof LineStatistics)[]): LineDevice {
  const statistics = { ...device.statistics };
  for (const name of what) (statistics as Record<keyof LineStatistics, number>)[name]++;
  return { ...device, statistics };
}

const answer = (
  { id }: LineRequest,
  status: LineAnswer["status"],
  more: Partial<LineAnswer> = {},
): Extract<LineEffect, { type: "answer" }> => ({ type: "answer", id, answer: { status, values: [], ...more } });

/** Those of a higher lane first, each lane in the order they came. */
function enqueued(waiting: readonly Waiting[], request: Waiting, first: boolean): readonly Waiting[] {
  const rank = lanes.indexOf(request.lane);
  const isBehind = (other: Waiting): boolean => {
    const otherRank = lanes.indexOf(other.lane);
    return first ? otherRank >= rank : otherRank > rank;
  };
  const place = waiting.findIndex(isBehind);
  return place < 0 ? [...waiting, request] : waiting.toSpliced(place, 0, request);
}

export function createLineMachine(settings: LineSettings): Machine<LineState, LineEvent, LineEffect> {
  const { silentIntervalMs, firstByteMs, gapMs, retries, lateReplyMs } = settings;
  const stay = (state: LineState): Outcome => ({ state, effects: [] });

  function patienceMs({ slowestMs }: LineDevice): number {
    if (slowestMs === null) return firstByteMs;
    return Math.min(firstByteMs, Math.max(lineTiming.leastPatienceMs, lineTiming.patienceFactor * slowestMs));
  }

  /** A request comes in: it waits, or is answered at once when its device is left alone. */
  function submitted<S extends LineState>(state: S, request: LineRequest, nowMs: number): Step<S, LineEffect> {
    const device = deviceOf(state, request.unit);
    if (request.lane !== "safety" && nowMs < device.leaveAloneUntilMs) {
      return { state: withDevice(state, counted(device, "failed")), effects: [answer(request, "Timeout")] };
    }
    const waiting = enqueued(state.waiting, { ...request, attempt: 1, values: [] }, false);
    return { state: { ...state, waiting }, effects: [] };
  }

  /** Whoever has waited too long is answered. */
  function expired<S extends LineState>(state: S, nowMs: number): Step<S, LineEffect> {
    const late = state.waiting.filter(({ expiresMs }) => expiresMs <= nowMs);
    if (late.length === 0) return { state, effects: [] };
    let kept: S = { ...state, waiting: state.waiting.filter(({ expiresMs }) => expiresMs > nowMs) };
    for (const { unit } of late) kept = withDevice(kept, counted(deviceOf(kept, unit), "failed"));
    return { state: kept, effects: late.map((request) => answer(request, "Timeout")) };
  }

  const canBeSent = (state: Known, { unit }: Waiting, nowMs: number): boolean =>
    deviceOf(state, unit).quarantinedUntilMs <= nowMs;

  /** The line is free: the next one may send once it has been silent for long enough. */
  function free(state: Known, nowMs: number, effects: readonly LineEffect[]): Outcome {
    const { waiting, devices, count } = state;
    const left = expired({ name: "idle", waiting, devices, count }, nowMs);
    const told = [...effects, ...left.effects];
    if (!left.state.waiting.some((request) => canBeSent(left.state, request, nowMs)))
      return { state: left.state, effects: told };
    const silentAtMs = nowMs + silentIntervalMs;
    const next =
      silentIntervalMs > 0 ? stay({ ...left.state, name: "falling_silent", silentAtMs }) : send(left.state, nowMs);
    return { state: next.state, effects: [...told, ...next.effects] };
  }

  function send(before: Known, nowMs: number): Outcome {
    const { waiting, devices, count } = before;
    const { state: left, effects } = expired({ name: "idle", waiting, devices, count } as const, nowMs);
    const request = left.waiting.find((candidate) => canBeSent(left, candidate, nowMs));
    const [transfer] = request?.transfers ?? [];
    if (request === undefined || transfer === undefined) return { state: left, effects };
    const device = counted(deviceOf(left, request.unit), "sent");
    const number = left.count + 1;
    const known: Known = {
      waiting: left.waiting.filter((other) => other !== request),
      devices: new Map(left.devices).set(request.unit, device),
      count: number,
    };
    const sent: Sent = { request, number, sentMs: nowMs };
    const leftAtMs = nowMs + settings.sendMs(requestBytes(transfer));
    const told: readonly LineEffect[] = [...effects, { type: "send", number, unit: request.unit, transfer }];
    if (settings.hasDirection) return { state: { ...known, name: "sending", sent, leftAtMs }, effects: told };
    return { state: { ...known, ...awaiting(sent, leftAtMs, device) }, effects: told };
  }

  function awaiting(sent: Sent, leftAtMs: number, device: LineDevice) {
    const patientUntilMs = leftAtMs + patienceMs(device);
    const untilMs = Math.min(patientUntilMs, sent.request.expiresMs);
    return { name: "awaiting_reply", sent, untilMs, isCutShort: untilMs < patientUntilMs } as const;
  }

  function replied(state: Known & { readonly sent: Sent }, reply: Reply, nowMs: number): Outcome {
    const { request, sentMs } = state.sent;
    const device = deviceOf(state, request.unit);
    if (reply.kind === "corrupt") return failed(state, "corrupt", nowMs);
    const effects: LineEffect[] = device.failures > 0 ? [{ type: "deviceBack", unit: request.unit }] : [];
    const [transfer] = request.transfers;
    const onWireMs = settings.sendMs((transfer === undefined ? 0 : requestBytes(transfer)) + replyBytes(reply));
    const alive: LineDevice = {
      ...counted(device, reply.kind === "exception" ? "exceptions" : "replies"),
      failures: 0,
      leaveAloneUntilMs: Number.NEGATIVE_INFINITY,
      slowestMs: Math.max(device.slowestMs ?? 0, nowMs - sentMs - onWireMs),
    };
    const known = withDevice(state, alive);
    if (reply.kind === "exception") {
      if (reply.code === busyException && request.attempt <= retries) return retry(known, request, nowMs, effects);
      return free(known, nowMs, [...effects, answer(request, "Error", { exception: reply.code })]);
    }
    const values = [...request.values, ...reply.values];
    const transfers = request.transfers.slice(1);
    if (transfers.length === 0) return free(known, nowMs, [...effects, answer(request, "Success", { values })]);
    const rest = { ...request, transfers, values, attempt: 1 };
    return free({ ...known, waiting: enqueued(known.waiting, rest, true) }, nowMs, effects);
  }

  function retry(state: Known, request: Waiting, nowMs: number, effects: readonly LineEffect[]): Outcome {
    const again = { ...request, attempt: request.attempt + 1 };
    return free({ ...state, waiting: enqueued(state.waiting, again, true) }, nowMs, effects);
  }

  /** No usable reply. A device that was healthy is asked again; one that was not had its chance. */
  function failed(
    state: Known & { readonly sent: Sent; readonly isCutShort?: boolean },
    how: "timeouts" | "corrupt",
    nowMs: number,
  ): Outcome {
    const { request, number, sentMs } = state.sent;
    const device = counted(deviceOf(state, request.unit), how);
    const quarantinedUntilMs = how === "timeouts" ? sentMs + lateReplyMs : device.quarantinedUntilMs;
    const giveUp: LineEffect = { type: "giveUp", number };
    const goesOn = request.attempt <= retries && device.failures === 0 && request.expiresMs > nowMs;
    if (goesOn) return retry(withDevice(state, { ...device, quarantinedUntilMs }), request, nowMs, [giveUp]);
    // Who waited long for the line says nothing of the device.
    if (state.isCutShort === true && request.attempt === 1) {
      const known = withDevice(state, { ...counted(device, "failed"), quarantinedUntilMs });
      return free(known, nowMs, [giveUp, answer(request, "Timeout")]);
    }
    const leaveAloneMs = doubled(lineTiming.leaveAloneFirstMs, device.failures, lineTiming.leaveAloneLastMs);
    const lost: LineDevice = {
      ...counted(device, "failed"),
      quarantinedUntilMs,
      failures: device.failures + 1,
      leaveAloneUntilMs: nowMs + leaveAloneMs,
    };
    const effects: LineEffect[] = [giveUp, answer(request, how === "timeouts" ? "Timeout" : "Error")];
    if (device.failures === 0) effects.push({ type: "deviceLost", unit: request.unit });
    return free(withDevice(state, lost), nowMs, effects);
  }

  /** What was asked before the line went has no answer any more. */
  function closed(state: LineState, nowMs: number): Outcome {
    const failures = state.name === "closed" || state.name === "opening" ? state.failures : 0;
    const asked = "sent" in state ? [state.sent.request, ...state.waiting] : state.waiting;
    const openAtMs = nowMs + doubled(lineTiming.reopenFirstMs, failures, lineTiming.reopenLastMs);
    const { devices, count } = state;
    return {
      state: { name: "closed", openAtMs, failures: failures + 1, waiting: [], devices, count },
      effects: asked.map((request) => answer(request, "Error")),
    };
  }

  function stray(state: LineState, unit: number | null): LineState {
    if (unit === null) return state;
    const device = deviceOf(state, unit);
    // It has answered after all: nothing more is to come, and it is there.
    return withDevice(state, {
      ...counted(device, "late"),
      quarantinedUntilMs: Number.NEGATIVE_INFINITY,
      leaveAloneUntilMs: Number.NEGATIVE_INFINITY,
      slowestMs: Math.max(device.slowestMs ?? 0, firstByteMs / lineTiming.patienceFactor),
    });
  }

  const busy = {
    started: stay,
    submitted: (state: LineState, { request }: { request: LineRequest }, nowMs: number) =>
      submitted(state, request, nowMs),
    opened: stay,
    lost: (state: LineState, _: unknown, nowMs: number) => closed(state, nowMs),
    stray: (state: LineState, { unit }: { unit: number | null }) => stay(stray(state, unit)),
  };
  const quiet = { replied: stay, piece: stay };

  const table: MachineTable<LineState, LineEvent, LineEffect> = {
    closed: {
      started: ({ openAtMs: _, ...known }) => ({ state: { ...known, name: "opening" }, effects: [{ type: "open" }] }),
      submitted: (state, { request }, nowMs) =>
        // Before the first attempt to open it nobody knows yet.
        state.failures === 0 ? submitted(state, request, nowMs) : { state, effects: [answer(request, "Error")] },
      opened: stay,
      lost: stay,
      ...quiet,
      stray: stay,
      deadlineReached: (state, _, nowMs) => {
        const left = expired(state, nowMs);
        if (nowMs < state.openAtMs) return left;
        const { openAtMs: _openAtMs, ...known } = left.state;
        return { state: { ...known, name: "opening" }, effects: [...left.effects, { type: "open" }] };
      },
    },
    opening: {
      ...busy,
      ...quiet,
      opened: (state, _, nowMs) => free(state, nowMs, []),
      deadlineReached: (state, _, nowMs) => expired(state, nowMs),
    },
    idle: {
      ...busy,
      ...quiet,
      submitted: (state, { request }, nowMs) => {
        const next = submitted(state, request, nowMs);
        return free(next.state, nowMs, next.effects);
      },
      stray: (state, { unit }, nowMs) => free(stray(state, unit), nowMs, []),
      deadlineReached: (state, _, nowMs) => free(state, nowMs, []),
    },
    falling_silent: {
      ...busy,
      ...quiet,
      stray: (state, { unit }, nowMs) => {
        const heard = stray(state, unit) as typeof state;
        return stay({ ...heard, silentAtMs: nowMs + silentIntervalMs });
      },
      deadlineReached: (state, _, nowMs) => (nowMs < state.silentAtMs ? expired(state, nowMs) : send(state, nowMs)),
    },
    sending: {
      ...busy,
      ...quiet,
      replied: (state, { number, reply }, nowMs) =>
        number === state.sent.number ? withEffect({ type: "turnRound" }, replied(state, reply, nowMs)) : stay(state),
      deadlineReached: (state, _, nowMs) => {
        const left = expired(state, nowMs);
        if (nowMs < state.leftAtMs) return left;
        const { leftAtMs: __, ...known } = left.state;
        const device = deviceOf(known, state.sent.request.unit);
        return {
          state: { ...known, ...awaiting(state.sent, nowMs, device) },
          effects: [...left.effects, { type: "turnRound" }],
        };
      },
    },
    awaiting_reply: {
      ...busy,
      replied: (state, { number, reply }, nowMs) =>
        number === state.sent.number ? replied(state, reply, nowMs) : stay(state),
      piece: (state, { number, why }, nowMs) => {
        if (number !== state.sent.number) return stay(state);
        const latestMs = nowMs + settings.sendMs(longestFrameBytes) + gapMs;
        return stay({ ...state, name: "receiving", untilMs: nowMs + gapMs, latestMs, why });
      },
      deadlineReached: (state, _, nowMs) =>
        nowMs < state.untilMs ? expired(state, nowMs) : failed(state, "timeouts", nowMs),
    },
    receiving: {
      ...busy,
      replied: (state, { number, reply }, nowMs) =>
        number === state.sent.number ? replied(state, reply, nowMs) : stay(state),
      piece: (state, { number, why }, nowMs) =>
        number === state.sent.number
          ? stay({ ...state, untilMs: Math.min(nowMs + gapMs, state.latestMs), why })
          : stay(state),
      deadlineReached: (state, _, nowMs) =>
        nowMs < state.untilMs ? expired(state, nowMs) : failed(state, "corrupt", nowMs),
    },
  };

  const withEffect = (effect: LineEffect, { state, effects }: Outcome): Outcome => ({
    state,
    effects: [effect, ...effects],
  });

  return {
    step: (state, event, nowMs) =>
      (table[state.name][event.type] as (state: LineState, event: LineEvent, nowMs: number) => Outcome)(
        state,
        event,
        nowMs,
      ),
    deadlineMs(state) {
      let earliest = ownDeadlineMs(state);
      for (const { unit, expiresMs } of state.waiting) {
        earliest = Math.min(earliest, expiresMs);
        if (state.name === "idle") earliest = Math.min(earliest, deviceOf(state, unit).quarantinedUntilMs);
      }
      return Number.isFinite(earliest) ? earliest : null;
    },
    deadlineReached: { type: "deadlineReached" },
  };
}

function ownDeadlineMs(state: LineState): number {
  switch (state.name) {
    case "closed":
      return state.openAtMs;
    case "opening":
    case "idle":
      return Number.POSITIVE_INFINITY;
    case "falling_silent":
      return state.silentAtMs;
    case "sending":
      return state.leftAtMs;
    case "awaiting_reply":
    case "receiving":
      return state.untilMs;
  }
}
