#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { logFormats } from "../daemon/log-format.ts";
import { logLevels } from "../daemon/logger.ts";
import { exitStatus } from "./exit-status.ts";
import { tell } from "./tell.ts";

const program = new Command("evsed")
  .description("Runs an electric-vehicle charging station from one YAML file.")
  .version(process.env.EVSED_VERSION ?? "0.1.0")
  .configureOutput({ writeErr: (text) => tell(text.replace(/\n$/, "")) })
  .showHelpAfterError("(evsed COMMAND --help tells what a command takes)")
  .exitOverride();

const collect = (value: string, before: string[] = []): string[] => [...before, value];

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError("not a number of seconds");
  return value;
}

function seed(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 0xffff_ffff) throw new InvalidArgumentError("not an integer from 0 to 4294967295");
  return value;
}

function cycles(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value === 0)
    throw new InvalidArgumentError("not a positive integer");
  return value;
}

/** Less would be filled by the states of a station with many connectors alone. */
const leastMebibytes = 0.25;

function mebibytes(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= leastMebibytes && value <= 4096))
    throw new InvalidArgumentError(`not a number of MiB from ${leastMebibytes} to 4096`);
  return value;
}

function factor(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError("not a positive number");
  return value;
}

const ignoreUnsupported = (): Option =>
  new Option("--ignore-unsupported", "leave out module types and keys that are not supported, with a warning");
const set = (): Option =>
  new Option("--set <ID.KEY=V>", "override a configuration value (repeatable)").argParser(collect);
const logLevel = (): Option => new Option("--log-level <level>", "what is logged on stderr").choices(logLevels);

program
  .command("run")
  .description("run the station")
  .argument("<config>", "YAML file of the station")
  .option("--simulate", "simulate what lies below the hardware drivers, a vehicle included")
  .option("--speed <x>", "run faster than a clock on a wall (simulation only)", factor)
  .option("--record <file>", "record every event and its effects; compressed where the name ends in .gz")
  .option("--record-size <mib>", "begin another file when one has grown to this; default 4", mebibytes)
  .option("--record-files <n>", "keep so many files, FILE and FILE.1 on; default 8", cycles)
  .option("--events", "print event lines (JSON) on stdout")
  .option("--console", "commands on stdin, answers on stdout: see docs/console.md")
  .addOption(ignoreUnsupported())
  .addOption(set())
  .addOption(logLevel())
  .addOption(
    new Option(
      "--log-format <format>",
      "of the logs; default: pretty in a terminal and the journal, otherwise json",
    ).choices(logFormats),
  )
  .action(async (config, options) => {
    const { run } = await import("./run.ts");
    (await import("../daemon/engine.ts")).preferLittleMemory();
    await run(config, options);
  });

program
  .command("check")
  .description("validate a configuration and print its wiring")
  .argument("<config>", "YAML file of the station")
  .option("--graph <file>", "draw the wiring as a picture (SVG), problems included")
  .addOption(ignoreUnsupported())
  .addOption(set())
  .action(async (config, options) => (await import("./check.ts")).check(config, options));

program
  .command("sim")
  .description("run the station in virtual time; event lines (JSON) on stdout and nothing else")
  .argument("<config>", "YAML file of the station")
  .option("--simulate", "implied")
  .addOption(
    new Option("--ev <[N:]SCRIPT>", "script for the vehicle of connector N, default 1 (repeatable)").argParser(collect),
  )
  .option("--scenario <file>", "steps to run at given times (YAML or JSON)")
  .option("--until <s>", "cut the run at this time", seconds)
  .option("--seed <n>", "seed of all randomness", seed)
  .addOption(set())
  .option("--record <file>", "record every event and its effects; compressed where the name ends in .gz")
  .option("--all-meters", "print each reading of every meter")
  .addOption(ignoreUnsupported())
  .addOption(logLevel().default("warn"))
  .addHelpText("afterAll", "") // the list of sim names is added below, only when it is asked for
  .action(async (config, options) => (await import("./sim.ts")).sim(config, options));

program
  .command("probe")
  .description("bring up one device, with what it requires and nothing else, and print its readings (JSON)")
  .argument("<config>", "YAML file of the station")
  .argument("<module>", "id of the module in that file")
  .option("--count <n>", "end after so many readings; exit 1 if the last one failed", cycles)
  .option("--raw", "with the registers or conversions the readings were made of")
  .option("--simulate", "simulate what lies below the hardware drivers")
  .addOption(ignoreUnsupported())
  .addOption(set())
  .addOption(logLevel().default("warn"))
  .action(async (config, module, options) => (await import("./probe.ts")).probe(config, module, options));

program
  .command("console")
  .description("attach to the console of a running station; commands from stdin where it is no terminal")
  .option("--socket <path>", "socket of its console", "/run/evsed/console.sock")
  .action(async (options) => (await import("./console.ts")).attach(options.socket));

program
  .command("replay")
  .description("run a record again and compare the effects")
  .argument("<record>", "file written by --record")
  .action(async (record) => (await import("./replay.ts")).replay(record));

program
  .command("report")
  .description("draw what a record tells as a page for a browser: one file, nothing is fetched")
  .argument("<record>", "file written by --record")
  .requiredOption("-o, --output <file>", "HTML file to write")
  .action(async (record, options) => (await import("./report.ts")).report(record, options));

program
  .command("cp-trace")
  .description("show what the pilot sampler of the Charge Control C makes of recorded conversions")
  .argument("<file>", "CSV with the header t_us,pos_raw,neg_raw,duty_percent,driven")
  .action(async (file) => (await import("./cp-trace.ts")).cpTrace(file));

const yeti = program.command("yeti").description("read and write the serial line of a Yeti board by hand");
yeti
  .command("decode")
  .description("show the messages in a stream of bytes; exit 1 if anything had to be dropped")
  .argument("[hex...]", "the bytes, in any spacing; from stdin when left out")
  .addOption(new Option("--from <side>", "who sent them").choices(["mcu", "everest"]).makeOptionMandatory())
  .action(async (hex, options) => (await import("./yeti.ts")).yetiDecode(hex, options));
yeti
  .command("encode")
  .description("show the frame of a message")
  .argument("<json>", 'the message, e.g. {"pwm_duty_cycle":1000}')
  .addOption(new Option("--to <side>", "who shall get it").choices(["mcu", "everest"]).makeOptionMandatory())
  .action(async (json, options) => (await import("./yeti.ts")).yetiEncode(json, options));
yeti
  .command("flash")
  .description("bring another firmware into a board, unless a vehicle is connected; needs stm32flash")
  .argument("<port>", "serial port of the board; no daemon may have it")
  .argument("<file>", "image, e.g. yetiR1_2.2_firmware.bin")
  .option("--force", "an older firmware too, and whether or not a vehicle is connected")
  .action(async (port, file, options) => (await import("./yeti-flash.ts")).yetiFlash(port, file, options));

/** Ends the process once everything written has left it. */
function end(status: number): void {
  process.exitCode = status;
}

async function main(): Promise<void> {
  // Whoever reads our output may stop reading: that is no fault of the run.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(process.exitCode ?? exitStatus.done);
    throw error;
  });
  const wantsSimHelp = process.argv[2] === "sim" && process.argv.some((word) => word === "--help" || word === "-h");
  try {
    if (wantsSimHelp) {
      const { simHelpText } = await import("./sim-help-text.ts");
      program.commands.find((command) => command.name() === "sim")?.addHelpText("after", await simHelpText());
    }
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      end(error.exitCode === 0 ? exitStatus.done : exitStatus.usage);
      return;
    }
    const { DeviceError, EvsedError, UsageError } = await import("../core/errors.ts");
    if (error instanceof UsageError) {
      tell(error.message);
      end(exitStatus.usage);
      return;
    }
    if (error instanceof DeviceError) {
      tell(`evsed: ${error.code}: ${error.message}`);
      end(exitStatus.failed);
      return;
    }
    const told =
      error instanceof EvsedError ? `${error.code}: ${error.message}` : error instanceof Error ? error.stack : error;
    tell(`evsed: internal error: ${told}`);
    end(exitStatus.failed);
  }
}

void main();
