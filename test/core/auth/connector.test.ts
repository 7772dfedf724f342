import t from "tap";
import type { ConnectorEvent, ConnectorState } from "../../../src/core/auth/connector.ts";
import { connectorEvents, connectorStates, nextConnectorState } from "../../../src/core/auth/connector.ts";
import { isAvailable, isUnavailable, newEvse, withConnectorEvent } from "../../../src/core/auth/evse.ts";

// Columns in the order of connectorEvents; "-" stays.
const table: Record<ConnectorState, string> = {
  AVAILABLE: "OCCUPIED - UNAVAILABLE - FAULTED -",
  UNAVAILABLE: "- - - AVAILABLE UNAVAILABLE_FAULTED -",
  FAULTED: "- - UNAVAILABLE_FAULTED - - AVAILABLE",
  OCCUPIED: "- AVAILABLE - - FAULTED_OCCUPIED -",
  FAULTED_OCCUPIED: "- FAULTED - - - OCCUPIED",
  UNAVAILABLE_FAULTED: "- - - FAULTED - UNAVAILABLE",
};

t.test("every connector state meets every event", async (t) => {
  for (const state of connectorStates) {
    const row = table[state].split(" ");
    for (const [column, event] of connectorEvents.entries()) {
      const expected = row[column] === "-" ? state : row[column];
      t.equal(nextConnectorState(state, event), expected, `${state} on ${event}`);
    }
  }
});

t.test("only an available connector makes an EVSE available", async (t) => {
  const available: ConnectorState[] = ["AVAILABLE"];
  const outOfService: ConnectorState[] = ["UNAVAILABLE", "UNAVAILABLE_FAULTED"];
  for (const state of connectorStates) {
    const evse = { ...newEvse(1), connectors: [state] };
    t.equal(isAvailable(evse), available.includes(state), `${state} available`);
    t.equal(isUnavailable(evse), outOfService.includes(state), `${state} out of service`);
  }
  t.ok(isAvailable({ ...newEvse(1), connectors: ["FAULTED", "AVAILABLE"] }), "one of two connectors is enough");
  t.notOk(isAvailable({ ...newEvse(1), connectors: ["OCCUPIED", "AVAILABLE"] }), "a car at the other one is not");
});

t.test("an event of a connector that does not exist changes nothing", async (t) => {
  const evse = newEvse(1);
  const event: ConnectorEvent = "DISABLE";
  t.equal(withConnectorEvent(evse, 2, event), evse);
});
