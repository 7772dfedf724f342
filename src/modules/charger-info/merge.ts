import type { ChargerInformation } from "../../../hal/charger-information.ts";
import { chargerInformationKeys } from "../../../hal/charger-information.ts";

type Source = Readonly<Record<string, unknown>>;

/** What stands for a vendor or model that nobody names; the interface wants both. */
const unknown = "unknown";

/** A later source wins. Numbers and booleans of a store are text here; anything else counts as missing. */
export function mergeInformation(sources: readonly Source[], firmwareVersion: string | undefined): ChargerInformation {
  const known: Record<string, string> = {};
  for (const key of chargerInformationKeys) {
    const text = sources.map((source) => textOf(source[key])).findLast((found) => found !== undefined);
    if (text !== undefined) known[key] = text;
  }
  if (firmwareVersion !== undefined) known.firmware_version = firmwareVersion;
  const { vendor = unknown, model = unknown, chargepoint_serial } = known;
  const serial = chargepoint_serial === undefined ? "" : ` ${chargepoint_serial}`;
  return { friendly_name: `${vendor} ${model}${serial}`, ...known, vendor, model };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
