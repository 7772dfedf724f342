/**
 * `connector_lock`: the motor that keeps the plug in the socket. The core never unlocks while the contactor is
 * commanded or fed back closed; the driver moves the motor when told and reports what goes wrong as an error.
 */
import { definePort } from "./port.ts";
import { noArgs } from "./values.ts";

export const connectorLock = definePort({
  name: "connector_lock",
  commands: { lock: { args: noArgs }, unlock: { args: noArgs } },
  vars: {},
  errors: ["connector_lock"],
});
