/** What authorisation knows of a connector. Source: auth facts, section 2. */

export const connectorStates = [
  "AVAILABLE",
  "UNAVAILABLE",
  "FAULTED",
  "OCCUPIED",
  "FAULTED_OCCUPIED",
  "UNAVAILABLE_FAULTED",
] as const;
export type ConnectorState = (typeof connectorStates)[number];

export const connectorEvents = [
  "TRANSACTION_STARTED",
  "SESSION_FINISHED",
  "DISABLE",
  "ENABLE",
  "FAULTED",
  "ERROR_CLEARED",
] as const;
export type ConnectorEvent = (typeof connectorEvents)[number];

type Row = { readonly [E in ConnectorEvent]: ConnectorState | "ignored" };

export const connectorTable: { readonly [S in ConnectorState]: Row } = {
  AVAILABLE: {
    TRANSACTION_STARTED: "OCCUPIED",
    SESSION_FINISHED: "ignored",
    DISABLE: "UNAVAILABLE",
    ENABLE: "ignored",
    FAULTED: "FAULTED",
    ERROR_CLEARED: "ignored",
  },
  UNAVAILABLE: {
    TRANSACTION_STARTED: "ignored",
    SESSION_FINISHED: "ignored",
    DISABLE: "ignored",
    ENABLE: "AVAILABLE",
    FAULTED: "UNAVAILABLE_FAULTED",
    ERROR_CLEARED: "ignored",
  },
  FAULTED: {
    TRANSACTION_STARTED: "ignored",
    SESSION_FINISHED: "ignored",
    DISABLE: "UNAVAILABLE_FAULTED",
    ENABLE: "ignored",
    FAULTED: "ignored",
    ERROR_CLEARED: "AVAILABLE",
  },
  OCCUPIED: {
    TRANSACTION_STARTED: "ignored",
    SESSION_FINISHED: "AVAILABLE",
    DISABLE: "ignored",
    ENABLE: "ignored",
    FAULTED: "FAULTED_OCCUPIED",
    ERROR_CLEARED: "ignored",
  },
  FAULTED_OCCUPIED: {
    TRANSACTION_STARTED: "ignored",
    SESSION_FINISHED: "FAULTED",
    DISABLE: "ignored",
    ENABLE: "ignored",
    FAULTED: "ignored",
    ERROR_CLEARED: "OCCUPIED",
  },
  UNAVAILABLE_FAULTED: {
    TRANSACTION_STARTED: "ignored",
    SESSION_FINISHED: "ignored",
    DISABLE: "ignored",
    ENABLE: "FAULTED",
    FAULTED: "ignored",
    ERROR_CLEARED: "UNAVAILABLE",
  },
};

export function nextConnectorState(state: ConnectorState, event: ConnectorEvent): ConnectorState {
  const next = connectorTable[state][event];
  return next === "ignored" ? state : next;
}
