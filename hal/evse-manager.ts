/**
 * `evse_manager`: one charging point as the world above sees it. Commands answer after the machine has handled them;
 * `session_event` tells what happened, never the internal state. Source: EvseManager facts, sections 2.7 to 2.13.
 */
import * as v from "valibot";
import type { EnableSource, EnableState } from "../src/core/session/enable-table.ts";
import { enableSources, enableStates } from "../src/core/session/enable-table.ts";
import type { SessionEvent } from "../src/core/session/session-event.ts";
import { sessionEventNames } from "../src/core/session/session-event.ts";
import { hardwareCapabilities } from "./evse-board-support.ts";
import type { Schema } from "./port.ts";
import { definePort } from "./port.ts";
import {
  count,
  enforcedLimits,
  finite,
  noArgs,
  phaseCount,
  powermeterValue,
  providedIdToken,
  stopTransactionRequest,
  validationResult,
} from "./values.ts";

const enableDisableSource = v.strictObject({
  enable_source: v.picklist(enableSources) satisfies Schema<EnableSource>,
  enable_state: v.picklist(enableStates) satisfies Schema<EnableState>,
  enable_priority: v.pipe(count, v.maxValue(10_000)),
});

const integer = v.pipe(v.number(), v.integer());

const sessionEventHead = v.looseObject({
  uuid: v.string(),
  timestamp: v.string(),
  event: v.picklist(sessionEventNames),
});

/** The head is checked; the payload is as its event has it. */
const sessionEvent = v.custom<SessionEvent & { readonly timestamp: string }>(
  (value) => v.is(sessionEventHead, value),
  "not a session event",
);

export const evseManager = definePort({
  name: "evse_manager",
  commands: {
    get_evse: {
      args: noArgs,
      result: v.strictObject({
        id: count,
        connectors: v.array(v.strictObject({ id: count, type: v.exactOptional(v.string()) })),
      }),
    },
    enable_disable: {
      args: v.strictObject({ connector_id: count, cmd_source: enableDisableSource }),
      result: v.boolean(),
    },
    authorize_response: {
      args: v.strictObject({ provided_token: providedIdToken, validation_result: validationResult }),
    },
    withdraw_authorization: { args: noArgs },
    reserve: { args: v.strictObject({ reservation_id: integer }), result: v.boolean() },
    cancel_reservation: { args: noArgs },
    pause_charging: { args: noArgs, result: v.boolean() },
    resume_charging: { args: noArgs, result: v.boolean() },
    stop_transaction: { args: v.strictObject({ request: stopTransactionRequest }), result: v.boolean() },
    force_unlock: { args: v.strictObject({ connector_id: count }), result: v.boolean() },
    external_ready_to_start_charging: { args: noArgs, result: v.boolean() },
  },
  vars: {
    session_event: sessionEvent,
    limits: v.strictObject({
      uuid: v.exactOptional(v.string()),
      max_current: finite,
      nr_of_phases_available: phaseCount,
    }),
    powermeter: powermeterValue,
    evse_id: v.string(),
    hw_capabilities: hardwareCapabilities,
    enforced_limits: enforcedLimits,
    waiting_for_external_ready: v.boolean(),
    ready: v.boolean(),
    selected_protocol: v.string(),
    /** By the names of ISO 15118. */
    supported_energy_transfer_modes: v.array(v.string()),
    /** What the vehicle tells of itself, as far as it does; empty at the start and the end of a session. */
    ev_info: v.strictObject({
      soc: v.exactOptional(finite),
      /** Wh. */
      battery_capacity: v.exactOptional(finite),
      remaining_time_to_full_s: v.exactOptional(finite),
    }),
    telemetry: v.record(v.string(), v.unknown()),
  },
  errors: ["evse_manager"],
});
