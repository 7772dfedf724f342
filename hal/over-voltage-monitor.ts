/**
 * `over_voltage_monitor`: a device of its own that watches the voltage at the connector and switches off by itself.
 *
 * It raises `MREC5OverVoltage` with severity High for an emergency, Medium or Low for an error shutdown; the error stays
 * until `reset_over_voltage_error`, which also stops the monitor. Limits may come at any time and are kept. A device
 * that can tells the voltage about once a second. Source: DC charging facts, sections 7 and 11.
 */
import * as v from "valibot";
import { definePort } from "./port.ts";
import { finite, noArgs, positive } from "./values.ts";

export const overVoltageMonitor = definePort({
  name: "over_voltage_monitor",
  commands: {
    set_limits: {
      args: v.strictObject({ emergency_over_voltage_limit_V: positive, error_over_voltage_limit_V: positive }),
    },
    start: { args: noArgs },
    stop: { args: noArgs },
    reset_over_voltage_error: { args: noArgs },
  },
  vars: { voltage_measurement_V: finite },
  errors: ["over_voltage_monitor"],
});
