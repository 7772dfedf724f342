/** Source: configuration facts, section 4. */
import { kvs } from "../../../hal/kvs.ts";
import { defineManifest } from "../../../hal/manifest.ts";

export const manifest = defineManifest({
  type: "YamlStore",
  description: "The entries of a flat YAML file, read once at start. Nothing is ever written to it.",
  config: {
    file: {
      type: "string",
      minLength: 1,
      description: "The file; a simulation reads it too. One that is missing or wrong is logged and counts as empty.",
    },
  },
  provides: {
    main: { port: kvs, description: "The entries; `store` and `delete` change nothing and are never answered." },
  },
  requires: {},
});
