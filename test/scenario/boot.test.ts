import t from "tap";
import { runStation } from "./station-run.ts";

t.test(
  "a station that starts is enabled, ready, at X1 with everything open, and offers what the board can",
  async (t) => {
    const run = await runStation({ until: 5 });
    t.same(run.events(), ["Enabled"]);
    t.match(run.event("Enabled"), {
      t: 0,
      uuid: "",
      timestamp: "2026-01-01T00:00:00.000Z",
      source: { enable_source: "Unspecified", enable_state: "Unassigned", enable_priority: 10_000 },
    });
    t.same(
      run.of("state").map(({ from, to }) => [from, to]),
      [[null, "Idle"]],
    );
    t.same(run.pwm(), ["X1"]);
    t.same(run.contactor(), []);
    t.same(run.of("lock_command"), []);
    t.match(run.one("ready"), { ready: true });
    t.ok(run.place(run.event("Enabled")) < run.place(run.one("ready")));
    t.match(run.one("limits", {}, -1), { max_current: 32, nr_of_phases_available: 3 });
    t.same(run.lines.at(-1), { t: 5, module: "evsed", kind: "end", reason: "until", exit: 0 });
  },
);

t.test("with no script at all a run takes a minute", async (t) => {
  const run = await runStation({});
  t.same(run.lines.at(-1), { t: 60, module: "evsed", kind: "end", reason: "until", exit: 0 });
});

t.test("a station that waits for the world above starts when it is told to", async (t) => {
  const run = await runStation({
    set: ["connector_1.external_ready_to_start_charging=true"],
    until: 5,
    steps: [
      {
        at_s: 3,
        command: { module: "connector_1", implementation: "evse", name: "external_ready_to_start_charging", args: {} },
      },
    ],
  });
  t.equal(run.event("Enabled").t, 3);
  t.equal(run.one("ready").t, 3);
  t.match(run.one("command_result"), { result: true });
});
