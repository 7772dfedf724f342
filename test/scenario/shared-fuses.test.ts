import { readFileSync } from "node:fs";
import t from "tap";
import type { EventLine } from "../../tools/day/shared-fuses.ts";
import { SharedFuses } from "../../tools/day/shared-fuses.ts";
import { runStation } from "./station-run.ts";

const ids = Array.from({ length: 8 }, (_, index) => `connector_${index + 1}`);
const small = new Set(["connector_3", "connector_8"]);
const connectors = ids.map((id) => ({ id, wishA: small.has(id) ? 16 : 32 }));

/** The station of docs/shared-fuses/: 63 A for all, 40 A for the first four. */
const station = new URL("../../docs/shared-fuses/station.yaml", import.meta.url);

const at = (minute: number, maxA?: number): object => ({
  timestamp: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  limits_to_root: maxA === undefined ? {} : { ac_max_current_A: { value: maxA, source: "grid operator" } },
  limits_to_leaves: {},
});

t.test("eight vehicles come, then the grid operator leaves enough for five", async (t) => {
  t.match(readFileSync(station, "utf8"), /fuse_limit_A: 63[\s\S]*fuse_limit_A: 40/);
  const [shortFromS, shortToS] = [10 * 60, 45 * 60];
  const value = { schedule_import: [at(0), at(10, 30), at(45)], schedule_export: [], schedule_setpoints: [] };
  const run = await runStation({
    file: station,
    until: 48 * 60,
    steps: [
      {
        at_s: 0,
        command: { module: "house", implementation: "external_limits", name: "set_external_limits", args: { value } },
      },
      ...ids.map((_, index) => ({
        at_s: 10 + 60 * index,
        ev: { connector: index + 1, script: "iec_wait_pwr_ready;draw_power_regulated 32,3;sleep 86400" },
      })),
      { at_s: 47 * 60, ev: { connector: 1, script: "unplug" } },
    ],
  });
  const fuses = new SharedFuses(connectors, [
    { name: "house", connectors: ids, limitA: (second) => (second >= shortFromS && second < shortToS ? 30 : 63) },
    { name: "garage", connectors: ids.slice(0, 4), limitA: () => 40 },
  ]);
  for (const line of run.lines) fuses.take(line as EventLine);
  const { exceeded, usedShare, longestWaitS } = fuses.verdict();
  t.same(exceeded, [], "no fuse carries more than it may, in any second");
  t.ok(usedShare >= 0.98, `${(usedShare * 100).toFixed(2)} % of what is available is used`);
  for (const id of ids) {
    const charged = fuses.seconds.some(
      ({ t: second, drawnA }) => second > shortFromS + 20 && second < shortToS && (drawnA.get(id) ?? 0) >= 6,
    );
    t.ok(charged, `${id} has its turn while current is short`);
    t.ok((longestWaitS.get(id) ?? 0) <= 2 * 900 + 30, `${id} waits two turns at most`);
  }
});
