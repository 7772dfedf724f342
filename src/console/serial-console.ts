/** The console at a serial line: a terminal of 24 x 80 that somebody plugs in, and nobody but who knows the secret. */
import type { Log } from "../../hal/log.ts";
import type { ByteStream, SerialPorts } from "../../hal/serial-ports.ts";
import type { Seat } from "./commands/command.ts";
import type { Run } from "./commands/interpreter.ts";
import type { Later } from "./console-session.ts";
import { ConsoleSession } from "./console-session.ts";
import { Login } from "./login.ts";

export interface SerialConsoleOptions {
  readonly path: string;
  readonly baudRate: number;
  readonly secret: string;
  readonly ports: SerialPorts;
  readonly run: Run;
  readonly left: (seat: Seat) => void;
  readonly later: Later;
  readonly log: Log;
}

export interface SerialConsole {
  stop(): void;
  /** Since the start: bytes that meant nothing, and secrets that were wrong. */
  readonly figures: { readonly droppedBytes: number; readonly wrongSecrets: number };
}

const terminal = { rows: 24, columns: 80 } as const;
const openAgainMs = 5000;

export function startSerialConsole(options: SerialConsoleOptions): SerialConsole {
  const { path, baudRate, ports, run, left, later, log } = options;
  const login = new Login(options.secret, log);
  let session: ConsoleSession | null = null;
  let stream: ByteStream | null = null;
  let droppedBefore = 0;
  let loggedLoss = "";
  let isOver = false;
  let retry: { cancel(): void } | null = null;

  const end = (): void => {
    droppedBefore += session?.dropped ?? 0;
    session?.gone();
    session = null;
  };
  const begin = (): void => {
    end();
    if (isOver) return;
    session = new ConsoleSession({
      run,
      left,
      later,
      login,
      terminal,
      line: {
        write: (text) => stream?.write(Buffer.from(text, "latin1")) ?? false,
        // The line stays: the next one who comes has to know the secret too.
        close: begin,
      },
    });
  };
  const open = (): void => {
    stream = ports.open(
      path,
      { baudRate, parity: "none" },
      {
        opened() {
          loggedLoss = "";
          log.info("console.serial", { path, baudRate });
          begin();
        },
        received: (bytes) => session?.received(bytes),
        closed(why) {
          if (why.message !== loggedLoss) log.warn("console.serial_lost", { code: why.code, message: why.message });
          loggedLoss = why.message;
          stream = null;
          end();
          if (!isOver) retry = later(open, openAgainMs);
        },
      },
    );
  };
  open();
  return {
    stop() {
      isOver = true;
      retry?.cancel();
      end();
      stream?.close();
    },
    get figures() {
      return { droppedBytes: droppedBefore + (session?.dropped ?? 0), wrongSecrets: login.failures };
    },
  };
}
