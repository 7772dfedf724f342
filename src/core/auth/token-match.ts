/** How tokens are compared. Case never counts. Source: auth facts, section 1.2. */
import type { IdToken } from "./tokens.ts";

/** Reservations, parents, the master pass and stopping compare the value only. */
export function sameValue(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}

/** Duplicates and withdrawals compare value and type. */
export function sameToken(a: IdToken, b: IdToken): boolean {
  return a.type === b.type && sameValue(a.value, b.value);
}
