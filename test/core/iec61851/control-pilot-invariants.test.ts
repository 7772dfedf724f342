/**
 * What must hold whatever comes in whatever order. The watch below knows only what went in and what came out, never
 * the machine's own state.
 */
import fc from "fast-check";
import t from "tap";
import type {
  ControlPilotState,
  PilotEffect,
  PilotEvent,
  PilotOptions,
} from "../../../src/core/iec61851/control-pilot.ts";
import { controlPilotMachine, initialControlPilot } from "../../../src/core/iec61851/control-pilot.ts";

interface Watch {
  enabled: boolean;
  letter: string;
  isPwmOn: boolean;
  isGranted: boolean;
  isClosed: boolean;
  isFedBack: boolean;
  /** Until when an opened contactor that was never fed back closed may still be closed. */
  settlesAtMs: number;
  /** Since when a closed contactor has been without PWM. */
  withoutPwmSinceMs: number | null;
}

const givesPower = (letter: string, options: PilotOptions): boolean =>
  letter === "C" || (letter === "D" && options.hasVentilation);

/** What an event means by itself, before the machine answers. */
function hear(watch: Watch, event: PilotEvent): void {
  switch (event.kind) {
    case "pilot":
      if (watch.enabled) watch.letter = event.letter;
      break;
    case "relay":
      watch.isFedBack = event.on;
      if (!event.on) watch.settlesAtMs = 0;
      break;
    case "allowPower":
      watch.isGranted = event.value;
      break;
    case "enable":
      watch.enabled = event.value;
      if (!event.value) watch.letter = "Disabled";
      break;
    default:
      break;
  }
}

function see(watch: Watch, effect: PilotEffect, nowMs: number, options: PilotOptions): void {
  switch (effect.kind) {
    case "pilotPwm":
      watch.isPwmOn = true;
      break;
    case "pilotX1":
    case "pilotF":
      watch.isPwmOn = false;
      break;
    case "contactor":
      if (effect.closed) {
        const isRight = watch.enabled && givesPower(watch.letter, options) && watch.isPwmOn && watch.isGranted;
        if (!isRight) throw new Error(`closes in ${JSON.stringify(watch)}`);
        watch.isClosed = true;
        watch.settlesAtMs = 0;
      } else {
        if (watch.isClosed && !watch.isFedBack) watch.settlesAtMs = nowMs + 250;
        watch.isClosed = false;
        watch.isGranted = false;
      }
      break;
    case "lock":
      if (!effect.locked && (watch.isClosed || watch.isFedBack || nowMs < watch.settlesAtMs)) {
        throw new Error(`unlocks in ${JSON.stringify(watch)}`);
      }
      break;
    default:
      break;
  }
}

function settle(watch: Watch, nowMs: number, options: PilotOptions): void {
  if (watch.isClosed && !givesPower(watch.letter, options)) throw new Error(`closed in ${watch.letter}`);
  if (watch.isClosed && !watch.isGranted) throw new Error("closed without a grant");
  if (!watch.isClosed || watch.isPwmOn) watch.withoutPwmSinceMs = null;
  else watch.withoutPwmSinceMs ??= nowMs;
  if (watch.withoutPwmSinceMs !== null && nowMs >= watch.withoutPwmSinceMs + 6000) {
    throw new Error("closed without PWM for six seconds");
  }
}

const letter = fc.constantFrom("Disabled", "A", "B", "B", "C", "C", "C", "D", "E", "F" as const);
const anyEvent = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("pilot" as const), letter }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("relay" as const), on: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("setPwm" as const),
      duty: fc.constantFrom(0, 0.05, 0.1, 0.5, 0.5, 0.97, 1),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom({ kind: "setX1" as const }, { kind: "setF" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("allowPower" as const),
      value: fc.constantFrom(true, true, true, false),
      reason: fc.constantFrom("FullPowerCharging" as const, "DCCableCheck" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("setAuthorized" as const), value: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ kind: "forceUnlock" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("enable" as const), value: fc.constantFrom(true, true, false) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "deadlineReached" as const }) },
);
const anyOptions: fc.Arbitrary<PilotOptions> = fc.record({
  hasVentilation: fc.boolean(),
  lockInB: fc.boolean(),
  unlockWhenDeauthorized: fc.boolean(),
  limitSimplifiedTo10A: fc.boolean(),
});
const anyStream = fc.array(
  fc.record({ afterMs: fc.constantFrom(0, 0, 1, 100, 249, 250, 1000, 5000, 6000), event: anyEvent }),
  { minLength: 20, maxLength: 120, size: "max" },
);

t.test("no stream of events closes wrongly, opens late or unlocks under power", async (t) => {
  let closed = 0;
  let unlocked = 0;
  fc.assert(
    fc.property(anyOptions, anyStream, (options, stream) => {
      const machine = controlPilotMachine(options);
      const watch: Watch = {
        enabled: false,
        letter: "Disabled",
        isPwmOn: false,
        isGranted: false,
        isClosed: false,
        isFedBack: false,
        settlesAtMs: 0,
        withoutPwmSinceMs: null,
      };
      let state: ControlPilotState = Object.freeze({ ...initialControlPilot });
      let nowMs = 0;
      const post = (event: PilotEvent): void => {
        const before = watch.letter;
        hear(watch, event);
        const step = machine.step(state, event, nowMs);
        for (const effect of step.effects) {
          see(watch, effect, nowMs, options);
          if (effect.kind === "contactor" && effect.closed) closed += 1;
          if (effect.kind === "lock" && !effect.locked) unlocked += 1;
        }
        // F as read ends the PWM without an output of ours; a PWM commanded since then is left alone.
        if (watch.letter === "F" && before !== "F") watch.isPwmOn = false;
        settle(watch, nowMs, options);
        state = Object.freeze(step.state);
      };
      post({ kind: "enable", value: true });
      for (const { afterMs, event } of stream) {
        const untilMs = nowMs + afterMs;
        // As the runtime does it: due deadlines first, each at its instant.
        for (let dueMs = machine.deadlineMs(state); dueMs !== null && dueMs <= untilMs; ) {
          nowMs = Math.max(nowMs, dueMs);
          post(machine.deadlineReached);
          dueMs = machine.deadlineMs(state);
          if (dueMs !== null && dueMs <= nowMs) throw new Error("asks for a deadline that has passed");
        }
        nowMs = untilMs;
        post(event);
      }
    }),
    { numRuns: 1500, seed: 7 },
  );
  t.ok(closed > 1000, `${closed} closings were watched`);
  t.ok(unlocked > 1000, `${unlocked} unlockings were watched`);
});
