import type { ConfigComplaint, Manifest } from "../../../hal/manifest.ts";
import { UsageError } from "../../core/errors.ts";
import { parseCurves, parseIgnored, refuseContradictions } from "./curves.ts";

/** What `check` tells before the module would refuse to be made. */
export const complaints: NonNullable<Manifest["complaints"]> = (config, { temperature = [] }) => {
  const found: ConfigComplaint[] = [];
  const tried = <T>(key: string, attempt: () => T): T | undefined => {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      found.push({ key, message: error.message.replace(`${key}: `, "") });
      return undefined;
    }
  };
  const curves = tried("derating_curves_json", () => parseCurves(String(config.derating_curves_json)));
  const ignored = tried("temperature_provider_ignore_list", () =>
    parseIgnored(String(config.temperature_provider_ignore_list)),
  );
  if (curves !== undefined && ignored !== undefined) {
    const sensors = temperature.map(({ moduleId }) => moduleId);
    tried("derating_curves_json", () => refuseContradictions(curves, ignored, sensors));
  }
  return found;
};
