/**
 * Who pays: what the vehicle asks, what it says of itself, and what it is answered. Source: auth facts, section 7.1;
 * EvseManager facts, section 2.7.
 */
import type { AuthorizationStatus, ProvidedIdToken } from "../auth/tokens.ts";
import type { StationCommand } from "./station-command.ts";
import type { CertificateStatus } from "./values.ts";
import { isCertificateStatus } from "./values.ts";

export interface IdentificationOptions {
  readonly connectorId: number;
  /** Whose address identifies a vehicle: the one of its stack, the one of its modem, or none. */
  readonly autocharge: "off" | "stack" | "modem";
  /** `dbg_hlc_auth_after_tstep`: a card is answered only once the pilot is past its X1 or F. */
  readonly answersAfterStep: boolean;
}

export interface Identification {
  /** What the vehicle waits to hear about: somebody else's word, its contract, or nothing. */
  readonly waits: "nothing" | "external" | "contract";
  /** EVCCID, as the vehicle has told it. */
  readonly stackAddress: string | null;
  /** What was found out about the contract in hand. */
  readonly certificate: CertificateStatus;
}

export const nobodyAsks: Identification = { waits: "nothing", stackAddress: null, certificate: "Accepted" };

export type IdentificationEffect =
  | { readonly kind: "providedToken"; readonly token: ProvidedIdToken }
  | { readonly kind: "hlcCommand"; readonly command: StationCommand };

/** Whether the EVSE may be used, and what by. */
export interface Granted {
  readonly authorized: boolean;
  readonly byContract: boolean;
  /** The pilot shows X1 or F, or nothing has been decided yet: what a vehicle is told may have to wait for its end. */
  readonly beforeStepEnds: boolean;
}

interface Outcome {
  readonly state: Identification;
  readonly effects: readonly IdentificationEffect[];
}

const respond = (
  authorization_status: AuthorizationStatus,
  certificate_status: CertificateStatus,
): IdentificationEffect => ({
  kind: "hlcCommand",
  command: { name: "authorization_response", args: { authorization_status, certificate_status } },
});

/** The address of a vehicle as a token: `VID:` and twelve hexadecimal digits (Autocharge, Open Fast Charging Alliance). */
export const autochargeToken = (address: string, connectorId: number): ProvidedIdToken => ({
  id_token: { value: `VID:${address.replaceAll(":", "").toUpperCase()}`, type: "MacAddress" },
  authorization_type: "Autocharge",
  connectors: [connectorId],
});

export function externalRequired(
  state: Identification,
  { authorized }: Granted,
  { autocharge, connectorId }: IdentificationOptions,
): Outcome {
  const { stackAddress } = state;
  const identifies = autocharge === "stack" && stackAddress !== null && !authorized;
  return {
    state: { ...state, waits: "external" },
    effects: identifies ? [{ kind: "providedToken", token: autochargeToken(stackAddress, connectorId) }] : [],
  };
}

/** A contract is always looked at: whoever was authorised before may have been somebody else. */
export function contractRequired(
  state: Identification,
  token: ProvidedIdToken,
  { authorized, byContract }: Granted,
  { connectorId }: IdentificationOptions,
): Outcome {
  const waiting: Identification = { ...state, waits: "contract" };
  if (authorized && byContract) return { state: waiting, effects: [] };
  return { state: waiting, effects: [{ kind: "providedToken", token: { ...token, connectors: [connectorId] } }] };
}

/** The address of its modem is known before the vehicle says a word. */
export function modemFound(
  state: Identification,
  address: string,
  { authorized }: Granted,
  { autocharge, connectorId }: IdentificationOptions,
): Outcome {
  if (autocharge !== "modem" || authorized) return { state, effects: [] };
  return { state, effects: [{ kind: "providedToken", token: autochargeToken(address, connectorId) }] };
}

/** While a contract is being looked at nobody else's card counts: the vehicle would never hear of it. */
export const counts = ({ waits }: Identification, token: ProvidedIdToken): boolean =>
  waits !== "contract" || token.authorization_type === "PlugAndCharge";

export const accepted = (state: Identification, certificateStatus: string | undefined): Identification => ({
  ...state,
  certificate: isCertificateStatus(certificateStatus) ? certificateStatus : "Accepted",
});

/** A card that was refused may be followed by another one; a contract that was refused is all there is. */
export function rejected(
  state: Identification,
  token: ProvidedIdToken,
  status: AuthorizationStatus,
  certificateStatus: string | undefined,
): Outcome {
  if (state.waits !== "contract" || token.authorization_type !== "PlugAndCharge") return { state, effects: [] };
  const certificate = isCertificateStatus(certificateStatus) ? certificateStatus : "NoCertificateAvailable";
  return { state: { ...state, waits: "nothing" }, effects: [respond(status, certificate)] };
}

/** Nobody has come; the vehicle need not wait any longer. */
export function timedOut(state: Identification): Outcome {
  if (state.waits === "nothing") return { state, effects: [] };
  return { state: { ...state, waits: "nothing" }, effects: [respond("Unknown", "NoCertificateAvailable")] };
}

/** The vehicle hears of a grant as soon as there is one. */
export function answered(state: Identification, granted: Granted, options: IdentificationOptions): Outcome {
  if (state.waits === "nothing" || !granted.authorized) return { state, effects: [] };
  if (state.waits === "contract") {
    if (!granted.byContract) return { state, effects: [] };
    return { state: { ...state, waits: "nothing" }, effects: [respond("Accepted", state.certificate)] };
  }
  if (options.answersAfterStep && granted.beforeStepEnds) return { state, effects: [] };
  return { state: { ...state, waits: "nothing" }, effects: [respond("Accepted", "NoCertificateAvailable")] };
}
