/**
 * `powermeter`: measured energy is what people pay for. `timestamp` is the time of the measurement, never of its
 * publication; a driver that has no fresh value publishes nothing. Import energy never falls within a transaction.
 *
 * `start_transaction` and `stop_transaction` may take seconds with a signing meter: the answer comes as a reply.
 * `stop_transaction {""}` cancels whatever transaction the meter still has open.
 */
import * as v from "valibot";
import type { MeterTransactionRequest, MeterTransactionResponse } from "../src/core/powermeter.ts";
import type { Schema } from "./port.ts";
import { definePort } from "./port.ts";
import { powermeterValue, signedMeterValue } from "./values.ts";

const transactionRequest: Schema<MeterTransactionRequest> = v.strictObject({
  evse_id: v.string(),
  transaction_id: v.string(),
  identification_status: v.picklist(["ASSIGNED", "NOT_ASSIGNED"]),
  identification_flags: v.array(v.string()),
  identification_type: v.string(),
  identification_data: v.exactOptional(v.string()),
  tariff_text: v.exactOptional(v.string()),
});

const transactionResponse: Schema<MeterTransactionResponse> = v.strictObject({
  status: v.picklist(["OK", "NOT_SUPPORTED", "UNEXPECTED_ERROR"]),
  error: v.exactOptional(v.string()),
  signed_meter_value: v.exactOptional(signedMeterValue),
  start_signed_meter_value: v.exactOptional(signedMeterValue),
});

export const powermeter = definePort({
  name: "powermeter",
  commands: {
    start_transaction: { args: v.strictObject({ value: transactionRequest }), result: transactionResponse },
    stop_transaction: { args: v.strictObject({ transaction_id: v.string() }), result: transactionResponse },
  },
  vars: { powermeter: powermeterValue, public_key_ocmf: v.string() },
  errors: ["powermeter"],
});
