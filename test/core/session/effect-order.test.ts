import fc from "fast-check";
import t from "tap";
import type { HardwareEffect } from "../../../src/core/session/effect-order.ts";
import { safetyFirst, withoutSuperseded } from "../../../src/core/session/effect-order.ts";

const effects: Record<string, HardwareEffect> = {
  X1: { kind: "pilotX1" },
  F: { kind: "pilotF" },
  pwm: { kind: "pilotPwm", dutyPercent: 25 },
  open: { kind: "contactor", closed: false, reason: "PowerOff" },
  close: { kind: "contactor", closed: true, reason: "FullPowerCharging" },
  supplyOff: { kind: "supply", command: { type: "setMode", mode: "Off", phase: "Charging" } },
  supplyOn: { kind: "supply", command: { type: "setMode", mode: "Export", phase: "Charging" } },
  setpoint: { kind: "supply", command: { type: "setExportVoltageCurrent", voltageV: 400, currentA: 10 } },
  lock: { kind: "lock", locked: true },
  unlock: { kind: "lock", locked: false },
  boardOn: { kind: "enableBoard", value: true },
  boardOff: { kind: "enableBoard", value: false },
  oc: { kind: "overCurrentLimit", currentA: 16 },
  onePhase: { kind: "switchPhases", threePhases: false },
};
const parse = (text: string): HardwareEffect[] =>
  text === "" ? [] : text.split(" ").map((word) => ({ ...(effects[word] as HardwareEffect) }));
const tell = (list: readonly HardwareEffect[]): string =>
  list
    .map((effect) => Object.entries(effects).find(([, known]) => JSON.stringify(known) === JSON.stringify(effect))?.[0])
    .join(" ");

t.test("what takes power away goes first: pilot, supply, contactor; the rest as it came", async (t) => {
  const rows: readonly (readonly [wanted: string, done: string])[] = [
    ["", ""],
    ["open X1", "X1 open"],
    ["open supplyOff F", "F supplyOff open"],
    ["unlock open X1", "X1 open unlock"],
    ["lock close pwm", "lock close pwm"],
    ["pwm close", "pwm close"],
    ["oc pwm open", "open oc pwm"],
    ["onePhase supplyOff", "supplyOff onePhase"],
    ["boardOff open F", "F open boardOff"],
    ["boardOn X1 unlock", "X1 boardOn unlock"],
    ["unlock supplyOff open", "supplyOff open unlock"],
    ["setpoint supplyOn open X1", "X1 open setpoint supplyOn"],
    ["setpoint supplyOff open", "supplyOff open setpoint"],
  ];
  for (const [wanted, done] of rows) t.equal(tell(safetyFirst(parse(wanted))), done, wanted);
});

t.test("what a later order of the same turn voids is not done", async (t) => {
  const rows: readonly (readonly [wanted: string, left: string])[] = [
    ["", ""],
    ["X1 F", "F"],
    ["X1 pwm", "pwm"],
    ["pwm X1", "X1"],
    ["F X1 F", "F"],
    ["lock unlock", "unlock"],
    ["unlock lock", "lock"],
    ["close open", "open"],
    ["open open", "open"],
    ["open close", "open close"],
    ["open close open", "open"],
    ["supplyOff supplyOff", "supplyOff supplyOff"],
    ["oc onePhase boardOn", "oc onePhase boardOn"],
    ["pwm close X1 open unlock", "X1 open unlock"],
  ];
  for (const [wanted, left] of rows) t.equal(tell(withoutSuperseded(parse(wanted))), left, wanted);
});

t.test("an opening is never lost and never comes after a closing that was meant to follow it", async () => {
  const anyList = fc.array(fc.constantFrom(...Object.keys(effects)), { maxLength: 10 });
  fc.assert(
    fc.property(anyList, (words) => {
      const wanted = words.map((word) => ({ ...(effects[word] as HardwareEffect) }));
      const done = safetyFirst(withoutSuperseded(wanted));
      const contactor = (list: readonly HardwareEffect[]): boolean[] =>
        list.flatMap((effect) => (effect.kind === "contactor" ? [effect.closed] : []));
      const before = contactor(wanted);
      const after = contactor(done);
      if (before.includes(false) !== after.includes(false)) throw new Error("an opening was lost");
      if (before.at(-1) !== after.at(-1)) throw new Error("the contactor ends elsewhere");
      const pilots = done.filter((effect) => effect.kind.startsWith("pilot"));
      if (pilots.length > 1) throw new Error("two outputs of the pilot in one turn");
      const lastOpen = done.findLastIndex((effect) => effect.kind === "contactor" && !effect.closed);
      const firstUnlock = done.findIndex((effect) => effect.kind === "lock" && !effect.locked);
      if (firstUnlock >= 0 && lastOpen > firstUnlock) throw new Error("unlocked before opened");
    }),
    { seed: 7, numRuns: 1000 },
  );
});
