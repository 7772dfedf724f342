/**
 * What a request from the live view or the console means in this station: the same actions as those of a scenario, checked against the
 * same schemas. So a record of the run holds what came of them, and a replay repeats it.
 */
import { safeParse } from "valibot";
import type { Schema } from "../../hal/port.ts";
import type { OperatorRequest } from "../console/operator-request.ts";
import { shortToken } from "../console/short-token.ts";
import type { ProvidedIdToken } from "../core/auth/tokens.ts";
import type { ExternalLimits } from "../core/energy/flow.ts";
import type { EnableEntry, EnableState } from "../core/session/enable-table.ts";
import type { ModulePlan, Station } from "../runtime/station.ts";
import type { ScenarioAction } from "./scenario-action.ts";

/** Requests that are for the station; the others are for the process. */
export type StationRequest = Exclude<OperatorRequest, { kind: "quit" | "suspend" }>;

/** Who causes a limit that was typed in at the live view. */
const limitSource = "live_view";
/** Providers that present what they are told to; a reader of cards does not. */
const obedientProviders = ["DummyTokenProviderManual", "DummyTokenProvider"];

/** A person at the station has the word over whoever is far away; only priority 0 beats it. */
const technicianPriority = 1;

type Outcome = { readonly action: ScenarioAction } | { readonly complaint: string };

export interface OperatedStation {
  plans(): readonly ModulePlan[];
  manifest: Station["manifest"];
  /** Numbers of the connectors that have a simulated vehicle. */
  readonly cars: readonly number[];
  /** Milliseconds since the Unix epoch. */
  readonly wallMs: number;
}

export function operatorAction(request: StationRequest, station: OperatedStation): Outcome {
  const outcome = meaning(request, station);
  return "action" in outcome ? checked(outcome.action, station) : outcome;
}

/** The tokens a configuration names, as cards in the hand of whoever tries it out, and some more. */
export function cardsOf(plans: readonly ModulePlan[]): readonly string[] {
  const named = plans
    .filter(({ type }) => type === "DummyTokenProvider")
    .map(({ implementations }) => (implementations.main as { readonly token: string }).token);
  return [...new Set([...named, "VISITOR-0001", "VISITOR-0002"])];
}

function meaning(request: StationRequest, station: OperatedStation): Outcome {
  const { connector } = request;
  switch (request.kind) {
    case "swipe":
      return swipe(request.token, connector, station, ({ type }) => obedientProviders.includes(type));
    case "authorize":
      return swipe(request.token, connector, station, () => true);
    case "plugIn":
      return vehicle(connector, station, (car) => {
        const { max_current = 16, three_phases = true } = (car?.config ?? {}) as {
          readonly max_current?: number;
          readonly three_phases?: boolean;
        };
        return `iec_wait_pwr_ready;sleep 1;draw_power_regulated ${max_current},${three_phases ? 3 : 1}`;
      });
    case "unplug":
      return vehicle(connector, station, () => "unplug");
    case "pause":
      return evseCommand(connector, "pause_charging", {});
    case "resume":
      return evseCommand(connector, "resume_charging", {});
    case "stop":
      return evseCommand(connector, "stop_transaction", { request: { reason: "Local" } });
    case "enable":
      // Taken back is what was disabled here; whoever else disables it still does.
      return evseCommand(connector, "enable_disable", { connector_id: 0, cmd_source: technician("Unassigned") });
    case "enableAlways":
      return evseCommand(connector, "enable_disable", { connector_id: 0, cmd_source: technician("Enable") });
    case "disable":
      return evseCommand(connector, "enable_disable", { connector_id: 0, cmd_source: technician("Disable") });
    case "randomDelay":
      return { action: command(connector, "random_delay", request.isOn ? "enable" : "disable", {}) };
    case "connectionTimeout":
      return authCommand(connector, station, "set_connection_timeout", { connection_timeout: request.seconds });
    case "masterPassGroup":
      return authCommand(connector, station, "set_master_pass_group_id", { master_pass_group_id: request.group });
    case "limit":
      return limit(request.currentA, request.source ?? limitSource, connector, station);
    case "reserve": {
      const auth = authOf(connector, station);
      if (auth === undefined) return { complaint: `no Auth serves ${connector}` };
      const args = {
        request: {
          reservation_id: request.reservationId,
          id_token: request.token,
          expiry_time: new Date(station.wallMs + request.minutes * 60_000).toISOString(),
          evse_id: auth.evseId,
        },
      };
      return { action: { kind: "command", module: auth.id, implementation: "reservation", name: "reserve_now", args } };
    }
    case "cancelReservation": {
      const auth = authOf(connector, station);
      if (auth === undefined) return { complaint: `no Auth serves ${connector}` };
      const args = { reservation_id: request.reservationId };
      return {
        action: { kind: "command", module: auth.id, implementation: "reservation", name: "cancel_reservation", args },
      };
    }
  }
}

const command = (module: string, implementation: string, name: string, args: object): ScenarioAction => ({
  kind: "command",
  module,
  implementation,
  name,
  args,
});

const evseCommand = (connector: string, name: string, args: object): Outcome => ({
  action: command(connector, "evse", name, args),
});

/** Beats everybody who has no higher priority, and is taken back by the same source. */
const technician = (enable_state: EnableState): EnableEntry => ({
  enable_source: "ServiceTechnician",
  enable_state,
  enable_priority: technicianPriority,
});

function authCommand(connector: string, station: OperatedStation, name: string, args: object): Outcome {
  const auth = authOf(connector, station);
  return auth === undefined
    ? { complaint: `no Auth serves ${connector}` }
    : { action: command(auth.id, "main", name, args) };
}

/** Auth counts the EVSEs it is connected to, from 1. */
function authOf(
  connector: string,
  station: OperatedStation,
): { readonly id: string; readonly evseId: number } | undefined {
  const auth = station.plans().find(({ type }) => type === "Auth");
  const index = (auth?.connections.evse_manager ?? []).findIndex(({ moduleId }) => moduleId === connector);
  return auth === undefined || index < 0 ? undefined : { id: auth.id, evseId: index + 1 };
}

/** At the reader of that connector: the card is good there and nowhere else. */
function swipe(
  token: string,
  connector: string,
  station: OperatedStation,
  mayPresent: (provider: ModulePlan) => boolean,
): Outcome {
  const auth = authOf(connector, station);
  if (auth === undefined) return { complaint: `no Auth serves ${connector}: nobody reads cards` };
  const plans = station.plans();
  const readers = (plans.find(({ id }) => id === auth.id)?.connections.token_provider ?? []).flatMap((target) => {
    const plan = plans.find(({ id }) => id === target.moduleId);
    return plan !== undefined && mayPresent(plan) ? [{ plan, target }] : [];
  });
  const stands = ({ plan }: (typeof readers)[number]): boolean =>
    (plan.connections.evse ?? []).some(({ moduleId }) => moduleId === connector);
  const reader = readers.find(stands) ?? readers[0];
  if (reader === undefined) return { complaint: `no token provider here can be told of ${shortToken(token)}` };
  const { moduleId: module, implementationId: implementation } = reader.target;
  const value: ProvidedIdToken = {
    id_token: { value: token, type: "ISO14443" },
    authorization_type: "RFID",
    connectors: [auth.evseId],
  };
  return { action: { kind: "publish", module, implementation, variable: "provided_token", value } };
}

function vehicle(
  connector: string,
  { plans, cars }: OperatedStation,
  scriptFor: (car: ModulePlan | undefined) => string,
): Outcome {
  const all = plans();
  const evse = all.find(({ id }) => id === connector);
  const number = (evse?.config as { readonly connector_id?: number } | undefined)?.connector_id ?? 1;
  if (!cars.includes(number)) return { complaint: `${connector} has no simulated vehicle` };
  const board = evse?.connections.bsp?.[0]?.moduleId;
  const car = all.find(
    ({ type, connections }) => type === "EvManager" && connections.ev_board_support?.[0]?.moduleId === board,
  );
  return { action: { kind: "ev", connector: number, script: scriptFor(car) } };
}

/** At the node right above: where it has other connectors too, they share the limit. */
function limit(currentA: number | null, source: string, connector: string, station: OperatedStation): Outcome {
  const node = station
    .plans()
    .find(
      ({ type, connections }) =>
        type === "EnergyNode" && (connections.energy_consumer ?? []).some(({ moduleId }) => moduleId === connector),
    );
  if (node === undefined) return { complaint: `no EnergyNode stands above ${connector}` };
  const schedule_import: ExternalLimits["schedule_import"] =
    currentA === null
      ? []
      : [
          {
            timestamp: new Date(station.wallMs).toISOString(),
            limits_to_root: { ac_max_current_A: { value: currentA, source } },
            limits_to_leaves: {},
          },
        ];
  const value: ExternalLimits = { schedule_import, schedule_export: [], schedule_setpoints: [] };
  return {
    action: {
      kind: "command",
      module: node.id,
      implementation: "external_limits",
      name: "set_external_limits",
      args: { value },
    },
  };
}

/** Defaults filled in, as in a scenario; a value no port takes is said, not done. */
function checked(action: ScenarioAction, station: OperatedStation): Outcome {
  if (action.kind !== "command" && action.kind !== "publish") return { action };
  const port = station.manifest(action.module)?.provides[action.implementation]?.port;
  const schema: Schema | undefined =
    action.kind === "command" ? port?.commands[action.name]?.args : port?.vars[action.variable];
  const what = action.kind === "command" ? action.name : action.variable;
  if (schema === undefined) return { complaint: `${action.module} has no ${what}` };
  const result = safeParse(schema, action.kind === "command" ? action.args : action.value);
  if (!result.success) return { complaint: `${action.module} refuses ${what}: ${result.issues[0].message}` };
  if (action.kind === "command") return { action: { ...action, args: result.output as object } };
  return { action: { ...action, value: result.output } };
}
