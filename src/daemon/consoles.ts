/** Opens the lines of the console: Unix socket, serial line, the terminal or the pipe that `run` was started with. */
import type { Car } from "../../boards/sim/ev-manager/car.ts";
import type { Log } from "../../hal/log.ts";
import type { Configuration } from "../config/configuration.ts";
import type { Later } from "../console/console-session.ts";
import { ConsoleSession } from "../console/console-session.ts";
import type { SerialConsole } from "../console/serial-console.ts";
import { startSerialConsole } from "../console/serial-console.ts";
import { startSocketConsole } from "../console/socket-server.ts";
import { DeviceError } from "../core/errors.ts";
import type { LoopMonitor } from "../runtime/loop-monitor.ts";
import type { Station } from "../runtime/station.ts";
import { createConsole } from "./console.ts";
import type { ConsolesWanted } from "./consoles-wanted.ts";
import type { LogLevel, LogThreshold } from "./logger.ts";
import { logLevels } from "./logger.ts";

export interface Consoles {
  /** The station runs: from now on somebody may type. */
  start(): void;
  /** The station has been stopped: nobody types any more. */
  stop(): void;
}

export interface ConsoleSurroundings {
  readonly station: Station;
  readonly cars: ReadonlyMap<number, Car>;
  readonly monitor: LoopMonitor;
  readonly configuration: Configuration;
  readonly simulate: boolean;
  readonly title: string;
  readonly log: (component: string) => Log;
  readonly logThreshold: LogThreshold;
}

const mebibyte = 1024 * 1024;

/** Real time, and no reason to stay alive. */
const later: Later = (run, delayMs) => {
  const timer = setTimeout(run, delayMs).unref();
  return { cancel: () => clearTimeout(timer) };
};

/** Made before the station is ready: the console remembers from the first line on. */
export async function createConsoles(wanted: ConsolesWanted, surroundings: ConsoleSurroundings): Promise<Consoles> {
  const { station, cars, monitor, configuration, simulate, title, logThreshold } = surroundings;
  const log = surroundings.log("console");
  const ends: (() => void)[] = [];
  let serial: SerialConsole | null = null;
  const figures = (): Record<string, number | string> => {
    const { count, late, worstMs } = monitor.figures;
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return {
      "events handled": station.queue.handled,
      "timers run": count,
      "of them late": late,
      "worst lateness": `${worstMs.toFixed(1)} ms`,
      "processor time": `${((user + system) / 1_000_000).toFixed(1)} s`,
      memory: `${(rss / mebibyte).toFixed(1)} MiB, heap ${(heapUsed / mebibyte).toFixed(1)} MiB`,
      ...(serial === null
        ? {}
        : {
            "serial console: bytes dropped": serial.figures.droppedBytes,
            "serial console: wrong secrets": serial.figures.wrongSecrets,
          }),
    };
  };
  const { run, left, stopped } = createConsole(
    station,
    cars,
    {
      version: process.env.EVSED_VERSION ?? "0.1.0",
      title,
      simulate,
      loop: figures,
      configuration: { ...configuration, modules: configuration.modules.map(({ positions: _, ...module }) => module) },
    },
    {
      levels: logLevels,
      present: () => logThreshold.level,
      set: (level) => {
        logThreshold.level = level as LogLevel;
      },
    },
  );
  const ports = wanted.serial === null ? null : await serialPorts();

  return {
    start() {
      const common = { run, left, later, log };
      if (wanted.socket !== null) ends.push(startSocketConsole({ ...common, ...wanted.socket }));
      if (wanted.serial !== null && ports !== null) {
        serial = startSerialConsole({ ...common, ...wanted.serial, ports });
        ends.push(serial.stop);
      }
      if (wanted.stdin) ends.push(startTerminal({ run, left, later }));
    },
    stop() {
      stopped();
      for (const end of ends) end();
    },
  };

  async function serialPorts() {
    const { loadSerialPorts } = await import("../../boards/linux/serial-ports.ts");
    return loadSerialPorts().catch((error: unknown) => {
      // A station charges without its console.
      if (!(error instanceof DeviceError)) throw error;
      log.error("console.serial_missing", { code: error.code, message: error.message });
      return null;
    });
  }
}

/** Who started the station types where it was started. Logs go to stderr, which may be the same terminal. */
function startTerminal({
  run,
  left,
  later,
}: Pick<ConstructorParameters<typeof ConsoleSession>[0], "run" | "left" | "later">): () => void {
  const { stdin, stdout } = process;
  const isTerminal = stdin.isTTY && stdout.isTTY;
  if (isTerminal) stdin.setRawMode(true);
  const release = (): void => {
    if (isTerminal) stdin.setRawMode(false);
    stdin.off("data", received);
    stdin.pause();
  };
  const session = new ConsoleSession({
    run,
    left,
    later,
    login: null,
    terminal: isTerminal ? { rows: stdout.rows ?? 24, columns: stdout.columns ?? 80 } : null,
    onRoom: (isRoom) => {
      if (isRoom) stdin.resume();
      else stdin.pause();
    },
    line: {
      write: (text) => {
        stdout.write(text);
        return true;
      },
      close: release,
    },
  });
  const received = (bytes: Buffer): void => session.received(bytes);
  stdin.on("data", received);
  stdin.on("end", () => session.ended());
  return () => {
    session.gone();
    release();
  };
}
