import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import type { ConfigSchema, Manifest } from "../../hal/manifest.ts";
import type { Finding } from "../../src/config/finding.ts";
import { validateSource } from "../../src/config/load.ts";
import { printable } from "../../src/config/quote.ts";
import { readSource } from "../../src/config/source.ts";
import { DeviceError, UsageError } from "../../src/core/errors.ts";
import { loadManifests, moduleTypes } from "../../src/daemon/catalogue.ts";
import { compose } from "../../src/daemon/compose.ts";
import { createLogger } from "../../src/daemon/logger.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import type { Json } from "./mutations.ts";
import { mutatedJson, mutatedText } from "./mutations.ts";
import type { ParserFuzz } from "./parser-fuzz.ts";
import { demand, openParser } from "./parser-fuzz.ts";

const folders = ["../../config/", "../../test/scenario/configurations/"];

/** Every station of the package and of its scenarios, as text. */
export const stationTexts: readonly string[] = folders.flatMap((folder) =>
  readdirSync(new URL(folder, import.meta.url))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => readFileSync(fileURLToPath(new URL(folder + name, import.meta.url)), "utf8")),
);

/** An odd one of every so many sound configurations is made a station; that takes a hundred times longer than reading it. */
const oneIn = 10;

interface Input {
  readonly text: string;
  readonly overlay: string | null;
  readonly set: readonly string[];
  readonly ignoreUnsupported: boolean;
  readonly dice: number;
}

export const configurationFiles: ParserFuzz = {
  name: "configuration",
  about: "a station's YAML file, an overlay and --set options",
  runsInTest: 15,
  async open(folder) {
    const manifests = await loadManifests(moduleTypes);
    const words = wordsOf(manifests);
    const file = join(folder, "station.yaml");
    const overlayFile = join(folder, "user-config", "station.yaml");
    mkdirSync(join(folder, "user-config"));
    const trees = stationTexts.map((text) => parse(text) as Json);
    const yaml = (value: Json): string => stringify(value);
    const inputs: fc.Arbitrary<Input> = fc.record({
      text: fc.oneof(
        mutatedText(stationTexts, words),
        mutatedJson(trees, words, 4).map(yaml),
        fc.constantFrom(...stationTexts),
      ),
      overlay: fc.option(fc.oneof(mutatedText(stationTexts, words), mutatedJson(trees, words).map(yaml)), { freq: 2 }),
      set: fc.array(settings(stationTexts, words), { maxLength: 2 }),
      ignoreUnsupported: fc.boolean(),
      dice: fc.nat(oneIn - 1),
    });

    async function holds({ text, overlay, set, ignoreUnsupported, dice }: Input): Promise<void> {
      writeFileSync(file, text);
      if (overlay === null) rmSync(overlayFile, { force: true });
      else writeFileSync(overlayFile, overlay);
      const loaded = validateSource(readSource(file), {
        lookup: (type) => manifests.get(type),
        types: moduleTypes,
        isSimulated: () => true,
        ignoreUnsupported,
        overrides: set,
      });
      const lines = new Map([
        [file, lineCount(text)],
        [overlayFile, lineCount(overlay ?? "")],
      ]);
      const options = new Set(set.map((option) => `--set ${option}`));
      const told = loaded.ok ? [...loaded.warnings, ...loaded.notes] : [...loaded.complaints, ...loaded.warnings];
      for (const finding of told) demandLocated(finding, lines, options);
      demand(loaded.ok || loaded.complaints.length > 0, "refused without a word");
      if (!loaded.ok) return;
      const { configuration } = loaded;
      demand(
        JSON.stringify(JSON.parse(JSON.stringify(configuration))) === JSON.stringify(configuration),
        "a configuration that is no plain data",
      );
      if (dice !== 0) return;
      try {
        const clock = new VirtualClock();
        await compose(configuration, {
          clock,
          log: createLogger("silent"),
          random: (stream) => seededRandom(1, stream),
          simulate: true,
          deaf: true,
        });
      } catch (error) {
        if (!(error instanceof UsageError || error instanceof DeviceError)) throw error;
      }
    }

    const input = (text: string): Input => ({ text, overlay: null, set: [], ignoreUnsupported: true, dice: 1 });
    const [shipped = ""] = stationTexts;
    return openParser(inputs, holds, {
      "a hundred thousand braces": () => input(`active_modules: ${"{a: ".repeat(100_000)}`),
      "a hundred thousand brackets": () => input("[".repeat(100_000)),
      "indented ever deeper": () =>
        input(Array.from({ length: 1200 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")),
      "a thousand modules": () =>
        input(
          `active_modules:\n${Array.from({ length: 5000 }, (_, n) => `  n${n}: { module: EnergyNode }\n`).join("")}`,
        ),
      "ten thousand complaints": () => input(`active_modules:\n${"  : x\n".repeat(30_000)}`),
      "aliases of aliases": () =>
        input(
          `a0: &a0 [x]\n${Array.from({ length: 40 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]\n`).join("")}`,
        ),
      "half a megabyte of spaces": () => input(" ".repeat(524_000)),
      "half a megabyte of one word": () => input(`active_modules: ${"x".repeat(524_000)}`),
      "half a megabyte of quotes": () => input('"'.repeat(524_000)),
      "half a megabyte of commas": () => input(`[${",".repeat(524_000)}`),
      "half a megabyte of empty braces": () => input("{}".repeat(262_000)),
      "half a megabyte of escapes": () => input(`"${"\\q".repeat(262_000)}"`),
      "more than half a megabyte": () => input(shipped.repeat(1000)),
      "ten thousand options": () => ({ ...input(shipped), set: Array.from({ length: 10_000 }, (_, n) => `a${n}.b=1`) }),
    });
  },
};

const lineCount = (text: string): number => text.split("\n").length;

function demandLocated(
  { file, line, column, message }: Finding,
  lines: ReadonlyMap<string, number>,
  options: ReadonlySet<string>,
): void {
  const words = `${file}:${line}:${column}: ${message}`;
  demand(message !== "" && printable(message) === message, `not printable: ${words}`);
  if (options.has(file)) return;
  const most = lines.get(file);
  demand(most !== undefined, `in no file: ${words}`);
  demand(line >= 1 && line <= most && column >= 1, `not in the file: ${words}`);
}

/** Module types, keys, implementations and requirements. */
function wordsOf(manifests: ReadonlyMap<string, Manifest>): string[] {
  const keysOf = (schema: ConfigSchema = {}): string[] => Object.keys(schema);
  const found = [...manifests.values()].flatMap(({ type, config, provides, requires }) => [
    type,
    ...keysOf(config),
    ...Object.keys(provides),
    ...Object.keys(requires),
    ...Object.values(provides).flatMap((provision) => keysOf(provision.config)),
  ]);
  const structure =
    "active_modules module config_module config_implementation connections module_id implementation_id mapping evse connector settings x-module-layout";
  return [...new Set([...found, ...structure.split(" "), "1", "true", "16.0", "DC", "AC", "connector_1"])];
}

function settings(texts: readonly string[], words: readonly string[]): fc.Arbitrary<string> {
  const ids = [...new Set(texts.flatMap((text) => [...text.matchAll(/^ {2}([\w-]+):/gm)].map(([, id = ""]) => id)))];
  const value = fc.oneof(
    fc.constantFrom("1", "true", "no", "-1", "'1'", "1e9", ".nan", "{", "[1]", "", "*a"),
    fc.string(),
  );
  const address = fc
    .tuple(fc.constantFrom(...ids), fc.constantFrom(".", ":main.", ":", ".."), fc.constantFrom(...words))
    .map((parts) => parts.join(""));
  return fc.oneof(
    fc.tuple(address, value).map(([where, what]) => `${where}=${what}`),
    mutatedText(["connector_1.has_ventilation=true", "modbus:main.baudrate=9600"], words),
  );
}
