import type { Random } from "../../../hal/random.ts";

/** A locally administered address, upper case with colons. */
export function macAddress(random: Random): string {
  const octets = Array.from({ length: 5 }, () => Math.floor(random.next() * 256));
  return [0x02, ...octets].map((octet) => octet.toString(16).padStart(2, "0").toUpperCase()).join(":");
}
