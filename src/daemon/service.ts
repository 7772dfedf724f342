/** The station as the service manager sees it: ready, how it is, alive. */
import type { Timer } from "../../hal/clock.ts";
import type { Log } from "../../hal/log.ts";
import type { StationState } from "../console/station-view.ts";
import { statusText } from "../console/status-text.ts";
import type { Station } from "../runtime/station.ts";
import type { WatchdogEffect, WatchdogEvent, WatchdogState } from "../runtime/watchdog.ts";
import { unstartedWatchdog, watchdog } from "../runtime/watchdog.ts";
import type { NotifySocket } from "./notify-socket.ts";
import { openNotifySocket } from "./notify-socket.ts";
import type { ServiceManager } from "./service-manager.ts";

export interface ServiceOptions {
  readonly station: Station;
  /** As people see it. */
  readonly state: () => StationState;
  readonly notify: NotifySocket;
  /** By the clock of the station. */
  readonly watchdogMs: number;
  readonly log: Log;
}

export async function openService(
  manager: ServiceManager,
  options: Omit<ServiceOptions, "notify" | "watchdogMs"> & { readonly speed: number },
): Promise<Service> {
  const notify = await openNotifySocket(manager.socket, options.log);
  return new Service({ ...options, notify, watchdogMs: manager.watchdogMs * options.speed });
}

export class Service {
  readonly #options: ServiceOptions;
  readonly #machine: ReturnType<typeof watchdog>;
  #state: WatchdogState = unstartedWatchdog;
  #timer: Timer | null = null;
  #waitsFor: string | null = null;
  #told = "";

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#machine = watchdog(options.watchdogMs);
  }

  /** From here on it is looked at; once it is ready, that is told. */
  start(): void {
    this.#state = { ...this.#state, checkAtMs: this.#options.station.clock.nowMs() };
    this.#arm();
  }

  /** `because`: of a failure. */
  stopping(because?: string): void {
    this.#post({ type: "stopped" });
    this.#options.notify.tell({ STOPPING: "1", STATUS: because === undefined ? "Stopping" : `Stopping: ${because}` });
  }

  close(): void {
    this.#options.notify.close();
  }

  #post(event: WatchdogEvent): void {
    const { state, effects } = this.#machine.step(this.#state, event, this.#options.station.clock.nowMs());
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#arm();
  }

  #perform(effect: WatchdogEffect): void {
    const { station, notify, log } = this.#options;
    switch (effect.type) {
      case "ask":
        station.queue.after(() => this.#drained());
        return;
      case "ready":
        log.info("ready");
        notify.tell({ READY: "1" });
        return;
      case "feed":
        notify.tell({ WATCHDOG: "1" });
        return;
      case "unfed":
        log.error("watchdog_unfed", { why: effect.why });
        return;
      case "fedAgain":
        log.warn("watchdog_fed_again");
    }
  }

  #drained(): void {
    const { station } = this.#options;
    this.#waitsFor = this.#state.name === "starting" ? station.waitsFor() : null;
    this.#post({ type: "drained", waitsFor: this.#waitsFor, stalled: station.stalled() });
    this.#tellStatus();
  }

  /** Once for each change; the check before a sign of life has looked at everything already. */
  #tellStatus(): void {
    if (this.#state.name === "stopped") return;
    const text = statusText(this.#options.state(), this.#waitsFor);
    if (text === this.#told) return;
    this.#told = text;
    this.#options.notify.tell({ STATUS: text });
  }

  #arm(): void {
    const { clock } = this.#options.station;
    this.#timer?.cancel();
    this.#timer = null;
    const dueMs = this.#machine.deadlineMs(this.#state);
    if (dueMs === null) return;
    this.#timer = clock.schedule("watchdog", dueMs, () => this.#post(this.#machine.deadlineReached));
  }
}
