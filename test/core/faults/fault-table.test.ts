import { readFileSync } from "node:fs";
import t from "tap";
import type { FaultRow } from "../../spec/fault-table.ts";
import { blockingErrors, faultTable, harmlessErrors } from "../../spec/fault-table.ts";
import type { Bench } from "../session/evse-bench.ts";
import { capabilities, fault, startedBench, token, withCharger } from "../session/evse-bench.ts";

const errorMessages = { Malfunction: "Error_Malfunction", EmergencyShutdown: "Error_EmergencyShutdown" } as const;

const page = readFileSync(new URL("../../../docs/faults.md", import.meta.url), "utf8").split("\n");

function underWay(row: FaultRow): Bench {
  const isHighLevel = row.mode === "high-level";
  const b = startedBench(
    withCharger({ stateFAfterFaultMs: row.stateFAfterFaultMs, hlcEnabled: isHighLevel, use5Percent: true }),
  );
  b.post({ kind: "capabilities", capabilities }, "B").wait(1000);
  if (isHighLevel) b.post({ kind: "slacState", state: "MATCHED" }, { kind: "v2gSetupFinished" });
  b.post({ kind: "authorize", token }).wait(1000).post("C");
  if (isHighLevel) b.post({ kind: "hlcAllowPower", value: true });
  b.wait(5000);
  if (row.vehicle === "B") b.post("B").wait(1000);
  t.equal(b.state.charger.name, row.vehicle === "B" ? "ChargingPausedEV" : "Charging");
  t.equal(b.state.pilot.commandedClosed, row.vehicle === "C");
  b.events();
  b.outputs();
  return b;
}

const pilotOf = (outputs: readonly string[]): string | null =>
  outputs.find((word) => word === "F" || word === "X1" || word.startsWith("pwm")) ?? null;

const severities = { emergency: ["High"], error: ["Medium", "Low"] } as const;

for (const row of faultTable) {
  for (const severity of severities[row.severity]) {
    const { mode, vehicle, stateFAfterFaultMs: ms } = row;
    t.test(`${mode}, vehicle in ${vehicle}, ${severity}, F for ${ms} ms`, async (t) => {
      const b = underWay(row);
      const before = b.effects.length;
      b.post({ kind: "faultRaised", fault: fault("evse_board_support/MREC2GroundFailure", severity) });
      const outputs = b.outputs();
      t.equal(pilotOf(outputs), row.pilotAtOnce);
      t.notOk(outputs.includes("close"));
      t.equal(outputs.includes("open"), true, "the command to open is given in any case");
      const errors = b.effects
        .slice(before)
        .flatMap((effect) => (effect.kind === "hlcCommand" ? [effect.command] : []))
        .flatMap((command) => (command.name === "send_error" ? [command.args.error] : []));
      t.same(errors, row.vehicleIsTold === null ? [] : [errorMessages[row.vehicleIsTold]]);
      const isReported = b.effects.slice(before).some((effect) => effect.kind === "contactorCommand" && !effect.closed);
      t.equal(isReported, row.contactor === "opens at once");
      b.wait(299);
      t.equal(pilotOf(b.outputs()), null);
      b.wait(1);
      t.equal(pilotOf(b.outputs()), row.pilotLater);
      t.strictSame(b.wait(5000).events(), row.events);
      t.notOk(b.outputs().includes("close"));
      b.post({
        kind: "faultRaised",
        fault: fault("evse_board_support/MREC8EmergencyStop", severity === "High" ? "Low" : "High"),
      });
      t.notOk(b.outputs().includes("F"), "worse later is no second pulse");
    });
  }
}

t.test("every combination stands in the table once", async (t) => {
  const keys = faultTable.map((row) => [row.mode, row.vehicle, row.severity, row.stateFAfterFaultMs].join());
  t.equal(new Set(keys).size, 16);
});

t.test("docs/faults.md says the same", async (t) => {
  for (const row of faultTable) {
    const pilot =
      row.pilotAtOnce === null
        ? "stays as it is"
        : `${row.pilotAtOnce} at once${row.pilotLater === null ? "" : `, ${row.pilotLater} after ${row.stateFAfterFaultMs} ms`}`;
    const events = row.events.map((event) =>
      event.endsWith("(Error)") ? "`ChargingPausedEVSE` {Error}" : `\`${event}\``,
    );
    const cells = [
      row.mode,
      row.vehicle === "C" ? "asks for power (C)" : "has paused (B)",
      row.severity,
      String(row.stateFAfterFaultMs),
      pilot,
      row.contactor,
      row.vehicleIsTold === null ? "no" : `\`${row.vehicleIsTold}\``,
      events.join(", "),
    ];
    t.ok(page.includes(`| ${cells.join(" | ")} |`), cells.join());
  }
  const named = (list: readonly string[]): string => list.map((name) => `\`${name}\``).join(", ");
  for (const [namespace, names] of Object.entries(blockingErrors)) {
    t.ok(
      page.includes(`| \`${namespace}\` | ${named(harmlessErrors[namespace] ?? [])} | ${named(names)} |`),
      namespace,
    );
  }
});
