/** Deadlines of the JSON-RPC API. Source: configuration and API facts, section 7. Milliseconds. */
export const timing = {
  /** A client that has not said hello by then is cut off. */
  helloMs: 5000,
  /** A limit is in force by then, or the client is told that it is not; the same for whatever else is asked of an EVSE. */
  applyMs: 5000,
} as const;
