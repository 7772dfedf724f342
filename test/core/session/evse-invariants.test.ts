/**
 * What must hold whatever comes in whatever order. The watch below knows only what went in and what came out, never the
 * machine's own state.
 */
import fc from "fast-check";
import t from "tap";
import type { ActiveFault } from "../../../src/core/faults/inoperative.ts";
import { evseMachine } from "../../../src/core/session/evse.ts";
import type { EvseEffect, EvseEvent, EvseOptions } from "../../../src/core/session/evse-state.ts";
import { initialEvse } from "../../../src/core/session/evse-state.ts";
import { blockingErrors } from "../../spec/fault-table.ts";
import { capabilities, enable, evseOptions, fault, limits, reading, token, withCharger } from "./evse-bench.ts";

interface Watch {
  letter: string;
  isPwmOn: boolean;
  dutyPercent: number;
  limitA: number;
  /** Since when the duty has been more than the limit. */
  tooMuchSinceMs: number | null;
  /** What the limits that came last allow where they protect a fuse. */
  fuseA: number;
  delays: number;
  isClosed: boolean;
  isFedBack: boolean;
  readonly errors: Set<string>;
  transactions: number;
  finished: number;
  sessions: number;
  isInTransaction: boolean;
  isStopped: boolean;
  closings: number;
}

const isBlocking = (type: string): boolean => {
  const [namespace = "", name = ""] = type.split("/");
  return blockingErrors[namespace]?.includes(name) ?? false;
};

function hear(watch: Watch, event: EvseEvent): void {
  switch (event.kind) {
    case "bsp":
      if (event.event === "PowerOn") watch.isFedBack = true;
      else if (event.event === "PowerOff") watch.isFedBack = false;
      else {
        // F as read ends the PWM without an output of ours; a PWM commanded after that is left alone.
        if (event.event === "F" && watch.letter !== "F") watch.isPwmOn = false;
        watch.letter = event.event;
      }
      break;
    case "faultRaised":
      if (isBlocking(event.fault.type)) watch.errors.add(event.fault.type);
      break;
    case "faultCleared":
      watch.errors.delete(event.type);
      break;
    case "enforceLimits": {
      const { ac_max_current_A: current } = event.limits;
      if (!watch.isStopped) watch.fuseA = current?.source === fuse ? current.value : Number.POSITIVE_INFINITY;
      break;
    }
    case "stop":
      watch.isStopped = true;
      break;
    default:
      break;
  }
}

function tell(watch: Watch, effect: EvseEffect): void {
  switch (effect.kind) {
    case "pilotPwm":
      if (watch.isStopped) throw new Error("PWM after the stop");
      watch.isPwmOn = true;
      watch.dutyPercent = effect.dutyPercent;
      break;
    case "pilotX1":
    case "pilotF":
      watch.isPwmOn = false;
      break;
    case "limits":
      watch.limitA = effect.maxCurrentA;
      break;
    case "countdown":
      if (effect.leftS === 0) watch.delays += 1;
      break;
    case "contactor":
      watch.isClosed = effect.closed;
      if (effect.closed) watch.closings += 1;
      break;
    case "lock":
      if (!effect.locked && (watch.isClosed || watch.isFedBack)) throw new Error("unlocks under a closed contactor");
      break;
    case "raise":
      if (isBlocking(effect.type)) watch.errors.add(effect.type);
      break;
    case "clear":
      watch.errors.delete(effect.type);
      break;
    case "session":
      tellSession(watch, effect.event.event);
      break;
    default:
      break;
  }
}

function tellSession(watch: Watch, event: string): void {
  if (event === "SessionStarted") {
    if (watch.sessions > 0) throw new Error("two sessions at once");
    watch.sessions += 1;
  }
  if (event === "TransactionStarted") {
    if (watch.isInTransaction) throw new Error("two transactions at once");
    watch.isInTransaction = true;
    watch.transactions += 1;
  }
  if (event === "TransactionFinished") {
    if (!watch.isInTransaction) throw new Error("the end of no transaction");
    watch.isInTransaction = false;
    watch.finished += 1;
  }
  if (event === "SessionFinished") {
    if (watch.isInTransaction) throw new Error("the session ended before its transaction");
    if (watch.sessions === 0) throw new Error("the end of no session");
    watch.sessions -= 1;
  }
}

const isOfTransaction = (event: string): boolean => event === "TransactionStarted" || event === "TransactionFinished";

const ampereOf = (dutyPercent: number): number => {
  if (dutyPercent < 8) return 0;
  return dutyPercent <= 85 ? dutyPercent * 0.6 : (dutyPercent - 64) * 2.5;
};

/** After a whole step: what was commanded within it is in force. */
function settle(watch: Watch, nowMs: number): void {
  if (watch.isClosed) {
    if (watch.isStopped) throw new Error("closed after the stop");
    if (!["C", "D"].includes(watch.letter)) throw new Error(`closed in ${watch.letter}`);
    if (!watch.isInTransaction) throw new Error("closed without a transaction");
    if (watch.errors.size > 0) throw new Error(`closed with ${[...watch.errors].join()}`);
  }
  if (watch.limitA > watch.fuseA) throw new Error(`${watch.limitA} A allowed, ${watch.fuseA} A by the fuse`);
  const tooMuch = watch.isPwmOn && ampereOf(watch.dutyPercent) > Math.max(watch.limitA, 0) + 0.11;
  if (!tooMuch) watch.tooMuchSinceMs = null;
  else watch.tooMuchSinceMs ??= nowMs;
  if (watch.tooMuchSinceMs !== null && nowMs > watch.tooMuchSinceMs + 5000) {
    throw new Error(`${watch.dutyPercent} % for ${nowMs - watch.tooMuchSinceMs} ms, the limit being ${watch.limitA} A`);
  }
}

const bsp = (event: "A" | "B" | "C" | "D" | "E" | "F" | "Disconnected" | "PowerOn" | "PowerOff"): EvseEvent => ({
  kind: "bsp",
  event,
});
const errors: ActiveFault[] = [
  fault("evse_board_support/MREC17EVSEContactorFault"),
  fault("evse_board_support/BrownOut", "Low"),
  fault("ac_rcd/DC", "Medium", { source: "ac_rcd" }),
  fault("evse_board_support/MREC3HighTemperature"),
  fault("powermeter/CommunicationFault", "Low", { source: "powermeter" }),
];
const weighted = (weight: number, ...events: EvseEvent[]) => ({ weight, arbitrary: fc.constantFrom(...events) });
const phases = (value: number): EvseEvent => ({
  kind: "enforceLimits",
  limits: { ac_max_current_A: { value: 16, source: "x" }, ac_max_phase_count: { value, source: "x" } },
  validForMs: 60_000,
});
const fuse = "grid/module_config";
const byFuse = (value: number): EvseEvent => ({
  kind: "enforceLimits",
  limits: { ac_max_current_A: { value, source: fuse } },
  validForMs: 60_000,
});
const anyEvent = fc.oneof(
  weighted(18, bsp("A"), bsp("B"), bsp("B"), bsp("B"), bsp("C"), bsp("C"), bsp("C"), bsp("C"), bsp("C")),
  weighted(4, bsp("D"), bsp("E"), bsp("F"), bsp("Disconnected"), bsp("PowerOn"), bsp("PowerOff"), bsp("PowerOff")),
  weighted(10, { kind: "authorize", token }, { kind: "authorize", token, reservationId: 4 }),
  weighted(
    6,
    { kind: "pause", call: 1 },
    { kind: "resume", call: 2 },
    { kind: "resume", call: 2 },
    { kind: "stopTransaction", call: 3, reason: "Remote" },
    { kind: "withdrawAuthorization" },
    { kind: "forceUnlock", call: 4 },
    { kind: "reserve", call: 5, id: 7 },
    { kind: "cancelReservation" },
  ),
  weighted(2, enable("Disable"), enable("Enable"), enable("Enable"), enable("Disable", 0), enable("Enable", 0)),
  weighted(
    8,
    limits(16),
    limits(10),
    limits(0),
    limits(32),
    limits(16, 4000),
    phases(1),
    phases(3),
    byFuse(8),
    byFuse(20),
  ),
  weighted(
    2,
    { kind: "randomDelay", order: { kind: "enable" } },
    { kind: "randomDelay", order: { kind: "cancel" } },
    { kind: "randomDelay", order: { kind: "disable" } },
  ),
  weighted(3, ...errors.map((error): EvseEvent => ({ kind: "faultRaised", fault: error }))),
  weighted(6, ...errors.map(({ source, type }): EvseEvent => ({ kind: "faultCleared", source, type, sub_type: "" }))),
  weighted(6, reading(1000), reading(2000, 16), reading(3000, 25)),
  weighted(
    2,
    { kind: "slacState", state: "MATCHED" },
    { kind: "slacState", state: "UNMATCHED" },
    { kind: "highLevel", event: { type: "externalRequired" } },
    { kind: "highLevel", event: { type: "contractRequired", token } },
    { kind: "v2gSetupFinished" },
    { kind: "hlcAllowPower", value: true },
    { kind: "requestErrorRoutine" },
    { kind: "dlinkTerminate" },
    { kind: "dlinkPause" },
    { kind: "dlinkError" },
    { kind: "currentDemandStarted" },
  ),
  weighted(
    1,
    { kind: "capabilities", capabilities },
    { kind: "capabilities", capabilities: { ...capabilities, supports_changing_phases_during_charging: true } },
    { kind: "capabilities", capabilities: { ...capabilities, max_current_A_import: 10 } },
  ),
);
const anyOptions: fc.Arbitrary<EvseOptions> = fc.constantFrom(
  evseOptions,
  withCharger({ stateFAfterFaultMs: 0, switchPhasesPilot: "F" }),
  withCharger({ hasMeter: true, raiseMrec9: true }),
  { ...evseOptions, randomDelay: { enabled: true, maxDurationS: 90, atAnyChange: true } },
  withCharger({ hasMeter: true, hasStore: true }),
  withCharger({ hasStore: true, disableAuthentication: true }),
  withCharger({ hlcEnabled: true }),
  withCharger({ hlcEnabled: true, use5Percent: false }),
  withCharger({ disableAuthentication: true, failOnPowermeterErrors: false }),
);
const anyStream = fc.array(
  fc.record({
    afterMs: fc.constantFrom(0, 0, 10, 100, 500, 1000, 3000, 5000, 21_000, 31_000),
    event: anyEvent,
    /** Whether the contactor follows its command this time, and whether the meter answers. */
    follows: fc.constantFrom(true, true, true, true, false),
  }),
  { minLength: 30, maxLength: 150, size: "max" },
);

t.test("no stream of events closes wrongly, unlocks under power, offers too much or bills twice", async (t) => {
  const total = { closings: 0, transactions: 0, finished: 0, delays: 0 };
  fc.assert(
    fc.property(anyOptions, anyStream, fc.boolean(), (options, stream, stops) => {
      const machine = evseMachine(options);
      let state = initialEvse(options);
      let nowMs = 0;
      let follows = true;
      const watch: Watch = {
        letter: "Disconnected",
        isPwmOn: false,
        dutyPercent: 0,
        limitA: 0,
        tooMuchSinceMs: null,
        fuseA: Number.POSITIVE_INFINITY,
        delays: 0,
        isClosed: false,
        isFedBack: false,
        errors: new Set(),
        transactions: 0,
        finished: 0,
        sessions: 0,
        isInTransaction: false,
        isStopped: false,
        closings: 0,
      };
      const post = (event: EvseEvent): void => {
        if (
          options.charger.failOnPowermeterErrors ||
          event.kind !== "faultRaised" ||
          event.fault.source !== "powermeter"
        )
          hear(watch, event);
        const step = machine.step(state, event, nowMs);
        state = step.state;
        for (const effect of step.effects) {
          tell(watch, effect);
          if (effect.kind !== "hlcCommand" || effect.command.name !== "authorization_response") continue;
          const isGranted = effect.command.args.authorization_status === "Accepted";
          if (isGranted && !state.charger.authorized)
            throw new Error("a vehicle was told of a grant that there is not");
        }
        const isBilling = step.effects.some(
          (effect) => effect.kind === "session" && isOfTransaction(effect.event.event),
        );
        const isOverdue = step.effects.some(({ kind }) => kind === "storeOverdue");
        if (options.charger.hasStore && isBilling && event.kind !== "sessionStored" && !isOverdue)
          throw new Error("told before it was stored");
        settle(watch, nowMs);
        for (const effect of step.effects) answer(effect);
      };
      const answer = (effect: EvseEffect): void => {
        if (effect.kind === "drawDelay")
          post({ kind: "randomDelay", order: { kind: "drawn", durationS: nowMs % effect.maxDurationS } });
        if (effect.kind === "drawSessionId") post({ kind: "sessionIdDrawn", id: `id${nowMs}` });
        if (!follows) return;
        if (effect.kind === "contactor" && effect.closed === watch.isClosed && effect.closed !== watch.isFedBack)
          post(bsp(effect.closed ? "PowerOn" : "PowerOff"));
        if (effect.kind === "meterStart") post({ kind: "meterStarted", call: effect.call, response: { status: "OK" } });
        if (effect.kind === "storeSession") post({ kind: "sessionStored", call: effect.call, timestamp: "noon" });
        if (effect.kind === "meterStop") post({ kind: "meterStopped", call: effect.call, response: { status: "OK" } });
      };
      const wait = (ms: number): void => {
        const untilMs = nowMs + ms;
        for (let dueMs = machine.deadlineMs(state); dueMs !== null && dueMs <= untilMs; ) {
          nowMs = Math.max(nowMs, dueMs);
          post(machine.deadlineReached);
          dueMs = machine.deadlineMs(state);
          if (dueMs !== null && dueMs < nowMs) throw new Error("asks for a deadline that has passed");
        }
        nowMs = untilMs;
        settle(watch, nowMs);
      };
      post({ kind: "capabilities", capabilities });
      post({ kind: "phasesAvailable", count: 3 });
      post(limits(16, 600_000));
      post({ kind: "ready" });
      post(reading(500));
      for (const step of stream) {
        wait(step.afterMs);
        follows = step.follows;
        post(step.event);
      }
      if (stops) {
        post({ kind: "stop", final: true });
        for (const step of stream) {
          wait(step.afterMs);
          post(step.event);
        }
      }
      if (watch.finished > watch.transactions) throw new Error("more ends than beginnings");
      total.closings += watch.closings;
      total.transactions += watch.transactions;
      total.finished += watch.finished;
      total.delays += watch.delays;
    }),
    { numRuns: 800, seed: 7 },
  );
  t.ok(total.closings > 500, `${total.closings} closings were watched`);
  t.ok(total.delays > 100, `${total.delays} delays were over`);
  t.ok(total.finished > 300, `${total.finished} of ${total.transactions} transactions ended`);
});
