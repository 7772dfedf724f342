import type { Tree, TreeEntry, TreeMap } from "./yaml-tree.ts";

const isNull = (tree: Tree): boolean => tree.kind === "scalar" && tree.value === null;

/**
 * JSON merge patch (RFC 7386): maps merge, null removes, anything else replaces. Every value keeps the position in
 * the file it came from.
 */
export function mergePatch(target: Tree | undefined, patch: Tree): Tree {
  if (patch.kind !== "map") return patch;
  const base: TreeMap = target?.kind === "map" ? target : { kind: "map", at: patch.at, entries: [] };
  const entries = new Map<string, TreeEntry>(base.entries.map((entry) => [entry.key, entry]));
  for (const entry of patch.entries) {
    if (isNull(entry.value)) {
      entries.delete(entry.key);
      continue;
    }
    const old = entries.get(entry.key);
    const value = mergePatch(old?.value, entry.value);
    const merged = old?.value.kind === "map" && entry.value.kind === "map";
    entries.set(entry.key, merged ? { ...old, value } : { ...entry, value });
  }
  return { kind: "map", at: base.at, entries: [...entries.values()] };
}
