/**
 * One phase or three, while power is short. Source: energy facts, section 4.7.
 *
 * Three phases need three times the minimum power. Below that a vehicle is better served on one phase; it comes back to
 * three once there is enough for a while. Every switch wears the contactor, and the vehicle has to stand it.
 */
import type { EnergyEvseState } from "./flow.ts";

export interface PhaseRules {
  /** `Oneway`: down only. */
  readonly mode: "Never" | "Oneway" | "Both";
  /** In a session; 0: no limit. */
  readonly maxSwitches: number;
  /** Where the phases are to be once the switches are used up. */
  readonly stickyness: "SinglePhase" | "ThreePhase" | "DontChange";
  /** Watt above the minimum of all phases before they are used again. */
  readonly powerHysteresisW: number;
  /** Milliseconds on the lower count before the higher one is used again; 0: off. */
  readonly timeHysteresisMs: number;
}

/** What is remembered of an EVSE between two rounds. */
export interface PhaseHistory {
  /** Switches seen in this session. */
  readonly switches: number;
  /** Null before the first round of a session. */
  readonly activePhases: number | null;
  /** When the lower count was last decided for; null in a session without. */
  readonly lowerAtMs: number | null;
}

export const newSession: PhaseHistory = { switches: 0, activePhases: null, lowerAtMs: null };

export function endsSession(evseState: EnergyEvseState | undefined): boolean {
  return evseState === "Unplugged" || evseState === "Finished";
}

/** Once a round. An EVSE that is first seen amid a session may have switched a moment ago. */
export function followed(
  history: PhaseHistory | undefined,
  evseState: EnergyEvseState | undefined,
  activePhases: number,
  nowMs: number,
): PhaseHistory {
  if (endsSession(evseState)) return newSession;
  const { switches, activePhases: before, lowerAtMs } = history ?? { ...newSession, lowerAtMs: nowMs };
  const switched = before !== null && before !== activePhases;
  return { switches: switched ? switches + 1 : switches, activePhases, lowerAtMs };
}

export interface PhaseQuestion {
  /** Watt on offer; undefined: no limit in watt, and nothing to decide. */
  readonly powerW: number | undefined;
  /** Ampere per phase below which the vehicle does not charge. */
  readonly minA: number;
  readonly minPhases: number;
  readonly maxPhases: number;
  readonly activePhases: number;
  /** False: the hardware keeps its phases while a session lasts. */
  readonly switches: boolean;
  /** Volt between phase and neutral. */
  readonly voltageV: number;
}

/** Whether the session may still switch to `phases`. A count to end on has one switch kept for it. */
export function maySwitchTo(
  phases: number,
  question: PhaseQuestion,
  history: PhaseHistory,
  rules: PhaseRules,
): boolean {
  if (rules.mode === "Never" || !question.switches) return false;
  if (rules.maxSwitches === 0) return true;
  const { minPhases, maxPhases } = question;
  const last = { SinglePhase: minPhases, ThreePhase: maxPhases, DontChange: phases }[rules.stickyness];
  return rules.maxSwitches - history.switches >= (phases === last ? 1 : 2);
}

function wished(question: PhaseQuestion, rules: PhaseRules, allPhasesW: number): number {
  const { powerW, minPhases, maxPhases, activePhases } = question;
  if (powerW === undefined) return maxPhases;
  if (powerW < allPhasesW) return minPhases;
  if (rules.mode === "Both" && powerW > allPhasesW + rules.powerHysteresisW) return maxPhases;
  return activePhases;
}

export interface PhaseDecision {
  readonly phases: number;
  /** Power asks for the lower count: the time until the higher one is used again begins anew. */
  readonly lower: boolean;
}

/** `nowMs`: null for a time yet to come, about which the hysteresis knows nothing. */
export function decidePhases(
  question: PhaseQuestion,
  history: PhaseHistory,
  rules: PhaseRules,
  nowMs: number | null,
): PhaseDecision {
  const { powerW, minA, minPhases, maxPhases, activePhases, voltageV } = question;
  const allPhasesW = minA * maxPhases * voltageV;
  if (rules.mode === "Never" || allPhasesW === 0) return { phases: maxPhases, lower: false };
  const ifAllowed = (phases: number): number =>
    phases === activePhases || maySwitchTo(phases, question, history, rules) ? phases : activePhases;
  const wish = ifAllowed(wished(question, rules, allPhasesW));
  const tooEarly =
    powerW !== undefined &&
    nowMs !== null &&
    history.lowerAtMs !== null &&
    nowMs - history.lowerAtMs < rules.timeHysteresisMs;
  const phases = tooEarly && wish === maxPhases ? ifAllowed(minPhases) : wish;
  return {
    phases: Math.min(maxPhases, Math.max(minPhases, phases)),
    lower: powerW !== undefined && wish === minPhases && minPhases < maxPhases,
  };
}
