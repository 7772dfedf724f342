import { counted, duration, kilowattHours } from "./quantities.ts";
import type { StationView } from "./station-view.ts";
import { energyOf } from "./station-view.ts";

/** The last line of a run: what the station did in all that time. */
export function summaryLine({ state }: StationView, nowMs: number): string {
  const { totals, connectors } = state;
  const unfinishedWh = connectors
    .filter(({ session }) => session?.transaction?.finishedMs === null)
    .reduce((sum, connector) => sum + energyOf(connector), 0);
  const active = state.faults.length + connectors.reduce((sum, { faults }) => sum + faults.length, 0);
  const errors = totals.faultsRaised === 0 ? "no errors" : counted(totals.faultsRaised, "error");
  return [
    `ran for ${duration(nowMs)}`,
    counted(totals.sessionsStarted, "session"),
    `${kilowattHours(totals.energyWh + unfinishedWh)} delivered`,
    active === 0 ? errors : `${errors}, ${active} of them still active`,
  ].join(" · ");
}
