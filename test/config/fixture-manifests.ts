/** A small world of module types, so that these tests know every line of what they are checked against. */
import type { Manifest } from "../../hal/manifest.ts";
import { defineManifest } from "../../hal/manifest.ts";
import { definePort } from "../../hal/port.ts";
import type { Loaded, LoadOptions } from "../../src/config/load.ts";
import { loadConfiguration } from "../../src/config/load.ts";

const port = (name: string) => definePort({ name, commands: {}, vars: {}, errors: [] });
const board = port("board");
const charger = port("charger");
const power = port("power");
const token = port("token");

const manifests: readonly Manifest[] = [
  defineManifest({
    type: "Charger",
    description: "A charging point.",
    config: {
      number: { type: "integer", minimum: 1, maximum: 64, description: "" },
      volts: { type: "number", default: 230, minimum: 1, description: "" },
      free: { type: "boolean", default: false, description: "" },
      name: { type: "string", default: "one", minLength: 1, maxLength: 8, description: "" },
      mode: { type: "string", default: "AC", enum: ["AC", "DC"], description: "" },
      later: { type: "boolean", default: false, notEffectiveYet: true, description: "" },
      "dotted.key": { type: "integer", default: 0, description: "" },
    },
    provides: {
      evse: { port: charger, description: "" },
      grid: { port: power, description: "" },
    },
    requires: { bsp: { port: board }, lock: { port: board, min: 0 } },
  }),
  defineManifest({
    type: "Board",
    description: "A board with two sides, both with keys.",
    config: {},
    provides: {
      main: {
        port: board,
        description: "",
        config: {
          pin: { type: "integer", default: 4, description: "" },
          label: { type: "string", default: "", description: "" },
        },
      },
      spare: {
        port: board,
        description: "",
        config: { pin: { type: "integer", default: 5, description: "" } },
      },
    },
    requires: {},
  }),
  defineManifest({
    type: "Node",
    description: "A node of the tree.",
    config: { fuse: { type: "number", minimum: 0, description: "" } },
    provides: { grid: { port: power, description: "" } },
    requires: { child: { port: power, min: 1, max: 3 } },
  }),
  defineManifest({
    type: "Tokens",
    description: "Nothing but a port.",
    config: {},
    provides: { main: { port: token, description: "" } },
    requires: {},
  }),
  defineManifest({
    type: "EvseManager",
    description: "Stands for the one with checks of its own.",
    config: { charge_mode: { type: "string", default: "AC", enum: ["AC", "DC"], description: "" } },
    provides: {},
    requires: { slac: { port: power, min: 0 }, hlc: { port: power, min: 0 } },
  }),
  defineManifest({
    type: "Broken",
    description: "Its defaults are wrong.",
    config: { size: { type: "integer", default: 0, minimum: 1, description: "" } },
    provides: {},
    requires: {},
  }),
];

export const types: readonly string[] = manifests.map(({ type }) => type);

export function lookup(type: string): Manifest | undefined {
  return manifests.find((manifest) => manifest.type === type);
}

export function load(path: string, options: Partial<LoadOptions> = {}): Loaded {
  return loadConfiguration({ path, lookup, types, ...options });
}
