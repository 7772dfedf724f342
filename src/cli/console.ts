/** `evsed console`: carries keys to the socket of a running station, and its answers back. */
import { connect } from "node:net";
import { preamble } from "../console/socket-server.ts";
import { DeviceError } from "../core/errors.ts";

const fallback = { rows: 24, columns: 80 } as const;

/** Ends when either side does. */
export function attach(path: string): Promise<void> {
  const { stdin, stdout } = process;
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const isTerminal = stdin.isTTY && stdout.isTTY;
    socket.on("connect", () => {
      if (isTerminal) {
        stdin.setRawMode(true);
        socket.write(preamble(stdout.rows ?? fallback.rows, stdout.columns ?? fallback.columns));
      }
      stdin.pipe(socket);
      socket.pipe(stdout, { end: false });
    });
    const release = (): void => {
      stdin.unpipe(socket);
      if (isTerminal) stdin.setRawMode(false);
      stdin.pause();
    };
    socket.on("close", () => {
      release();
      resolve();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      release();
      const why =
        error.code === "ENOENT" || error.code === "ECONNREFUSED" ? "no station has its console there" : error.message;
      reject(new DeviceError("console", `${path}: ${why}`, error));
    });
  });
}
