/** The models that come with evsed, and those of the user: a path that ends in `.json`. */
import * as v from "valibot";
import type { Files } from "../../../hal/files.ts";
import { UsageError } from "../../../src/core/errors.ts";
import type { MeterModel } from "./model.ts";
import { meterModel } from "./model.ts";
import sdm72dm from "./models/Eastron_SDM72DM.json" with { type: "json" };
import sdm72dmV2 from "./models/Eastron_SDM72DM-V2.json" with { type: "json" };
import sdm230 from "./models/Eastron_SDM230.json" with { type: "json" };
import sdm630V2 from "./models/Eastron_SDM630-V2.json" with { type: "json" };
import klefr from "./models/Klefr_693x-694x.json" with { type: "json" };
import template from "./models/template.json" with { type: "json" };
import testDummy from "./models/test_dummy.json" with { type: "json" };

export const models: Readonly<Record<string, unknown>> = {
  Eastron_SDM230: sdm230,
  "Eastron_SDM630-V2": sdm630V2,
  Eastron_SDM72DM: sdm72dm,
  "Eastron_SDM72DM-V2": sdm72dmV2,
  "Klefr_693x-694x": klefr,
  template,
  test_dummy: testDummy,
};

/** @throws UsageError when there is no such model, or it is none. */
export function loadModel(name: string, files: Pick<Files, "readInput">): MeterModel {
  const parsed = v.safeParse(meterModel, name.endsWith(".json") ? readModel(name, files) : known(name));
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new UsageError("meter_model", `${name}: ${v.getDotPath(issue) ?? "model"}: ${issue.message}`);
}

function known(name: string): unknown {
  if (Object.hasOwn(models, name)) return models[name];
  const names = Object.keys(models).join(", ");
  throw new UsageError("meter_model", `no meter model "${name}": ${names}, or the path of a file that ends in .json`);
}

function readModel(path: string, files: Pick<Files, "readInput">): unknown {
  let bytes: Uint8Array | undefined;
  try {
    bytes = files.readInput(path);
  } catch (error) {
    throw new UsageError("meter_model", `${path}: cannot be read: ${(error as Error).message}`, error);
  }
  if (bytes === undefined) throw new UsageError("meter_model", `${path}: there is no such file`);
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (error) {
    throw new UsageError("meter_model", `${path}: ${(error as Error).message}`, error);
  }
}
