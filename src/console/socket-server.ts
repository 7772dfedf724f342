/**
 * The console at a Unix socket: whoever may open it may use it. Bytes both ways; a client with a terminal begins with
 * `\0terminal ROWS COLUMNS\n`, and then every key counts. Others send lines and get lines.
 */
import { unlinkSync } from "node:fs";
import type { Socket } from "node:net";
import { connect, createServer } from "node:net";
import type { Log } from "../../hal/log.ts";
import type { Seat } from "./commands/command.ts";
import type { Run } from "./commands/interpreter.ts";
import type { Later } from "./console-session.ts";
import { ConsoleSession } from "./console-session.ts";

export interface SocketConsoleOptions {
  readonly path: string;
  /** Of the socket: who may use it. */
  readonly mode: number;
  readonly run: Run;
  readonly left: (seat: Seat) => void;
  readonly later: Later;
  readonly log: Log;
}

const mostClients = 8;
const mostUnreadBytes = 256 * 1024;
const longestPreamble = 64;
const askMs = 1000;

export const preamble = (rows: number, columns: number): string => `\0terminal ${rows} ${columns}\n`;

/** Answers what ends it. A socket that cannot be had is a line in the log: the station goes on without. */
export function startSocketConsole(options: SocketConsoleOptions): () => void {
  const { path, mode, log } = options;
  const clients = new Set<Socket>();
  let isOver = false;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    if (clients.size >= mostClients) {
      socket.end("too many consoles are open\n");
      return;
    }
    clients.add(socket);
    socket.on("close", () => clients.delete(socket));
    // It is closed next.
    socket.on("error", () => {});
    serve(socket, options);
  });
  const listen = (): void => {
    // Its rights are those it is made with: nobody gets in before they are set.
    const before = process.umask(0o777 & ~mode);
    try {
      server.listen(path, () => log.info("console.socket", { path }));
    } finally {
      process.umask(before);
    }
  };
  let hasCleared = false;
  server.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE" || hasCleared) {
      log.error("console.socket_failed", { path, message: error.message });
      return;
    }
    hasCleared = true;
    whoeverListens(path, (isThere) => {
      if (isOver) return;
      if (isThere) {
        log.error("console.socket_taken", { path, by: "another daemon" });
        return;
      }
      // Left behind by one that was killed.
      try {
        unlinkSync(path);
      } catch (reason) {
        log.error("console.socket_failed", { path, message: String(reason) });
        return;
      }
      listen();
    });
  });
  listen();
  return () => {
    isOver = true;
    server.close();
    for (const socket of clients) socket.destroy();
  };
}

function whoeverListens(path: string, told: (isThere: boolean) => void): void {
  const socket = connect(path);
  socket.setTimeout(askMs, () => socket.destroy(new Error("no answer")));
  socket.on("connect", () => {
    socket.destroy();
    told(true);
  });
  socket.on("error", (error: NodeJS.ErrnoException) => told(error.code !== "ECONNREFUSED"));
}

function serve(socket: Socket, { run, left, later }: SocketConsoleOptions): void {
  let session: ConsoleSession | null = null;
  let beginning = Buffer.alloc(0);

  const begin = (terminal: { rows: number; columns: number } | null): ConsoleSession =>
    new ConsoleSession({
      run,
      left,
      later,
      terminal,
      login: null,
      onRoom: (isRoom) => {
        if (isRoom) socket.resume();
        else socket.pause();
      },
      line: {
        write(text) {
          if (socket.destroyed || socket.writableLength > mostUnreadBytes) return false;
          socket.write(text);
          return true;
        },
        close: () => socket.end(),
      },
    });

  socket.on("data", (bytes) => {
    if (session !== null) {
      session.received(bytes);
      return;
    }
    beginning = Buffer.concat([beginning, bytes]);
    const end = beginning.indexOf("\n");
    const isPreamble = beginning[0] === 0;
    if (isPreamble && end < 0 && beginning.length <= longestPreamble) return;
    const terminal = isPreamble ? terminalOf(beginning.subarray(1, Math.max(1, end)).toString("latin1")) : null;
    session = begin(terminal);
    session.received(terminal === null ? beginning : beginning.subarray(end + 1));
    beginning = Buffer.alloc(0);
  });
  socket.on("end", () => {
    if (session === null) socket.end();
    else session.ended();
  });
  socket.on("close", () => session?.gone());
}

function terminalOf(text: string): { rows: number; columns: number } | null {
  const [, rows, columns] = /^terminal (\d{1,4}) (\d{1,4})$/.exec(text) ?? [];
  if (rows === undefined || columns === undefined) return null;
  return { rows: Math.max(5, Number(rows)), columns: Math.max(40, Number(columns)) };
}
