import { defineManifest } from "../../../hal/manifest.ts";
import { manifest as sensorManifest } from "../../lm75/manifest.ts";

export const manifest = defineManifest({
  type: "LM75World",
  description: "The bus below an LM75TemperatureSensor, with a chip on it",
  config: sensorManifest.config,
  provides: {},
  requires: {},
  sim: sensorManifest.sim,
});
