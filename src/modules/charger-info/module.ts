import type { ChargerInformation } from "../../../hal/charger-information.ts";
import { chargerInformationKeys } from "../../../hal/charger-information.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import type { manifest } from "./manifest.ts";
import { mergeInformation } from "./merge.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { files, log } = context;
  const { firmware_version_file } = context.config;
  const stores = context.require("kvs");
  const [chained] = context.require("charger_information");

  /** Asks everybody at once and answers when the last one has. */
  function gather(reply: (information: ChargerInformation) => void): void {
    const sources: Record<string, unknown>[] = [{}, ...stores.map(() => ({}))];
    let awaited = stores.length * chargerInformationKeys.length + (chained === undefined ? 0 : 1);
    const heard = (source: number, values: object): void => {
      sources[source] = { ...sources[source], ...values };
      awaited -= 1;
      if (awaited === 0) reply(mergeInformation(sources, firmwareVersion()));
    };
    chained?.call("get_charger_information", {}, (information) => heard(0, information));
    for (const [index, store] of stores.entries()) {
      for (const key of chargerInformationKeys) {
        store.call("load", { key }, (value) => heard(index + 1, { [key]: value }));
      }
    }
  }

  function firmwareVersion(): string | undefined {
    if (firmware_version_file === "") return undefined;
    try {
      const content = files.readInput(firmware_version_file);
      if (content !== undefined) return new TextDecoder().decode(content).split("\n")[0]?.trimEnd() ?? "";
      log.warn("charger_info.firmware_version", { file: firmware_version_file, complaint: "no such file" });
    } catch (error) {
      log.warn("charger_info.firmware_version", { file: firmware_version_file, complaint: (error as Error).message });
    }
    return "";
  }

  context.provide("main", { get_charger_information: (_args, reply) => gather(reply) });
  return {};
};
