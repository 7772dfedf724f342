import t from "tap";
import { manifest as auth } from "../../../src/modules/auth/manifest.ts";
import { create as createAuth } from "../../../src/modules/auth/module.ts";
import { manifest as provider } from "../../../src/modules/dummy-token-provider/manifest.ts";
import { create as createProvider } from "../../../src/modules/dummy-token-provider/module.ts";
import { manifest as manual } from "../../../src/modules/dummy-token-provider-manual/manifest.ts";
import { create as createManual } from "../../../src/modules/dummy-token-provider-manual/module.ts";
import { manifest as validator } from "../../../src/modules/dummy-token-validator/manifest.ts";
import { create as createValidator } from "../../../src/modules/dummy-token-validator/module.ts";
import { WiredStation } from "./wired-station.ts";

function wired(config: object = {}, dummies: { provider?: object; validator?: object } = {}): WiredStation {
  return new WiredStation()
    .addEvse("connector_1")
    .addEvse("connector_2")
    .add("provider", provider, createProvider, {
      implementations: { main: { ...dummies.provider } },
      connections: { evse: ["connector_2/evse"] },
    })
    .add("manual", manual, createManual)
    .add("validator", validator, createValidator, { implementations: { main: { ...dummies.validator } } })
    .add("auth", auth, createAuth, {
      config: { connection_timeout: 30, ...config },
      connections: {
        token_provider: ["provider/main", "manual/main"],
        token_validator: ["validator/main"],
        evse_manager: ["connector_1/evse", "connector_2/evse"],
      },
    })
    .start();
}

const plugIn = { uuid: "u", timestamp: "", event: "SessionStarted", session_started: { reason: "EVConnected" } };
const token = { id_token: { value: "A1", type: "ISO14443" }, authorization_type: "RFID" };

function statuses(bench: WiredStation): string[] {
  return bench.lines.map(
    ({ tMs, module, kind, fields }) => `${tMs} ${module} ${kind} ${(fields as { status: string }).status}`,
  );
}

t.test("plug in, be validated, charge", async (t) => {
  const bench = wired();
  bench.at(10, () => bench.publish("connector_2/evse", "session_event", plugIn)).until(20);
  t.same(statuses(bench), ["10000 auth token Processing", "10500 auth token Accepted", "10500 auth token UsedToStart"]);
  const deadbeef = { value: "DEADBEEF", type: "ISO14443" };
  t.same(bench.told, [
    {
      t: 10.5,
      module: "connector_2",
      name: "authorize_response",
      args: {
        provided_token: { id_token: deadbeef, authorization_type: "RFID", parent_id_token: deadbeef },
        validation_result: { authorization_status: "Accepted", tariff_messages: [] },
      },
    },
  ]);
  bench.until(41);
  t.match(bench.told.at(-1), { t: 40.5, module: "connector_2", name: "withdraw_authorization", args: {} });
  t.equal(statuses(bench).at(-1), "40500 auth token TimedOut");
});

t.test("configuration of the dummies", async (t) => {
  const bench = wired(
    {},
    { provider: { token: "X", type: "OCPP", connector_id: 1 }, validator: { validation_result: "Blocked", sleep: 2 } },
  );
  bench.at(0, () => bench.publish("connector_2/evse", "session_event", plugIn)).until(3);
  t.match(bench.told, [
    {
      t: 2,
      module: "connector_1",
      name: "authorize_response",
      args: {
        provided_token: { id_token: { value: "X" }, authorization_type: "OCPP", connectors: [1] },
        validation_result: { authorization_status: "Blocked" },
      },
    },
  ]);
  t.equal(statuses(bench).at(-1), "2000 auth token Rejected");
});

t.test("a token presented again stops; a command withdraws", async (t) => {
  const bench = wired();
  bench.at(1, () => bench.publish("manual/main", "provided_token", token));
  bench.at(2, () => bench.publish("connector_1/evse", "session_event", { ...plugIn, event: "TransactionStarted" }));
  bench.at(3, () => bench.publish("manual/main", "provided_token", token));
  t.match(bench.told.at(-1), {
    t: 3,
    module: "connector_1",
    name: "stop_transaction",
    args: { request: { reason: "Local", id_tag: token } },
  });
  t.same(bench.command("auth/main", "withdraw_authorization", { request: { evse_id: 1 } }), ["Accepted"]);
  t.same(bench.told.at(-1)?.args, { request: { reason: "DeAuthorized" } });
  t.same(bench.command("auth/main", "withdraw_authorization", { request: { evse_id: 3 } }), ["EvseNotFound"]);
});

t.test("commands and faults reach the machine", async (t) => {
  const bench = wired();
  t.same(bench.command("auth/main", "set_connection_timeout", { connection_timeout: 10 }), [undefined]);
  t.same(bench.command("auth/main", "set_master_pass_group_id", { master_pass_group_id: "" }), [undefined]);
  bench.clock.turn(() =>
    bench.station.raise("connector_1", "evse", { type: "evse_manager/Inoperative", message: "", severity: "High" }),
  );
  bench.lines.length = 0;
  bench.at(1, () => bench.publish("manual/main", "provided_token", token)).until(12);
  t.match(bench.told, [
    { t: 1.5, module: "connector_2", name: "authorize_response" },
    { t: 11.5, module: "connector_2", name: "withdraw_authorization" },
  ]);
  bench.at(13, () =>
    bench.publish("validator/main", "validate_result_update", {
      connector_id: 2,
      validation_result: { authorization_status: "Blocked", tariff_messages: [{ content: "no" }] },
    }),
  );
  t.equal(bench.lines.length, 4, "nothing to update");
});

t.test("a stopped validator answers nobody", async (t) => {
  const bench = wired();
  bench.at(1, () => bench.publish("manual/main", "provided_token", token));
  bench.station.stop(true);
  bench.until(5);
  t.same(bench.told, []);
});
