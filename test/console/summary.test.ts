import t from "tap";
import type { StationState } from "../../src/console/station-view.ts";
import { foldLine, initialStation } from "../../src/console/station-view.ts";
import { summaryLine } from "../../src/console/summary.ts";
import { chargingLines, error, finishingLines, parts } from "./lines.ts";

const summary = (state: StationState): string => summaryLine({ state, hear: () => {} }, 65_000);
const charging = chargingLines.reduce(foldLine, initialStation(parts));

t.test("what the station did", async (t) => {
  t.equal(summary(initialStation(parts)), "ran for 01:05 · 0 sessions · 0.000 kWh delivered · no errors");
  t.equal(summary(charging), "ran for 01:05 · 1 session · 1.000 kWh delivered · no errors", "an open one counts");
  const finished = finishingLines.reduce(foldLine, charging);
  t.equal(summary(finished), "ran for 01:05 · 1 session · 1.010 kWh delivered · no errors");
  const faulty = [error(31, "raise", "a/B"), error(32, "raise", "a/C"), error(33, "clear", "a/B")];
  t.match(summary(faulty.reduce(foldLine, finished)), "2 errors, 1 of them still active");
});
