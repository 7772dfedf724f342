/** Quantities as people read them: few digits, always with their unit. */

/** What stands where nothing is known yet. */
export const unknown = "–";

export const amperes = (valueA: number): string => `${valueA.toFixed(1)} A`;

export const volts = (valueV: number): string => `${valueV.toFixed(0)} V`;

export const percent = (value: number): string => `${value.toFixed(1)} %`;

export const kilowatts = (powerW: number): string => `${(powerW / 1000).toFixed(2)} kW`;

/** Whole watt-hours: a meter that counts them tells no more. */
export const kilowattHours = (energyWh: number): string => `${(energyWh / 1000).toFixed(3)} kWh`;

/** Volts of a pilot that switches, or of one that stands still. */
export function pilotVolts(
  { highV, lowV }: { readonly highV: number; readonly lowV: number },
  switches: boolean,
): string {
  return switches ? `${signed(highV)} / ${signed(lowV)} V` : `${signed(highV)} V`;
}

/** `mm:ss`, with hours and days where there are any. */
export function duration(valueMs: number): string {
  const seconds = Math.max(0, Math.floor(valueMs / 1000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutesAndSeconds = `${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
  if (days > 0) return `${days} d ${twoDigits(hours)}:${minutesAndSeconds}`;
  return hours > 0 ? `${hours}:${minutesAndSeconds}` : minutesAndSeconds;
}

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const twoDigits = (value: number): string => String(value).padStart(2, "0");

const signed = (valueV: number): string => `${valueV > 0 ? "+" : ""}${valueV.toFixed(2)}`;
