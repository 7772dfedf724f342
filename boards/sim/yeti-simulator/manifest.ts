import * as v from "valibot";
import { acRcd } from "../../../hal/ac-rcd.ts";
import { connectorLock } from "../../../hal/connector-lock.ts";
import { evBoardSupport } from "../../../hal/ev-board-support.ts";
import { evseBoardSupport } from "../../../hal/evse-board-support.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { powermeter } from "../../../hal/powermeter.ts";
import { temperatureSensor } from "../../../hal/temperature-sensor.ts";
import { injectableErrors } from "./injectable-errors.ts";

const on = v.optional(v.boolean(), true);
/** The board has one contactor. */
const relay = v.optional(v.literal(1), 1);

export const manifest = defineManifest({
  type: "YetiSimulator",
  description: "A simulated AC board with its own controller: pilot circuit, contactor, meter, RCD and connector lock",
  config: {
    connector_id: { type: "integer", minimum: 0, description: "Connector of the EVSE this board belongs to" },
    reset_powermeter_on_session_start: {
      type: "boolean",
      default: true,
      description: "Count energy from zero whenever the pilot goes from A to B",
    },
    dummy_meter_value_blob_start: {
      type: "string",
      default: "test start value",
      description: "Signed meter value of the start of a transaction",
    },
    dummy_meter_value_blob_stop: {
      type: "string",
      default: "test stop value",
      description: "Signed meter value of the end of a transaction",
    },
    dummy_meter_value_send_on_transaction_start: {
      type: "boolean",
      default: true,
      description: "Answer the start of a transaction with its signed meter value too",
    },
    min_current_A_import: {
      type: "number",
      default: 6,
      minimum: 0,
      description: "Lowest current the board can offer, ampere per phase",
    },
    max_current_A_import: {
      type: "number",
      default: 32,
      minimum: 0,
      description: "Highest current the board can offer, ampere per phase",
    },
    connector_type: {
      type: "string",
      enum: ["IEC62196Type2Cable", "IEC62196Type2Socket"],
      default: "IEC62196Type2Cable",
      description: "Attached cable or socket; only a socket tells by its proximity pin whether a cable is plugged in",
    },
  },
  provides: {
    board_support: { port: evseBoardSupport, description: "Pilot and contactor, the station's side" },
    ev_board_support: { port: evBoardSupport, description: "The same pilot, the vehicle's side" },
    powermeter: { port: powermeter, description: "Meter behind the contactor" },
    temperature_sensor: { port: temperatureSensor, description: "Board temperature, follows the load" },
    rcd: { port: acRcd, description: "Residual current device, trips above 5 mA" },
    connector_lock: { port: connectorLock, description: "Connector lock, always obeys" },
  },
  requires: {},
  sim: {
    relay_welded: { description: "The contact is closed and stays so", args: v.strictObject({ relay, value: on }) },
    relay_stuck_open: { description: "The contact is open and stays so", args: v.strictObject({ relay, value: on }) },
    relay_slow: {
      description: "The contact takes `value` milliseconds to move; 0 is healthy again",
      args: v.strictObject({ relay, value: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0)), 500) }),
    },
    pp_removed: { description: "The proximity pin is open", args: v.strictObject({ value: on }) },
    cp_voltage: {
      description: "Holds the pilot at `value` volts; null lets go. Above 0 V the low half stays as it is",
      args: v.strictObject({ value: v.nullable(v.pipe(v.number(), v.minValue(-15), v.maxValue(15))) }),
    },
    rcm: { description: "Trips the residual current device, or releases it", args: v.strictObject({ value: on }) },
    error: {
      description: `Raises (or with value false clears) one of ${[...injectableErrors.keys()].join(", ")}`,
      args: v.strictObject({ type: v.picklist([...injectableErrors.keys()]), value: on }),
    },
  },
});
