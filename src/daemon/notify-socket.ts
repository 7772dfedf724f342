/**
 * Telling the service manager: datagrams of VARIABLE=VALUE lines to the socket it names. Node has no such sockets; an
 * optional native package has, and where it is missing the manager's own program sends them, a process each time.
 */
import { execFile } from "node:child_process";
import type { Log } from "../../hal/log.ts";

/** What is told, by the names of sd_notify(3). */
export type Notification = Readonly<Partial<Record<"READY" | "STOPPING" | "WATCHDOG" | "STATUS", string>>>;

export interface NotifySocket {
  tell(notification: Notification): void;
  close(): void;
}

type Unix = typeof import("unix-dgram");

/** `path`: NOTIFY_SOCKET. `load` and `program` stand in for the package and the program in tests. */
export async function openNotifySocket(
  path: string,
  log: Log,
  {
    load = () => import("unix-dgram"),
    program = "systemd-notify",
  }: { load?: () => Promise<Unix>; program?: string } = {},
): Promise<NotifySocket> {
  // The package cannot reach sockets that have no file.
  const unix = path.startsWith("/") ? await load().catch(() => null) : null;
  if (unix !== null) return throughPackage(unix, path, log);
  log.info("notify_by_program", { program });
  return throughProgram(program, path, log);
}

/** A failure that goes on is told once. */
function toldOnce(log: Log): (error: Error | null | undefined) => void {
  let failing = false;
  return (error) => {
    if (error && !failing) log.error("notify_failed", { message: error.message });
    failing = Boolean(error);
  };
}

function throughPackage({ createSocket }: Unix, path: string, log: Log): NotifySocket {
  const socket = createSocket("unix_dgram");
  const sent = toldOnce(log);
  socket.on("error", sent);
  return {
    tell(notification) {
      const bytes = Buffer.from(lines(notification).join("\n"));
      socket.send(bytes, 0, bytes.length, path, sent);
    },
    close: () => socket.close(),
  };
}

/** One process at a time; what comes meanwhile goes with the next one. */
function throughProgram(program: string, path: string, log: Log): NotifySocket {
  const ended = toldOnce(log);
  let running = false;
  let waiting: Notification = {};
  function run(): void {
    const words = lines(waiting);
    if (running || words.length === 0) return;
    running = true;
    waiting = {};
    execFile(program, words, { env: { ...process.env, NOTIFY_SOCKET: path } }, (error) => {
      ended(error);
      running = false;
      run();
    });
  }
  return {
    tell(notification) {
      waiting = { ...waiting, ...notification };
      run();
    },
    close() {},
  };
}

const lines = (notification: Notification): string[] =>
  Object.entries(notification).map(([name, value]) => `${name}=${value.replaceAll("\n", " ")}`);
