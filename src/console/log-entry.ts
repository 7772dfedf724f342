/** An event line in words: what happened, and what one wants to know about it. */
import type { ProvidedIdToken } from "../core/auth/tokens.ts";
import type { Powermeter } from "../core/powermeter.ts";
import type { SessionEvent } from "../core/session/session-event.ts";
import type { EventLine } from "../runtime/event-line.ts";
import { amperes, kilowattHours, kilowatts } from "./quantities.ts";
import type { ErrorFields, StationState } from "./station-view.ts";
import { connectorWith, energyOf } from "./station-view.ts";

export interface LogEntry {
  readonly atMs: number;
  readonly module: string;
  readonly tone: "plain" | "good" | "warning" | "bad";
  readonly what: string;
  readonly detail: string;
}

/** Undefined for lines that are no news. `station` has seen the line already; `mask` shortens tokens. */
export function describeLine(
  line: EventLine,
  station: StationState,
  mask: (token: string) => string = maskedToken,
): LogEntry | undefined {
  const entry = (what: string, detail = "", tone: LogEntry["tone"] = "plain"): LogEntry => ({
    atMs: line.tMs,
    module: line.module,
    tone,
    what,
    detail,
  });
  const connector = connectorWith(station, line.module);

  switch (line.kind) {
    case "session_event": {
      const event = line.fields as SessionEvent;
      const offeredA = connector?.output?.offeredA ?? 0;
      const energyWh = connector === undefined ? 0 : energyOf(connector);
      return entry(event.event, sessionDetail(event, offeredA, energyWh, mask), sessionTone(event));
    }
    case "error": {
      const { action, type, sub_type, severity, message } = line.fields as ErrorFields;
      const name = sub_type === "" ? type : `${type} (${sub_type})`;
      if (action === "clear") return entry("error cleared", name, "good");
      return entry("error raised", [name, severity, message].filter(Boolean).join(", "), "bad");
    }
    case "token": {
      const { token, status } = line.fields as { token: ProvidedIdToken; status: string };
      // Its answer follows.
      if (status === "Processing") return undefined;
      return entry(`token ${status}`, mask(token.id_token.value));
    }
    case "contactor": {
      const { closed } = line.fields as { closed: boolean };
      const reason = connector?.contactor.reason ?? "";
      const expected = connector?.contactor.commanded === closed;
      return entry(
        `contactor ${closed ? "closed" : "open"}`,
        expected ? reason : "not commanded",
        expected ? "plain" : "warning",
      );
    }
    case "contactor_command": {
      const { reason } = line.fields as { reason: string };
      return reason.startsWith("interlock:") ? entry("contactor opened", reason, "bad") : undefined;
    }
    case "limits": {
      const { max_current, nr_of_phases_available } = line.fields as {
        max_current: number;
        nr_of_phases_available: number;
      };
      return entry("limit", `${amperes(max_current)} on ${phases(nr_of_phases_available)}`);
    }
    case "powermeter": {
      const { current_A, power_W } = line.fields as Powermeter;
      const currents = [current_A?.L1, current_A?.L2, current_A?.L3, current_A?.DC]
        .filter((currentA) => currentA !== undefined)
        .map((currentA) => currentA.toFixed(1));
      const parts = [
        currents.length === 0 ? "" : `${currents.join(" / ")} A`,
        power_W === undefined ? "" : kilowatts(power_W.total),
        connector === undefined ? "" : kilowattHours(energyOf(connector)),
      ];
      return entry("meter", parts.filter(Boolean).join("   "));
    }
    case "ready":
      return entry("ready", "", "good");
    default:
      return undefined;
  }
}

export const phases = (count: number): string => (count === 1 ? "1 phase" : `${count} phases`);

/** Enough to recognise a card one holds in one's hand; a log is no place for all of it. */
export const maskedToken = (value: string): string => (value.length > 4 ? `…${value.slice(-4)}` : value);

function sessionDetail(
  event: SessionEvent,
  offeredA: number,
  energyWh: number,
  mask: (token: string) => string,
): string {
  switch (event.event) {
    case "SessionStarted":
      return event.session_started?.reason ?? "";
    case "TransactionStarted":
      return `token ${mask(event.transaction_started?.id_tag.id_token.value ?? "")}`;
    case "ChargingStarted":
      return offeredA > 0 ? `${amperes(offeredA)} on offer` : "";
    case "ChargingPausedEVSE":
      return event.charging_paused_evse?.reasons.join(", ") ?? "";
    case "ChargingPausedEV":
      return kilowattHours(energyWh);
    case "TransactionFinished":
      return `${event.transaction_finished?.reason ?? ""}   ${kilowattHours(energyWh)}`.trim();
    default:
      return "";
  }
}

function sessionTone(event: SessionEvent): LogEntry["tone"] {
  switch (event.event) {
    case "ChargingStarted":
      return "good";
    case "ChargingPausedEV":
    case "ChargingPausedEVSE":
    case "PluginTimeout":
    case "Disabled":
      return "warning";
    default:
      return "plain";
  }
}
