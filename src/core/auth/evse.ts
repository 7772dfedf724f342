/** What authorisation keeps for each EVSE. Source: auth facts, section 2. */
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
  /** Connector n stands at index n - 1. */
  readonly connectors: readonly ConnectorState[];
  /** When an authorisation that has not led to a transaction ends; null while none is pending. */
  readonly authorizedUntilMs: number | null;
}

export function newEvse(id: number, connectors = 1): Evse {
  return {
    id,
    identifier: null,
    transactionActive: false,
    pluggedIn: false,
    connectors: new Array<ConnectorState>(connectors).fill("AVAILABLE"),
    authorizedUntilMs: null,
  };
}

/** A token may be assigned to it. */
export function isAvailable(evse: Evse): boolean {
  return (
    evse.identifier === null &&
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
