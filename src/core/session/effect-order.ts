import type { DcSessionEffect } from "../dc/dc-session-effects.ts";
import type { PilotEffect } from "../iec61851/control-pilot.ts";
import type { ChargerEffect } from "./charger-state.ts";

/** Effects that reach the hardware. */
export type HardwareEffect =
  | Exclude<PilotEffect, { kind: "car" }>
  | Extract<ChargerEffect, { kind: "overCurrentLimit" | "switchPhases" }>
  | Extract<DcSessionEffect, { kind: "supply" }>;

/** Pilot X1 or F, then supply off, then contactor open; whatever gives or moves comes after all that takes away. */
const rank = (effect: HardwareEffect): number => {
  switch (effect.kind) {
    case "pilotX1":
    case "pilotF":
      return 0;
    case "supply":
      return effect.command.type === "setMode" && effect.command.mode === "Off" ? 1 : 3;
    case "contactor":
      return effect.closed ? 3 : 2;
    default:
      return 3;
  }
};

const isPilot = (effect: HardwareEffect): boolean => effect.kind.startsWith("pilot");

/** Whether a later effect of the same turn makes this one void: what was not yet done need not be undone. */
function isSuperseded(effect: HardwareEffect, later: readonly HardwareEffect[]): boolean {
  if (isPilot(effect)) return later.some(isPilot);
  if (effect.kind === "lock") return later.some((other) => other.kind === "lock");
  // An opening stays even when the contactor is to close again afterwards.
  return effect.kind === "contactor" && later.some((other) => other.kind === "contactor" && !other.closed);
}

/** One turn's effects on the hardware without those that a later one voids, in the order they were wanted. */
export function withoutSuperseded(effects: readonly HardwareEffect[]): HardwareEffect[] {
  return effects.filter((effect, index) => !isSuperseded(effect, effects.slice(index + 1)));
}

/** The same effects in the order in which they are carried out. */
export function safetyFirst(effects: readonly HardwareEffect[]): HardwareEffect[] {
  return effects
    .map((effect, index) => ({ effect, index }))
    .sort((a, b) => rank(a.effect) - rank(b.effect) || a.index - b.index)
    .map(({ effect }) => effect);
}
