/** What every simulated station's side of the high-level communication provides. */
import { iso15118Extensions } from "../../../hal/high-level.ts";
import { iso15118Charger } from "../../../hal/iso15118-charger.ts";
import type { ConfigKey } from "../../../hal/manifest.ts";
import { v2gLine } from "./line.ts";

export const chargerProvisions = {
  charger: { port: iso15118Charger, description: "The station's side" },
  extensions: { port: iso15118Extensions, description: "What OCPP would have to know; nothing so far" },
  power_line: { port: v2gLine, description: "Where a simulated vehicle is connected; it is by itself" },
} as const;

/** Keys of the real module that mean nothing where no bytes are sent. */
export const unusedText = <const D extends string>(defaultValue: D, description: string) =>
  ({ type: "string", default: defaultValue, description, notEffectiveYet: true }) as const satisfies ConfigKey;
export const unusedFlag = (defaultValue: boolean, description: string) =>
  ({ type: "boolean", default: defaultValue, description, notEffectiveYet: true }) as const satisfies ConfigKey;
export const unusedNumber = (defaultValue: number, description: string) =>
  ({
    type: "integer",
    default: defaultValue,
    minimum: 0,
    description,
    notEffectiveYet: true,
  }) as const satisfies ConfigKey;

export const tlsSecurity = {
  type: "string",
  enum: ["prohibit", "allow", "force"],
  default: "allow",
  description: "Encrypted communication",
  notEffectiveYet: true,
} as const satisfies ConfigKey;
