import { parseScript } from "../../boards/sim/ev-manager/script.ts";
import { formatFinding } from "../config/finding.ts";
import { UsageError } from "../core/errors.ts";
import { compose } from "../daemon/compose.ts";
import type { LogLevel } from "../daemon/logger.ts";
import { createLogger } from "../daemon/logger.ts";
import type { Scenario } from "../daemon/scenario.ts";
import { loadScenario } from "../daemon/scenario.ts";
import { simulate } from "../daemon/simulate.ts";
import { seededRandom } from "../runtime/random.ts";
import { VirtualClock } from "../runtime/virtual-clock.ts";
import type { ConfigurationOptions } from "./configuration.ts";
import { readConfiguration } from "./configuration.ts";
import { exitStatus } from "./exit-status.ts";
import { progressLine } from "./progress-line.ts";
import { tell } from "./tell.ts";

interface SimOptions extends ConfigurationOptions {
  readonly ev?: readonly string[];
  readonly scenario?: string;
  readonly until?: number;
  readonly seed?: number;
  readonly record?: string;
  readonly allMeters?: boolean;
  readonly logLevel: LogLevel;
}

const defaultSeed = 1;
const flushAtCharacters = 64 * 1024;

export async function sim(path: string, options: SimOptions): Promise<void> {
  const { configuration } = await readConfiguration(path, { ...options, simulate: true });
  const log = createLogger(options.logLevel);

  // What a scenario may name is known once the station is made; the run itself begins with a fresh one.
  const { station, cars } = await compose(configuration, {
    clock: new VirtualClock(),
    log: createLogger("silent"),
    random: (stream) => seededRandom(0, stream),
    simulate: true,
    deaf: true,
  });
  const connectors = [...cars.keys()].sort((a, b) => a - b);
  const scripts = (options.ev ?? []).map((text) => readScript(text, connectors));
  const scenario: Scenario | undefined =
    options.scenario === undefined
      ? undefined
      : readScenario(options.scenario, {
          plans: () => station.plans(),
          manifest: (id) => station.manifest(id),
          connectors,
        });

  let interrupted = false;
  process.once("SIGINT", () => {
    interrupted = true;
  });
  // Where the event lines come to the same terminal, they say it.
  const progress = process.stdout.isTTY ? undefined : progressLine("simulated");
  let buffer = "";
  const flush = (): void => {
    if (buffer !== "") process.stdout.write(buffer);
    buffer = "";
  };
  try {
    const result = await simulate({
      configuration,
      scripts,
      seed: options.seed ?? scenario?.seed ?? defaultSeed,
      log,
      write: (line) => {
        buffer += `${line}\n`;
        if (buffer.length >= flushAtCharacters) flush();
      },
      progress: (nowMs) => {
        progress?.at(nowMs);
        return !interrupted;
      },
      ...(scenario === undefined ? {} : { scenario }),
      ...(options.until === undefined ? {} : { untilMs: Math.round(options.until * 1000) }),
      ...(options.record === undefined ? {} : { record: options.record }),
      ...(options.allMeters === undefined ? {} : { allMeters: options.allMeters }),
    }).finally(() => progress?.end());
    if (result.breach !== undefined) {
      const { name, module, tMs, detail } = result.breach;
      tell(`evsed: invariant ${name} broken by ${module} at ${tMs / 1000} s: ${detail}`);
    }
    process.exitCode = result.exit === 3 ? exitStatus.invariant : result.exit;
  } finally {
    flush();
  }
}

/** `[N:]SCRIPT`. @throws UsageError when the script does not parse or the connector has no vehicle. */
function readScript(text: string, connectors: readonly number[]): { connector: number; script: string } {
  const match = /^\s*(\d+):(.*)$/s.exec(text);
  const connector = match === null ? 1 : Number(match[1]);
  const script = match?.[2] ?? text;
  if (!connectors.includes(connector)) {
    const known = connectors.length === 0 ? "none has a simulated vehicle" : `there is ${connectors.join(", ")}`;
    throw new UsageError("no_such_connector", `--ev ${text}: no connector ${connector}: ${known}`);
  }
  if (script.trim() === "") throw new UsageError("script", `--ev:1:${1 + text.length - script.length}: empty script`);
  const parsed = parseScript(script);
  if (!parsed.ok) {
    throw new UsageError("script", `--ev:1:${parsed.offset + 1 + text.length - script.length}: ${parsed.message}`);
  }
  return { connector, script };
}

function readScenario(path: string, world: Parameters<typeof loadScenario>[1]): Scenario {
  const loaded = loadScenario(path, world);
  if (!loaded.ok) throw new UsageError("scenario", loaded.complaints.map(formatFinding).join("\n"));
  return loaded.scenario;
}
