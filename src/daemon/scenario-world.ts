import type { Manifest } from "../../hal/manifest.ts";

/** What a scenario can be about: the modules of a station and the vehicles among them. */
export interface ScenarioWorld {
  plans(): readonly { readonly id: string }[];
  manifest(moduleId: string): Manifest | undefined;
  /** Numbers of the connectors that have a vehicle. */
  readonly connectors: readonly number[];
}
