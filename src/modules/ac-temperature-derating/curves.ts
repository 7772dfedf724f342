import * as v from "valibot";
import { finite, positive } from "../../../hal/values.ts";
import type { DeratingCurve } from "../../core/energy/derating-curve.ts";
import { UsageError } from "../../core/errors.ts";

const curve = v.pipe(
  v.array(v.strictObject({ temp_C: finite, max_current_A: positive })),
  v.minLength(1, "a curve has at least one point"),
  v.check(
    (points) => new Set(points.map(({ temp_C }) => temp_C)).size === points.length,
    "each temp_C may stand in a curve once",
  ),
);
/** Older files have the curve under `<module id>.<identification>`. */
const curves = v.record(
  v.string(),
  v.union([v.record(v.string(), curve), curve], "points, or points by identification"),
);

const wrong = (message: string): UsageError => new UsageError("derating_curves", message);

/** By `<module id>.<identification>`. @throws UsageError */
export function parseCurves(json: string): ReadonlyMap<string, DeratingCurve> {
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch (error) {
    throw wrong(`derating_curves_json: no JSON: ${(error as Error).message}`);
  }
  // A list is a record too, and says nothing.
  const parsed = v.safeParse(curves, Array.isArray(read) ? null : read);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw wrong(`derating_curves_json: ${v.getDotPath(issue) ?? "the whole of it"}: ${issue.message}`);
  }
  const found = new Map<string, DeratingCurve>();
  for (const [name, value] of Object.entries(parsed.output)) {
    const named = Array.isArray(value)
      ? [[name, value] as const]
      : Object.entries(value).map(([of, points]) => [`${name}.${of}`, points] as const);
    for (const [reading, points] of named) {
      if (!isReading(reading))
        throw wrong(`derating_curves_json: ${reading}: a module id and an identification are expected`);
      found.set(
        reading,
        points.toSorted((a, b) => a.temp_C - b.temp_C),
      );
    }
  }
  return found;
}

/** Names of readings, with commas between. @throws UsageError */
export function parseIgnored(list: string): ReadonlySet<string> {
  const names = list.split(",").map((name) => name.trim());
  const given = names.filter((name) => name !== "");
  const odd = given.find((name) => !isReading(name));
  if (odd !== undefined) {
    throw wrong(`temperature_provider_ignore_list: ${odd}: <module id>.<identification> is expected`);
  }
  return new Set(given);
}

/** `<module id>.<identification>`; a module id has no dot. */
const isReading = (name: string): boolean => /^[^.]+\../.test(name);

export const moduleIdOf = (reading: string): string => reading.slice(0, reading.indexOf("."));

/** What cannot be meant. @throws UsageError */
export function refuseContradictions(
  known: ReadonlyMap<string, DeratingCurve>,
  ignored: ReadonlySet<string>,
  sensors: readonly string[],
): void {
  const both = [...ignored].find((name) => known.has(name));
  if (both !== undefined)
    throw wrong(`derating_curves_json: ${both} has a derating curve and is in temperature_provider_ignore_list`);
  const named = new Set([...known.keys(), ...ignored].map(moduleIdOf));
  const bare = sensors.find((sensor) => !named.has(sensor));
  if (bare !== undefined) throw wrong(`derating_curves_json: no curve for ${bare}, which is connected`);
}
