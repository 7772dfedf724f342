/**
 * `system`: what the machine below the station is asked to do: another firmware, logs, a reset, the time. Commands answer when
 * it is known whether it will be done; how it went on is told by variables. Source: configuration and API facts, section 5.
 */
import * as v from "valibot";
import type { FirmwareStatus, UpdateAnswer, UpdateRequest } from "../src/core/system/firmware-update.ts";
import { firmwareStatuses, updateAnswers } from "../src/core/system/firmware-update.ts";
import type { LogStatus, LogUploadRequest } from "../src/core/system/log-upload.ts";
import { logAnswers, logStatuses } from "../src/core/system/log-upload.ts";
import type { BootReason, ResetKind } from "../src/core/system/reset.ts";
import { bootReasons, resetKinds } from "../src/core/system/reset.ts";
import type { Schema } from "./port.ts";
import { definePort } from "./port.ts";
import { count, noArgs, rfc3339 } from "./values.ts";

const integer = v.pipe(v.number(), v.integer());
const retries = v.exactOptional(v.pipe(integer, v.minValue(1)));

const updateRequest: Schema<UpdateRequest> = v.strictObject({
  location: v.string(),
  request_id: integer,
  retries,
  retry_interval_s: v.exactOptional(count),
  retrieve_timestamp: v.exactOptional(rfc3339),
  install_timestamp: v.exactOptional(rfc3339),
  signing_certificate: v.exactOptional(v.string()),
  signature: v.exactOptional(v.string()),
});

const uploadRequest: Schema<LogUploadRequest> = v.strictObject({
  location: v.string(),
  type: v.exactOptional(v.string()),
  request_id: v.exactOptional(integer),
  retries,
  retry_interval_s: v.exactOptional(count),
  oldest_timestamp: v.exactOptional(rfc3339),
  latest_timestamp: v.exactOptional(rfc3339),
});

const resetKind: Schema<ResetKind> = v.picklist(resetKinds);

export const system = definePort({
  name: "system",
  commands: {
    update_firmware: {
      args: v.strictObject({ firmware_update_request: updateRequest }),
      result: v.picklist(updateAnswers) satisfies Schema<UpdateAnswer>,
    },
    allow_firmware_installation: { args: noArgs },
    upload_logs: {
      args: v.strictObject({ upload_logs_request: uploadRequest }),
      result: v.strictObject({
        upload_logs_status: v.picklist(logAnswers),
        file_name: v.exactOptional(v.string()),
      }),
    },
    is_reset_allowed: { args: v.strictObject({ type: resetKind }), result: v.boolean() },
    reset: { args: v.strictObject({ type: resetKind, scheduled: v.boolean() }) },
    set_system_time: { args: v.strictObject({ timestamp: rfc3339 }), result: v.boolean() },
    get_boot_reason: { args: noArgs, result: v.picklist(bootReasons) satisfies Schema<BootReason> },
  },
  vars: {
    firmware_update_status: v.strictObject({
      firmware_update_status: v.picklist(firmwareStatuses) satisfies Schema<FirmwareStatus>,
      request_id: integer,
    }),
    log_status: v.strictObject({
      log_status: v.picklist(logStatuses) satisfies Schema<LogStatus>,
      request_id: integer,
    }),
  },
  errors: ["system"],
});
