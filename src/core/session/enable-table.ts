/** Who enables and disables an EVSE, and who wins. Source: EvseManager facts, section 2.11. */

export const enableSources = [
  "Unspecified",
  "LocalAPI",
  "LocalKeyLock",
  "ServiceTechnician",
  "RemoteKeyLock",
  "MobileApp",
  "FirmwareUpdate",
  "CSMS",
] as const;
export type EnableSource = (typeof enableSources)[number];

export const enableStates = ["Unassigned", "Disable", "Enable"] as const;
export type EnableState = (typeof enableStates)[number];

/** `enable_priority`: 0 (highest) .. 10000. */
export interface EnableEntry {
  readonly enable_source: EnableSource;
  readonly enable_state: EnableState;
  readonly enable_priority: number;
}

/** One entry a source; the last call of a source replaces its entry. */
export type EnableTable = readonly EnableEntry[];

const nobody: EnableEntry = { enable_source: "Unspecified", enable_state: "Unassigned", enable_priority: 10_000 };

export function withEntry(table: EnableTable, entry: EnableEntry): EnableTable {
  return [...table.filter((other) => other.enable_source !== entry.enable_source), entry];
}

/** The entry that decides: lowest priority number; at equal numbers a Disable beats an Enable; none = enabled. */
export function decidingEntry(table: EnableTable): EnableEntry {
  let winner: EnableEntry | undefined;
  for (const entry of table) {
    if (entry.enable_state === "Unassigned") continue;
    if (
      winner === undefined ||
      entry.enable_priority < winner.enable_priority ||
      (entry.enable_priority === winner.enable_priority &&
        entry.enable_state === "Disable" &&
        winner.enable_state === "Enable")
    ) {
      winner = entry;
    }
  }
  return winner ?? nobody;
}

export function isEnabled(entry: EnableEntry): boolean {
  return entry.enable_state !== "Disable";
}
