import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import type { Configuration } from "../../src/config/configuration.ts";
import { validateSource } from "../../src/config/load.ts";
import { printable } from "../../src/config/quote.ts";
import { readSource } from "../../src/config/source.ts";
import { loadManifests, moduleTypes } from "../../src/daemon/catalogue.ts";
import { compose } from "../../src/daemon/compose.ts";
import { createLogger } from "../../src/daemon/logger.ts";
import { loadScenario } from "../../src/daemon/scenario.ts";
import { actionKinds } from "../../src/daemon/scenario-action.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import type { Json } from "./mutations.ts";
import { mutatedJson, mutatedText } from "./mutations.ts";
import type { ParserFuzz } from "./parser-fuzz.ts";
import { demand, openParser } from "./parser-fuzz.ts";

const scenarioFolder = new URL("../../test/scenario/", import.meta.url);
export const stationFile = (name: string): string =>
  fileURLToPath(new URL(`configurations/${name}.yaml`, scenarioFolder));

/** @throws Error when it is not sound. */
export async function configurationOf(path: string): Promise<Configuration> {
  const manifests = await loadManifests(moduleTypes);
  const loaded = validateSource(readSource(path), {
    lookup: (type) => manifests.get(type),
    types: moduleTypes,
    isSimulated: () => true,
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.complaints));
  return loaded.configuration;
}

/** What a scenario can say beside what those of the tests say. */
const more = `seed: 7
until_s: 90
steps:
  - { at_s: 20, command: { module: connector_1, implementation: evse, name: pause_charging, args: {} } }
  - { at_s: 21, command: { module: connector_1, implementation: evse, name: enable_disable, args: { connector_id: 0, cmd_source: { enable_source: CSMS, enable_state: Disable, enable_priority: 10 } } } }
  - { at_s: 22, command: { module: connector_1, implementation: evse, name: stop_transaction, args: { request: { reason: Local } } } }
  - { at_s: 25, publish: { module: token_provider, implementation: main, variable: provided_token, value: { id_token: { value: A, type: ISO14443 }, authorization_type: RFID } } }
  - { at_s: 40, raise: { module: connector_1_powerpath, implementation: board_support, type: evse_board_support/MREC17EVSEContactorFault, sub_type: "", severity: High, message: m } }
  - { at_s: 50, clear: { module: connector_1_powerpath, implementation: board_support, type: evse_board_support/MREC17EVSEContactorFault } }
  - { at_s: 60, sim: { module: connector_1_powerpath, name: relay_welded, args: { relay: 1 } } }
  - { at_s: 61, sim: { module: evsed, name: block_main, args: { value: 0.5 } } }
  - { at_s: 62, sim: { module: connector_1_powerpath, name: cp_voltage, args: { value: 9 } } }
`;

export const scenarioFiles: ParserFuzz = {
  name: "scenario",
  about: "a scenario file for a station",
  runsInTest: 25,
  async open(folder) {
    const { station, cars } = await compose(await configurationOf(stationFile("station")), {
      clock: new VirtualClock(),
      log: createLogger("silent"),
      random: (stream) => seededRandom(0, stream),
      simulate: true,
      deaf: true,
    });
    const world = {
      plans: () => station.plans(),
      manifest: (id: string) => station.manifest(id),
      connectors: [...cars.keys()],
    };
    const texts = [
      more,
      ...readdirSync(scenarioFolder)
        .filter((name) => name.endsWith(".yaml"))
        .map((name) => readFileSync(new URL(name, scenarioFolder), "utf8")),
    ];
    const ports = station.plans().flatMap(({ id }) => {
      const manifest = station.manifest(id);
      return [
        id,
        ...Object.keys(manifest?.sim ?? {}),
        ...Object.entries(manifest?.provides ?? {}).flatMap(([name, { port }]) => [
          name,
          ...Object.keys(port.commands),
          ...Object.keys(port.vars),
        ]),
      ];
    });
    const words = [
      ...new Set([...ports, ...actionKinds, "at_s", "script", "args", "value", "name", "module", "evsed"]),
    ];
    const trees = texts.map((text) => parse(text) as Json);
    const file = join(folder, "scenario.yaml");
    const inputs = fc.oneof(
      mutatedText(texts, words),
      mutatedJson(trees, words).map((value) => stringify(value)),
    );

    function holds(text: string): void {
      writeFileSync(file, text);
      const loaded = loadScenario(file, world);
      if (!loaded.ok) {
        demand(loaded.complaints.length > 0, "refused without a word");
        const lines = text.split("\n").length;
        for (const { file: named, line, column, message } of loaded.complaints) {
          const told = `${named}:${line}:${column}: ${message}`;
          demand(message !== "" && printable(message) === message, `not printable: ${told}`);
          demand(named === file && line >= 1 && line <= lines && column >= 1, `not in the file: ${told}`);
        }
        return;
      }
      const { scenario } = loaded;
      demand(
        scenario.steps.every(
          ({ atMs }, index) => Number.isInteger(atMs) && atMs >= (scenario.steps[index - 1]?.atMs ?? 0),
        ),
        "steps that are not in their order",
      );
      demand(
        JSON.stringify(JSON.parse(JSON.stringify(scenario))) === JSON.stringify(scenario),
        "a scenario that is no plain data",
      );
    }

    return openParser(inputs, holds, {
      "ten thousand steps": () => `steps:\n${"  - { at_s: 1, ev: { script: unplug } }\n".repeat(20_000)}`,
      "ten thousand wrong steps": () => `steps:\n${"  - { at_s: x, ev: { sript: unplug } }\n".repeat(20_000)}`,
      "a wrong list of a megabyte": () =>
        `steps: [{ at_s: 1, command: { module: connector_1, implementation: evse, name: set_external_limits, args: { value: [${"{}, ".repeat(100_000)}] } } }]`,
      "a wrong map of a megabyte": () =>
        `steps: [{ at_s: 1, command: { module: connector_1, implementation: evse, name: enable_disable, args: {${Array.from({ length: 50_000 }, (_, n) => `a${n}: 1`).join(", ")}} } }]`,
      "a long script": () => `steps: [{ at_s: 1, ev: { script: "${"sleep 1;".repeat(100_000)}" } }]`,
      "deep arguments": () =>
        `steps: [{ at_s: 1, command: { module: connector_1, implementation: evse, name: pause_charging, args: ${"{a: ".repeat(60)}1${"}".repeat(60)} } }]`,
    });
  },
};
