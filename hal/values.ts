/** Schemas of the values that several ports carry. Each is checked by the compiler against its type in the core. */
import * as v from "valibot";
import type { IdToken, ProvidedIdToken, ValidationResult } from "../src/core/auth/tokens.ts";
import { authorizationStatuses, authorizationTypes, idTokenTypes } from "../src/core/auth/tokens.ts";
import type { StopTransactionReason } from "../src/core/board.ts";
import { stopTransactionReasons } from "../src/core/board.ts";
import type {
  EnergyFlowRequest,
  EnforcedLimits,
  ExternalLimits,
  LimitsReq,
  LimitsRes,
  ScheduleReqEntry,
  ScheduleResEntry,
  ScheduleSetpointEntry,
  Sourced,
} from "../src/core/energy/flow.ts";
import type { Powermeter, SignedMeterValue } from "../src/core/powermeter.ts";
import type { Schema } from "./port.ts";

export const noArgs = v.strictObject({});
export const finite = v.pipe(v.number(), v.finite());
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const phaseCount = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3));
export const positive = v.pipe(finite, v.minValue(0));
const percent = v.pipe(positive, v.maxValue(100));
export const rfc3339 = v.pipe(v.string(), v.isoTimestamp());

export const stopTransactionRequest = v.strictObject({
  reason: v.picklist(stopTransactionReasons) satisfies Schema<StopTransactionReason>,
  id_tag: v.exactOptional(v.lazy(() => providedIdToken)),
});

export const idToken = v.strictObject({
  value: v.pipe(v.string(), v.maxLength(36), v.regex(/^[\x20-\x7e]*$/, "printable ASCII only")),
  type: v.picklist(idTokenTypes),
  additional_info: v.exactOptional(v.array(v.strictObject({ value: v.string(), type: v.string() }))),
}) satisfies Schema<IdToken>;

export const providedIdToken: Schema<ProvidedIdToken> = v.strictObject({
  id_token: idToken,
  authorization_type: v.picklist(authorizationTypes),
  request_id: v.exactOptional(v.pipe(v.number(), v.integer())),
  parent_id_token: v.exactOptional(idToken),
  connectors: v.exactOptional(v.array(v.pipe(v.number(), v.integer(), v.minValue(1)))),
  prevalidated: v.exactOptional(v.boolean()),
  certificate: v.exactOptional(v.pipe(v.string(), v.maxLength(5500))),
});

export const validationResult: Schema<ValidationResult> = v.strictObject({
  authorization_status: v.picklist(authorizationStatuses),
  tariff_messages: v.array(
    v.strictObject({
      content: v.string(),
      format: v.exactOptional(v.string()),
      language: v.exactOptional(v.string()),
    }),
  ),
  certificate_status: v.exactOptional(v.string()),
  expiry_time: v.exactOptional(rfc3339),
  parent_id_token: v.exactOptional(idToken),
  evse_ids: v.exactOptional(v.array(v.pipe(v.number(), v.integer(), v.minValue(1)))),
  reservation_id: v.exactOptional(v.pipe(v.number(), v.integer())),
  allowed_energy_transfer_modes: v.exactOptional(v.array(v.string())),
});

/** A producer that does not say who it is goes by no name. */
const sourced = (value: Schema<number>): Schema<Sourced<number>> =>
  v.strictObject({ value, source: v.optional(v.string(), "") });

export const limitsReq: Schema<LimitsReq> = v.strictObject({
  total_power_W: v.exactOptional(sourced(positive)),
  ac_max_current_A: v.exactOptional(sourced(positive)),
  ac_min_current_A: v.exactOptional(sourced(positive)),
  ac_max_phase_count: v.exactOptional(sourced(count)),
  ac_min_phase_count: v.exactOptional(sourced(count)),
  ac_supports_changing_phases_during_charging: v.exactOptional(v.boolean()),
  ac_number_of_active_phases: v.exactOptional(count),
});

export const limitsRes: Schema<LimitsRes> = v.strictObject({
  total_power_W: v.exactOptional(sourced(finite)),
  ac_max_current_A: v.exactOptional(sourced(finite)),
  ac_max_phase_count: v.exactOptional(sourced(count)),
});

const scheduleReqEntry: Schema<ScheduleReqEntry> = v.strictObject({
  timestamp: rfc3339,
  limits_to_root: limitsReq,
  limits_to_leaves: limitsReq,
  conversion_efficiency: v.exactOptional(v.pipe(finite, v.minValue(0), v.maxValue(1))),
  price_per_kwh: v.exactOptional(finite),
});

const scheduleResEntry: Schema<ScheduleResEntry> = v.strictObject({
  timestamp: rfc3339,
  limits_to_root: limitsRes,
  price_per_kwh: v.exactOptional(finite),
});

const frequencyTable = v.pipe(
  v.array(v.strictObject({ frequency_Hz: positive, total_power_W: finite })),
  v.check(
    (rows) =>
      rows.every(({ frequency_Hz }, index) => index === 0 || frequency_Hz > (rows[index - 1]?.frequency_Hz ?? 0)),
    "frequencies must ascend",
  ),
);

const scheduleSetpointEntry: Schema<ScheduleSetpointEntry> = v.strictObject({
  timestamp: rfc3339,
  setpoint: v.exactOptional(
    v.pipe(
      v.strictObject({
        source: v.string(),
        priority: v.pipe(count, v.maxValue(1000)),
        ac_current_A: v.exactOptional(finite),
        total_power_W: v.exactOptional(finite),
        frequency_table: v.exactOptional(frequencyTable),
      }),
      v.check(
        ({ ac_current_A, total_power_W, frequency_table }) =>
          [ac_current_A, total_power_W, frequency_table].filter((target) => target !== undefined).length === 1,
        "exactly one of ac_current_A, total_power_W and frequency_table is expected",
      ),
    ),
  ),
});

export const externalLimits: Schema<ExternalLimits> = v.strictObject({
  schedule_import: v.array(scheduleReqEntry),
  schedule_export: v.array(scheduleReqEntry),
  schedule_setpoints: v.array(scheduleSetpointEntry),
});

export const energyFlowRequest: Schema<EnergyFlowRequest> = v.strictObject({
  uuid: v.string(),
  node_type: v.picklist(["Undefined", "Evse", "Generic"]),
  children: v.array(v.lazy(() => energyFlowRequest)),
  schedule_import: v.array(scheduleReqEntry),
  schedule_export: v.array(scheduleReqEntry),
  schedule_setpoints: v.array(scheduleSetpointEntry),
  priority_request: v.exactOptional(v.boolean()),
  evse_state: v.exactOptional(
    v.picklist([
      "Unplugged",
      "WaitForAuth",
      "WaitForEnergy",
      "PrepareCharging",
      "PausedEV",
      "PausedEVSE",
      "Charging",
      "Finished",
      "Disabled",
    ]),
  ),
  optimizer_target: v.exactOptional(
    v.strictObject({
      energy_amount_needed: v.exactOptional(positive),
      charge_to_max_percent: v.exactOptional(percent),
      car_battery_soc: v.exactOptional(percent),
      leave_time: v.exactOptional(rfc3339),
      price_limit: v.exactOptional(finite),
      full_autonomy: v.exactOptional(v.boolean()),
    }),
  ),
  held_current_A: v.exactOptional(positive),
  energy_usage_root: v.exactOptional(v.lazy(() => powermeterValue)),
  energy_usage_leaves: v.exactOptional(v.lazy(() => powermeterValue)),
});

export const enforcedLimits: Schema<EnforcedLimits> = v.strictObject({
  uuid: v.string(),
  valid_for: positive,
  limits_root_side: limitsRes,
  schedule: v.array(scheduleResEntry),
  limited_by: v.exactOptional(v.string()),
});

export const signedMeterValue: Schema<SignedMeterValue> = v.strictObject({
  signed_meter_data: v.string(),
  signing_method: v.string(),
  encoding_method: v.string(),
  public_key: v.exactOptional(v.string()),
  timestamp: v.exactOptional(v.string()),
});

const signed = v.exactOptional(signedMeterValue);
const signedPhases = { L1: signed, L2: signed, L3: signed };
const signedTotals = v.exactOptional(v.strictObject({ total: signed, ...signedPhases }));

const totals = v.strictObject({
  total: finite,
  L1: v.exactOptional(finite),
  L2: v.exactOptional(finite),
  L3: v.exactOptional(finite),
});

const phases = {
  DC: v.exactOptional(finite),
  L1: v.exactOptional(finite),
  L2: v.exactOptional(finite),
  L3: v.exactOptional(finite),
};

export const powermeterValue: Schema<Powermeter> = v.strictObject({
  timestamp: rfc3339,
  energy_Wh_import: totals,
  meter_id: v.exactOptional(v.string()),
  phase_seq_error: v.exactOptional(v.boolean()),
  energy_Wh_export: v.exactOptional(totals),
  power_W: v.exactOptional(totals),
  voltage_V: v.exactOptional(v.strictObject(phases)),
  VAR: v.exactOptional(totals),
  current_A: v.exactOptional(v.strictObject({ ...phases, N: v.exactOptional(finite) })),
  frequency_Hz: v.exactOptional(
    v.strictObject({ L1: finite, L2: v.exactOptional(finite), L3: v.exactOptional(finite) }),
  ),
  temperatures: v.exactOptional(
    v.array(
      v.strictObject({
        temperature: finite,
        identification: v.exactOptional(v.string()),
        location: v.exactOptional(v.string()),
      }),
    ),
  ),
  signed_meter_value: signed,
  energy_Wh_import_signed: signedTotals,
  energy_Wh_export_signed: signedTotals,
  power_W_signed: signedTotals,
  voltage_V_signed: v.exactOptional(v.strictObject({ DC: signed, ...signedPhases })),
  VAR_signed: signedTotals,
  current_A_signed: v.exactOptional(v.strictObject({ DC: signed, ...signedPhases, N: signed })),
  frequency_Hz_signed: v.exactOptional(v.strictObject(signedPhases)),
});
