import type { Manifest } from "../../hal/manifest.ts";
import type { ModuleEntry } from "./module-entry.ts";

/** What a module of the configuration can be connected to. */
export interface Neighbour {
  readonly entry: ModuleEntry;
  /** Undefined when its type is unknown. */
  readonly manifest: Manifest | undefined;
}
