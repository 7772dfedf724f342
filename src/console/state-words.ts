import type { ChargerStateName } from "../core/session/charger-state.ts";
import type { Tone } from "./styled-text.ts";

/** The states of a charger in the words of someone who stands before it. */
export const stateWords: Readonly<Record<ChargerStateName, { readonly words: string; readonly tone: Tone }>> = {
  Disabled: { words: "Disabled", tone: "dim" },
  Idle: { words: "Idle", tone: "plain" },
  WaitingForAuthentication: { words: "Waiting for authorisation", tone: "note" },
  PrepareCharging: { words: "Preparing to charge", tone: "note" },
  Charging: { words: "Charging", tone: "good" },
  ChargingPausedEV: { words: "Paused by the car", tone: "warning" },
  ChargingPausedEVSE: { words: "Paused by the station", tone: "warning" },
  StoppingCharging: { words: "Stopping", tone: "warning" },
  Finished: { words: "Finished", tone: "note" },
  T_step_EF: { words: "Waking the car (E/F step)", tone: "note" },
  T_step_X1: { words: "Waking the car (X1 step)", tone: "note" },
  SwitchPhases: { words: "Switching phases", tone: "warning" },
};

/** What a letter of the pilot says. */
export const pilotWords: Readonly<Record<string, string>> = {
  A: "no car",
  B: "car connected",
  C: "car asks for power",
  D: "car asks for power, ventilated",
  E: "pilot shorted or off",
  F: "station not available",
  Disabled: "not looked at",
};
