/** `charger_information`: who made this station and which software runs it. */
import * as v from "valibot";
import { definePort } from "./port.ts";
import { noArgs } from "./values.ts";

/** In the order in which they are told. */
export const chargerInformationKeys = [
  "vendor",
  "model",
  "chargepoint_serial",
  "chargebox_serial",
  "friendly_name",
  "manufacturer",
  "manufacturer_url",
  "model_url",
  "model_number",
  "model_revision",
  "board_revision",
  "firmware_version",
] as const;

const chargerInformationObject = v.strictObject({
  vendor: v.string(),
  model: v.string(),
  chargepoint_serial: v.exactOptional(v.string()),
  chargebox_serial: v.exactOptional(v.string()),
  friendly_name: v.exactOptional(v.string()),
  manufacturer: v.exactOptional(v.string()),
  manufacturer_url: v.exactOptional(v.string()),
  model_url: v.exactOptional(v.string()),
  model_number: v.exactOptional(v.string()),
  model_revision: v.exactOptional(v.string()),
  board_revision: v.exactOptional(v.string()),
  firmware_version: v.exactOptional(v.string()),
});

export type ChargerInformation = v.InferOutput<typeof chargerInformationObject>;

export const chargerInformation = definePort({
  name: "charger_information",
  commands: { get_charger_information: { args: noArgs, result: chargerInformationObject } },
  vars: {},
  errors: [],
});
