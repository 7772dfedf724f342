/** What authorisation keeps for each EVSE. Source: auth facts, section 2. */
import { anyConnectorType } from "./arrival.ts";
import type { ConnectorEvent, ConnectorState } from "./connector.ts";
import { nextConnectorState } from "./connector.ts";
import { sameValue } from "./token-match.ts";
import type { AuthorizationStatus, IdToken, ProvidedIdToken } from "./tokens.ts";

/** The authorisation an EVSE holds. */
export interface Identifier {
  readonly token: ProvidedIdToken;
  readonly status: AuthorizationStatus;
  /** As the validator told it; what a provider says of its own token does not count. */
  readonly parent: IdToken | undefined;
}

export interface Evse {
  /** From 1, the order of the connections. */
  readonly id: number;
  readonly identifier: Identifier | null;
  readonly transactionActive: boolean;
  readonly pluggedIn: boolean;
  /** Its car was not authorised in time and has to be plugged in again. */
  readonly plugInTimedOut: boolean;
  /** It has told that it is ready to be used. */
  readonly ready: boolean;
  /** Connector n stands at index n - 1. */
  readonly connectors: readonly ConnectorState[];
  /** Of each connector. */
  readonly connectorTypes: readonly string[];
  /** When an authorisation that has not led to a transaction ends; null while none is pending. */
  readonly authorizedUntilMs: number | null;
  /** When the plug-in no longer counts; null while nothing runs. */
  readonly plugInUntilMs: number | null;
}

export function newEvse(id: number, connectors = 1): Evse {
  return {
    id,
    identifier: null,
    transactionActive: false,
    pluggedIn: false,
    plugInTimedOut: false,
    ready: false,
    connectors: new Array<ConnectorState>(connectors).fill("AVAILABLE"),
    connectorTypes: new Array<string>(connectors).fill(anyConnectorType),
    authorizedUntilMs: null,
    plugInUntilMs: null,
  };
}

/** The connectors it says it has; what was known of one stays. */
export function withConnectors(evse: Evse, reported: readonly { readonly id: number; readonly type?: string }[]): Evse {
  if (reported.length === 0) return evse;
  const ordered = reported.toSorted((a, b) => a.id - b.id);
  return {
    ...evse,
    connectors: ordered.map((_, index) => evse.connectors[index] ?? "AVAILABLE"),
    connectorTypes: ordered.map(({ type }) => type ?? anyConnectorType),
  };
}

/** A token may be assigned to it. */
export function isAvailable(evse: Evse): boolean {
  return (
    evse.identifier === null &&
    !evse.plugInTimedOut &&
    !evse.connectors.some((connector) => connector === "OCCUPIED" || connector === "FAULTED_OCCUPIED") &&
    evse.connectors.includes("AVAILABLE")
  );
}

/** Taken out of service as a whole: tokens do not even refer to it. */
export function isUnavailable(evse: Evse): boolean {
  return evse.connectors.every((connector) => connector === "UNAVAILABLE" || connector === "UNAVAILABLE_FAULTED");
}

/** An event about a connector the EVSE does not have changes nothing. */
export function withConnectorEvent(evse: Evse, connectorId: number, event: ConnectorEvent): Evse {
  const before = evse.connectors[connectorId - 1];
  if (before === undefined) return evse;
  const after = nextConnectorState(before, event);
  return after === before ? evse : { ...evse, connectors: evse.connectors.with(connectorId - 1, after) };
}

export function withoutIdentifier(evse: Evse): Evse {
  return { ...evse, identifier: null, authorizedUntilMs: null };
}

/** The value is that of the identifier's token or of its parent. */
export function isHeldBy(evse: Evse, value: string): boolean {
  const { identifier } = evse;
  if (identifier === null) return false;
  return (
    sameValue(identifier.token.id_token.value, value) ||
    (identifier.parent !== undefined && sameValue(identifier.parent.value, value))
  );
}
