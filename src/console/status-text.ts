/** The station in one line, for whoever asks the service manager how it is. */
import { kilowatts } from "./quantities.ts";
import { stateWords } from "./state-words.ts";
import type { ConnectorView, FaultView, StationState } from "./station-view.ts";

/** `waitsFor`: what is missing at the start; null once it is up. */
export function statusText({ connectors, faults }: StationState, waitsFor: string | null): string {
  const parts = waitsFor === null ? connectors.map(connectorText) : [`Starting: waiting for ${waitsFor}`];
  return [...parts, ...errorText([...faults, ...connectors.flatMap((connector) => connector.faults)])].join(" · ");
}

function connectorText({ id, state, meter }: ConnectorView): string {
  const words = state === null ? "starting" : stateWords[state].words;
  const powerW = state === "Charging" ? meter?.power_W?.total : undefined;
  return powerW === undefined ? `${id}: ${words}` : `${id}: ${words}, ${kilowatts(powerW)}`;
}

function errorText(faults: readonly FaultView[]): string[] {
  const names = [...new Set(faults.map(({ type }) => type.slice(type.lastIndexOf("/") + 1)))];
  return names.length === 0
    ? []
    : [`${faults.length === 1 ? "error" : `${faults.length} errors`}: ${names.join(", ")}`];
}
