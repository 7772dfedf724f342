/**
 * `evse_manager`: one charging point as the world above sees it. Commands answer after the machine has handled them;
 * `session_event` tells what happened, never the internal state. Source: EvseManager facts, sections 2.7 to 2.13.
 */
import * as v from "valibot";
import { carManufacturers, sessionFailures } from "../src/core/hlc/values.ts";
import type { VehicleInfo } from "../src/core/hlc/vehicle-info.ts";
import type { EnableSource, EnableState } from "../src/core/session/enable-table.ts";
import { enableSources, enableStates } from "../src/core/session/enable-table.ts";
import type { SessionEvent } from "../src/core/session/session-event.ts";
import { sessionEventNames } from "../src/core/session/session-event.ts";
import { hardwareCapabilities } from "./evse-board-support.ts";
import { energyTransferMode } from "./iso15118-values.ts";
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

const plugAndChargeConfiguration = v.strictObject({
  /** A contract is on offer. */
  pnc_enabled: v.exactOptional(v.boolean()),
  central_contract_validation_allowed: v.exactOptional(v.boolean()),
  contract_certificate_installation_enabled: v.exactOptional(v.boolean()),
});

const unknownOr = <S extends v.GenericSchema>(schema: S) => v.exactOptional(schema);
const vehicleInfo = v.strictObject({
  soc: unknownOr(finite),
  present_voltage: unknownOr(finite),
  present_current: unknownOr(finite),
  target_voltage: unknownOr(finite),
  target_current: unknownOr(finite),
  maximum_current_limit: unknownOr(finite),
  minimum_current_limit: unknownOr(finite),
  maximum_voltage_limit: unknownOr(finite),
  maximum_power_limit: unknownOr(finite),
  estimated_time_full: unknownOr(v.string()),
  departure_time: unknownOr(v.string()),
  estimated_time_bulk: unknownOr(v.string()),
  evcc_id: unknownOr(v.string()),
  remaining_energy_needed: unknownOr(finite),
  battery_capacity: unknownOr(finite),
  battery_full_soc: unknownOr(finite),
  battery_bulk_soc: unknownOr(finite),
  target_energy_request: unknownOr(finite),
  max_energy_request: unknownOr(finite),
  min_energy_request: unknownOr(finite),
  ac_max_charge_power: unknownOr(finite),
  ac_min_charge_power: unknownOr(finite),
  ac_max_discharge_power: unknownOr(finite),
  ac_min_discharge_power: unknownOr(finite),
  ac_present_active_power: unknownOr(finite),
  ac_present_reactive_power: unknownOr(finite),
  remaining_time_to_full_s: unknownOr(finite),
}) satisfies Schema<VehicleInfo>;

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
    set_plug_and_charge_configuration: {
      args: v.strictObject({ plug_and_charge_configuration: plugAndChargeConfiguration }),
    },
    /** What a back end leaves of the modes on offer, until the vehicle has left. */
    update_allowed_energy_transfer_modes: {
      args: v.strictObject({ allowed_energy_transfer_modes: v.array(energyTransferMode) }),
      result: v.picklist(["Accepted", "IncompatibleEnergyTransfer", "NoHlc"]),
    },
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
    /** What the vehicle tells of itself, as far as it does; empty at the start and the end of a session. */
    ev_info: vehicleInfo,
    car_manufacturer: v.picklist(carManufacturers),
    hlc_session_failed: v.strictObject({ uuid: v.string(), reason: v.picklist(sessionFailures) }),
    supported_energy_transfer_modes: v.array(energyTransferMode),
    telemetry: v.record(v.string(), v.unknown()),
  },
  errors: ["evse_manager"],
});
