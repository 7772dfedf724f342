/** A small station, so that these tests know every line of what scenarios are checked against. */
import * as v from "valibot";
import type { Manifest } from "../../hal/manifest.ts";
import { defineManifest } from "../../hal/manifest.ts";
import { definePort } from "../../hal/port.ts";
import { count, finite, noArgs, rfc3339 } from "../../hal/values.ts";
import type { ScenarioWorld } from "../../src/daemon/scenario-world.ts";

const point = definePort({
  name: "point",
  commands: {
    pause: { args: noArgs, result: v.boolean() },
    enable: {
      args: v.strictObject({
        number: count,
        source: v.strictObject({ who: v.picklist(["Local", "Remote"]), priority: v.pipe(count, v.maxValue(100)) }),
      }),
    },
    limit: {
      args: v.strictObject({
        value: v.strictObject({
          schedule: v.array(
            v.strictObject({
              at: rfc3339,
              amps: v.union([v.strictObject({ value: finite, source: v.string() }), v.strictObject({ value: finite })]),
            }),
          ),
          note: v.exactOptional(v.pipe(v.string(), v.maxLength(5))),
        }),
      }),
    },
  },
  vars: {
    ready: v.boolean(),
    token: v.strictObject({
      id: v.pipe(v.string(), v.regex(/^[\x20-\x7e]*$/, "printable ASCII only")),
      code: v.exactOptional(v.pipe(v.string(), v.regex(/^[A-Z]+$/))),
      half: v.exactOptional(v.pipe(v.number(), v.gtValue(0), v.ltValue(1))),
    }),
    anything: v.unknown(),
    table: v.record(v.string(), finite),
  },
  errors: ["powermeter", "generic"],
});

const silent = definePort({ name: "silent", commands: {}, vars: {}, errors: [] });

const manifests: Readonly<Record<string, Manifest>> = {
  point_1: defineManifest({
    type: "Point",
    description: "",
    config: {},
    provides: { main: { port: point, description: "" }, nothing: { port: silent, description: "" } },
    requires: {},
  }),
  board: defineManifest({
    type: "Board",
    description: "",
    config: {},
    provides: {},
    requires: {},
    sim: {
      weld: {
        description: "Welds a relay",
        args: v.strictObject({ relay: v.optional(v.literal(1), 1), value: v.optional(v.boolean(), true) }),
      },
      volts: {
        description: "Sets a voltage",
        args: v.strictObject({ value: v.nullable(v.pipe(v.number(), v.minValue(-15), v.maxValue(15))) }),
      },
      error: {
        description: "Causes one of a, b, c, d, e, f, g",
        args: v.strictObject({ type: v.picklist(["a", "b", "c", "d", "e", "f", "g"]) }),
      },
      mode: {
        description: "Chooses",
        args: v.strictObject({ value: v.picklist(["on", "off"]), times: v.exactOptional(count), any: v.unknown() }),
      },
    },
  }),
};

export const world: ScenarioWorld = {
  plans: () => Object.keys(manifests).map((id) => ({ id })),
  manifest: (id) => (Object.hasOwn(manifests, id) ? manifests[id] : undefined),
  connectors: [1, 3],
};

export const types: readonly Manifest[] = Object.values(manifests);
