import t from "tap";
import { kvs } from "../../../hal/kvs.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import type { Reply } from "../../../hal/port.ts";
import { manifest as auth } from "../../../src/modules/auth/manifest.ts";
import { create as createAuth } from "../../../src/modules/auth/module.ts";
import { manifest as manual } from "../../../src/modules/dummy-token-provider-manual/manifest.ts";
import { create as createManual } from "../../../src/modules/dummy-token-provider-manual/module.ts";
import { manifest as validator } from "../../../src/modules/dummy-token-validator/manifest.ts";
import { create as createValidator } from "../../../src/modules/dummy-token-validator/module.ts";
import { WiredStation } from "./wired-station.ts";

const storeManifest = defineManifest({
  type: "StandInStore",
  description: "",
  config: {},
  provides: { main: { port: kvs, description: "" } },
  requires: {},
});

/** A store that remembers what it was told and answers `load` with `content`, or not at all. */
class Shelf {
  readonly calls: unknown[] = [];
  readonly content: unknown;
  readonly silent: boolean;

  constructor(content: unknown, silent = false) {
    this.content = content;
    this.silent = silent;
  }

  readonly create: ModuleFactory<typeof storeManifest> = (context) => {
    context.provide("main", {
      store: ({ key, value }) => {
        this.calls.push({ key, value });
      },
      load: ({ key }, reply: Reply<unknown>) => {
        this.calls.push(key);
        if (!this.silent) reply(this.content);
      },
      delete: () => {},
      exists: () => {},
    });
    return {};
  };
}

function wired(shelf?: Shelf, config: object = {}): WiredStation {
  const bench = new WiredStation().addEvse("connector_1").addEvse("connector_2");
  if (shelf !== undefined) bench.add("shelf", storeManifest, shelf.create);
  return bench
    .add("manual", manual, createManual)
    .add("validator", validator, createValidator)
    .add("auth", auth, createAuth, {
      config: { connection_timeout: 30, ...config },
      connections: {
        token_provider: ["manual/main"],
        token_validator: ["validator/main"],
        evse_manager: ["connector_1/evse", "connector_2/evse"],
        ...(shelf !== undefined && { kvs: ["shelf/main"] }),
      },
    })
    .start();
}

const request = (id: number, more: object = {}): object => ({
  reservation_id: id,
  id_token: `R${id}`,
  expiry_time: "2026-01-01T00:01:00Z",
  ...more,
});
const reserve = (bench: WiredStation, id: number, more: object = {}): unknown[] =>
  bench.command("auth/reservation", "reserve_now", { request: request(id, more) });

t.test("updates are published, and told as lines with the EVSE", async (t) => {
  const bench = wired();
  const heard: unknown[] = [];
  bench.station.subscribe("auth", "reservation", "reservation_update", (update) => heard.push(update));
  t.same(reserve(bench, 7), ["Accepted"]);
  bench.until(61);
  t.same(heard, [
    { reservation_id: 7, reservation_status: "Placed" },
    { reservation_id: 7, reservation_status: "Expired" },
  ]);
  t.match(bench.lines, [
    { tMs: 0, module: "auth", kind: "reservation", fields: { reservation_id: 7, reservation_status: "Placed" } },
    { tMs: 60_000, module: "auth", kind: "reservation", fields: { reservation_id: 7, reservation_status: "Expired" } },
  ]);
  t.same(bench.told, [], "no EVSE is needed for one of any of two");
});

t.test("the EVSE is asked; one that does not answer is given up", async (t) => {
  const bench = wired();
  const answers = reserve(bench, 7, { evse_id: 2 });
  t.same(bench.told, [{ t: 0, module: "connector_2", name: "reserve", args: { reservation_id: 7 } }]);
  bench.until(4.9);
  t.same(answers, []);
  bench.until(5);
  t.same(answers, ["Rejected"]);
  t.match(bench.told.at(-1), { t: 5, module: "connector_2", name: "cancel_reservation", args: {} });
});

t.test("each question has its own answer", async (t) => {
  const bench = wired();
  reserve(bench, 7);
  const check = { request: { id_token: "r7" } };
  t.same(bench.command("auth/reservation", "exists_reservation", check), ["ReservedForToken"]);
  t.same(bench.command("auth/reservation", "cancel_reservation", { reservation_id: 7 }), [true]);
  t.same(bench.command("auth/reservation", "cancel_reservation", { reservation_id: 7 }), [false]);
  t.same(bench.command("auth/reservation", "exists_reservation", check), ["NotReserved"]);
});

t.test("the number goes to the EVSE with the authorisation", async (t) => {
  const bench = wired();
  reserve(bench, 7);
  const token = { id_token: { value: "R7", type: "ISO14443" }, authorization_type: "RFID" };
  bench.at(1, () => bench.publish("manual/main", "provided_token", token)).until(2);
  t.match(bench.told, [
    { t: 1.5, module: "connector_1", name: "authorize_response", args: { validation_result: { reservation_id: 7 } } },
  ]);
});

t.test("the store holds what is reserved, under the name of the module", async (t) => {
  const shelf = new Shelf(null);
  const bench = wired(shelf);
  bench.until(0);
  reserve(bench, 7);
  bench.command("auth/reservation", "cancel_reservation", { reservation_id: 7 });
  t.same(shelf.calls, [
    "reservation_auth",
    { key: "reservation_auth", value: [{ reservation: request(7) }] },
    { key: "reservation_auth", value: [] },
  ]);
});

t.test("what the store gives back is read item by item", async (t) => {
  const cases: { title: string; content: unknown; held: boolean; warnings: string[] }[] = [
    { title: "never stored", content: null, held: false, warnings: [] },
    { title: "nothing", content: [], held: false, warnings: [] },
    { title: "one", content: [{ reservation: request(7) }], held: true, warnings: [] },
    { title: "text", content: "[]", held: false, warnings: ["auth.reservations_unreadable"] },
    {
      title: "one of three is sound",
      content: [4, { reservation: request(7) }, { reservation: { ...request(8), expiry_time: "soon" } }],
      held: true,
      warnings: ["auth.reservation_unreadable", "auth.reservation_unreadable"],
    },
  ];
  for (const { title, content, held, warnings } of cases) {
    const bench = wired(new Shelf(content)).until(1);
    t.same(bench.warnings, warnings, title);
    const query = { request: { id_token: "R7" } };
    const expected = held ? "ReservedForToken" : "NotReserved";
    t.same(bench.command("auth/reservation", "exists_reservation", query), [expected], title);
  }
});

t.test("an EVSE is asked for a reservation of the last run once it is ready", async (t) => {
  const bench = wired(new Shelf([{ evse_id: 2, reservation: request(7) }])).until(1);
  t.same(bench.told, []);
  bench.at(2, () => bench.publish("connector_2/evse", "ready", true));
  t.match(bench.told, [{ t: 2, module: "connector_2", name: "reserve", args: { reservation_id: 7 } }]);
});

t.test("a store that does not answer holds nobody up for long", async (t) => {
  const bench = wired(new Shelf(null, true));
  const answers = reserve(bench, 7);
  bench.until(4.9);
  t.same(answers, []);
  bench.until(5);
  t.same(answers, ["Accepted"]);
  t.same(bench.warnings, ["auth.reservations_not_loaded"]);
});

t.test("what an operator should know is in the log", async (t) => {
  const bench = wired(undefined, { selection_algorithm: "UserInput" });
  const token = { id_token: { value: "A1", type: "ISO14443" }, authorization_type: "RFID" };
  bench.at(1, () => bench.publish("manual/main", "provided_token", token)).until(2);
  bench.at(3, () =>
    bench.publish("validator/main", "validate_result_update", {
      connector_id: 2,
      validation_result: { authorization_status: "Blocked", tariff_messages: [] },
    }),
  );
  bench.command("auth/main", "set_connection_timeout", { connection_timeout: 9 });
  t.same(bench.warnings, [
    "auth.user_input_needed",
    "auth.no_authorization_to_update",
    "auth.connection_timeout_out_of_bounds",
  ]);
});
