/**
 * `isolation_monitor`: measures the resistance of the DC side against earth.
 *
 * `start` begins to measure, `stop` ends it; both may come twice. `start_self_test` returns at once; its result comes as
 * `self_test_result` and may take some 20 s. A measurement that the device itself calls invalid is never published: no
 * number is better than a wrong one. A low resistance is no error of the monitor's. Source: DC charging facts, sections
 * 4 and 11.
 */
import * as v from "valibot";
import type { IsolationMeasurement } from "../src/core/dc/isolation.ts";
import type { Schema } from "./port.ts";
import { definePort } from "./port.ts";
import { finite, noArgs, positive } from "./values.ts";

const isolationMeasurement: Schema<IsolationMeasurement> = v.strictObject({
  resistance_F_Ohm: positive,
  voltage_V: v.exactOptional(finite),
  voltage_to_earth_l1e_V: v.exactOptional(finite),
  voltage_to_earth_l2e_V: v.exactOptional(finite),
});

export const isolationMonitor = definePort({
  name: "isolation_monitor",
  commands: {
    start: { args: noArgs },
    stop: { args: noArgs },
    start_self_test: { args: v.strictObject({ test_voltage_V: positive }) },
  },
  vars: { isolation_measurement: isolationMeasurement, self_test_result: v.boolean() },
  errors: ["isolation_monitor"],
});
