/** The board's meter as it publishes itself. Source: simulation facts, section 3. */
import type { Powermeter } from "../../../src/core/powermeter.ts";
import type { AcReading, PerPhase } from "../ac-meter.ts";
import { sumOf } from "../ac-meter.ts";

/** What the neutral carries while a vehicle charges. */
const neutralA = 0.2;

const wholeWh = ({ L1, L2, L3 }: PerPhase) => ({
  total: Math.round(L1 + L2 + L3),
  L1: Math.round(L1),
  L2: Math.round(L2),
  L3: Math.round(L3),
});

/** Degrees Celsius on the board under this load. */
export const temperatureC = ({ powerW }: AcReading): number => 25 + 0.003 * sumOf(powerW);

/** `timestamp`: RFC 3339. */
export function powermeterValue(reading: AcReading, frequencyHz: number, timestamp: string): Powermeter {
  const { energyWh, powerW, voltageV, currentA } = reading;
  const { L1, L2, L3 } = currentA;
  return {
    timestamp,
    meter_id: "YETI_POWERMETER",
    energy_Wh_import: wholeWh(energyWh),
    power_W: { total: sumOf(powerW), ...powerW },
    voltage_V: voltageV,
    // Member by member: a spread that another member follows leaves garbage among what the engine takes for lasting.
    current_A: { L1, L2, L3, N: L1 > 0 ? neutralA : 0 },
    frequency_Hz: { L1: frequencyHz, L2: frequencyHz, L3: frequencyHz },
    temperatures: [{ temperature: temperatureC(reading), location: "Body" }],
  };
}
