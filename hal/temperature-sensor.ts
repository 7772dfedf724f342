/** `temperature_sensor`: readings in degrees Celsius, each with where it was taken. */
import * as v from "valibot";
import { definePort } from "./port.ts";
import { finite } from "./values.ts";

export const temperatureSensor = definePort({
  name: "temperature_sensor",
  commands: {},
  vars: {
    temperatures: v.array(
      v.strictObject({
        temperature: finite,
        identification: v.exactOptional(v.string()),
        location: v.exactOptional(v.string()),
      }),
    ),
  },
  errors: ["generic"],
});
