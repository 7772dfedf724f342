import fc from "fast-check";
import t from "tap";
import type { EnableEntry } from "../../../src/core/session/enable-table.ts";
import {
  decidingEntry,
  enableSources,
  enableStates,
  isEnabled,
  withEntry,
} from "../../../src/core/session/enable-table.ts";

const entry = (text: string): EnableEntry => {
  const [source = "", state = "", priority = ""] = text.split(" ");
  return {
    enable_source: source as EnableEntry["enable_source"],
    enable_state: state as EnableEntry["enable_state"],
    enable_priority: Number(priority),
  };
};

const decides = (...entries: string[]): string => {
  const { enable_source, enable_state, enable_priority } = decidingEntry(entries.map(entry));
  return `${enable_source} ${enable_state} ${enable_priority}`;
};

t.test("who decides", async (t) => {
  const rows: readonly (readonly [calls: readonly string[], winner: string])[] = [
    [[], "Unspecified Unassigned 10000"],
    [["Unspecified Enable 10000"], "Unspecified Enable 10000"],
    [["Unspecified Enable 10000", "CSMS Disable 10000"], "CSMS Disable 10000"],
    [["CSMS Disable 10000", "Unspecified Enable 10000"], "CSMS Disable 10000"],
    [["CSMS Disable 100", "LocalAPI Enable 50"], "LocalAPI Enable 50"],
    [["CSMS Disable 50", "LocalAPI Enable 100"], "CSMS Disable 50"],
    [["LocalAPI Enable 0", "CSMS Disable 1"], "LocalAPI Enable 0"],
    [["LocalAPI Enable 1", "CSMS Disable 0"], "CSMS Disable 0"],
    [["LocalAPI Enable 5", "MobileApp Enable 5"], "LocalAPI Enable 5"],
    [["LocalAPI Disable 5", "MobileApp Disable 5"], "LocalAPI Disable 5"],
    [["LocalAPI Enable 5", "MobileApp Disable 5", "FirmwareUpdate Enable 5"], "MobileApp Disable 5"],
    [["CSMS Unassigned 0", "LocalAPI Disable 9000"], "LocalAPI Disable 9000"],
    [["CSMS Unassigned 0"], "Unspecified Unassigned 10000"],
    [["CSMS Unassigned 0", "LocalKeyLock Unassigned 3"], "Unspecified Unassigned 10000"],
    [["ServiceTechnician Disable 10000"], "ServiceTechnician Disable 10000"],
    [["RemoteKeyLock Enable 7", "ServiceTechnician Disable 6", "CSMS Enable 5"], "CSMS Enable 5"],
  ];
  for (const [calls, winner] of rows) t.equal(decides(...calls), winner, calls.join(", "));
});

t.test("nobody, and nobody but those without an opinion, means enabled", async (t) => {
  t.equal(isEnabled(entry("Unspecified Unassigned 10000")), true);
  t.equal(isEnabled(entry("CSMS Enable 3")), true);
  t.equal(isEnabled(entry("CSMS Disable 3")), false);
});

t.test("a source has one entry, its last", async (t) => {
  let table = withEntry([], entry("CSMS Disable 5"));
  table = withEntry(table, entry("LocalAPI Enable 6"));
  table = withEntry(table, entry("CSMS Enable 7"));
  t.strictSame(table, [entry("LocalAPI Enable 6"), entry("CSMS Enable 7")]);
  t.equal(decides("LocalAPI Enable 6", "CSMS Enable 7"), "LocalAPI Enable 6");
});

t.test("the names are those of the interface", async (t) => {
  t.strictSame(enableSources, [
    "Unspecified",
    "LocalAPI",
    "LocalKeyLock",
    "ServiceTechnician",
    "RemoteKeyLock",
    "MobileApp",
    "FirmwareUpdate",
    "CSMS",
  ]);
  t.strictSame(enableStates, ["Unassigned", "Disable", "Enable"]);
});

t.test("whatever is called: no entry with an opinion beats the one that decides", async () => {
  const anyEntry = fc.record({
    enable_source: fc.constantFrom(...enableSources),
    enable_state: fc.constantFrom(...enableStates),
    enable_priority: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(anyEntry), (calls) => {
      const table = calls.reduce(withEntry, [] as readonly EnableEntry[]);
      const winner = decidingEntry(table);
      for (const other of table) {
        if (other.enable_state === "Unassigned") continue;
        if (other.enable_priority < winner.enable_priority) throw new Error("a better number lost");
        if (other.enable_priority === winner.enable_priority && other.enable_state === "Disable" && isEnabled(winner))
          throw new Error("a Disable lost a tie");
      }
    }),
    { seed: 7 },
  );
});
