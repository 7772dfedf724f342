import t from "tap";
import { card, present, runStation, script } from "./station-run.ts";

t.test("a card first, then the vehicle", async (t) => {
  const run = await runStation({ station: "manual-token", scenario: "card-first" });
  t.same(run.events(), [
    "Enabled",
    "SessionStarted",
    "Authorized",
    "AuthRequired",
    "TransactionStarted",
    "PrepareCharging",
    "ChargingStarted",
    "StoppingCharging",
    "ChargingFinished",
    "TransactionFinished",
    "SessionFinished",
  ]);
  t.match(run.event("SessionStarted").session_started, { reason: "Authorized", id_tag: card("CARD") });
  t.same(
    run.of("token", {}, "auth").map(({ status }) => status),
    ["Processing", "Accepted", "UsedToStart"],
  );
});

t.test("a card first, and no vehicle comes: the session ends after the connection timeout", async (t) => {
  const run = await runStation({ station: "manual-token", steps: [present(1, "CARD")], until: 20 });
  t.same(run.events(), ["Enabled", "SessionStarted", "Authorized", "Deauthorized", "SessionFinished"]);
  t.equal(run.event("Deauthorized").t, 11.25, "10 s after the validator's answer");
  t.equal(run.one("token", { status: "TimedOut" }, 0, "auth").t, 11.25);
});

t.test("the vehicle of the next visitor waits for a card of its own", async (t) => {
  const run = await runStation({
    station: "manual-token",
    steps: [present(1, "CARD"), script(15, "sleep 0.5;iec_wait_pwr_ready"), script(18, "unplug")],
  });
  t.same(run.events("connector_1", 12), ["SessionStarted", "AuthRequired", "SessionFinished"]);
});
