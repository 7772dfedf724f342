/** Who started the daemon as a service, as the environment tells it. See sd_notify(3) and sd_watchdog_enabled(3). */

/** Where nobody asks for signs of life, the state is looked at as often as if somebody did. */
const unwatchedMs = 2000;

/** What a service manager has put into the environment. Nothing that this process starts is to speak for it. */
export interface ServiceManager {
  readonly socket: string;
  readonly watchdogMs: number;
}

export function takeServiceManager(environment: NodeJS.ProcessEnv): ServiceManager | null {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: interval, WATCHDOG_PID: watched } = environment;
  for (const name of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) delete environment[name];
  if (socket === undefined || socket === "") return null;
  const isWatched = watched === undefined || Number(watched) === process.pid;
  const intervalMs = isWatched ? Number(interval) / 1000 : Number.NaN;
  return { socket, watchdogMs: intervalMs > 0 ? intervalMs : unwatchedMs };
}
