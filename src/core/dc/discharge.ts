/**
 * Whether a vehicle may be discharged, and who of the two knows of it. Power towards the grid takes the grid's wish, a way
 * that is open, and in the charge loop the vehicle's own demand. Source: DC charging facts, section 6.
 */
import type { DcSessionOptions, DcSessionState } from "./dc-session-state.ts";
import { importRange } from "./supply-control.ts";

/** `service`: by ISO 15118-20. `sae`: by SAE J2847/2. `unspoken`: the vehicle knows nothing of it. */
export type DischargeWay = "service" | "sae" | "unspoken";

type Grounds = Pick<DcSessionState, "capabilities" | "bidirectionalService" | "saeActive">;
type Options = Pick<DcSessionOptions, "dischargesUnspoken">;

/** Null: no vehicle is discharged now. */
export function dischargeWay(s: Grounds, { dischargesUnspoken }: Options): DischargeWay | null {
  const { mostA, mostW } = importRange(s.capabilities);
  if (mostA <= 0 || mostW <= 0) return null;
  // A vehicle that could have chosen to be discharged and did not is not.
  if (s.bidirectionalService !== null) return s.bidirectionalService ? "service" : null;
  if (s.saeActive) return "sae";
  return dischargesUnspoken ? "unspoken" : null;
}
