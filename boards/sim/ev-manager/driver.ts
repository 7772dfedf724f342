/**
 * A simulated vehicle. It acts every 250 ms, but only on ticks at which something can have changed: a script that
 * sleeps for ten hours costs one timer.
 *
 * Source: simulation facts, section 2.
 */
import type { Timer } from "../../../hal/clock.ts";
import type { ModuleContext, ModuleFactory, ModuleInstance } from "../../../hal/module.ts";
import type { PilotLetter } from "../../../src/core/board.ts";
import { drawnCurrentA } from "../vehicle-current.ts";
import { Battery } from "./battery.ts";
import type { Car } from "./car.ts";
import type { manifest } from "./manifest.ts";
import type { ScriptCommand } from "./script.ts";
import { parseScript } from "./script.ts";

const tickMs = 250;
const residualAtRestMa = 0.1;

type VehicleState = "unplugged" | "pluggedIn" | "chargingRegulated" | "chargingFixed" | "errorE" | "diodeFail";

/** What the vehicle does to the wire in each state; null leaves it as it is. */
interface Behaviour {
  readonly load: (PilotLetter & ("A" | "B" | "C" | "E")) | null;
  readonly takesPower: boolean;
  readonly diodeFailed: boolean;
}

const idle = { takesPower: false, diodeFailed: false } as const;
const charging: Behaviour = { load: "C", takesPower: true, diodeFailed: false };
const waiting: Behaviour = { load: "B", ...idle };

function behaviour(state: VehicleState, powerOffered: boolean): Behaviour {
  switch (state) {
    case "unplugged":
      return { load: "A", ...idle };
    case "pluggedIn":
      return waiting;
    case "chargingRegulated":
      return powerOffered ? charging : waiting;
    case "chargingFixed":
      return charging;
    case "errorE":
      return { load: "E", ...idle };
    case "diodeFail":
      return { load: null, takesPower: false, diodeFailed: true };
  }
}

export const create = ((context: ModuleContext<typeof manifest>): ModuleInstance & Car => {
  const { clock, config, log } = context;

  let isReady = false;
  let enabled = false;
  let given: readonly ScriptCommand[] | null = null;
  let queue: ScriptCommand[] = [];
  let running = false;
  let endless: readonly ScriptCommand[] = [];
  let sleepUntilMs: number | null = null;

  let state: VehicleState = "unplugged";
  let applied: Behaviour = behaviour("unplugged", false);
  let wantedA = config.max_current;
  let phases: 1 | 3 = config.three_phases ? 3 : 1;
  let dutyPercent = 0;
  let letter: PilotLetter | null = null;
  let powered = false;
  let battery = newBattery();
  let publishedPercent: number | null = null;

  let gridMs = 0;
  let lastPassMs = Number.NEGATIVE_INFINITY;
  let timer: Timer | null = null;
  let timerAtMs = Number.POSITIVE_INFINITY;

  const main = context.provide("main", {
    enable: ({ value }) => enable(value),
    execute_charging_session: ({ value }) => {
      if (!enabled || running) {
        log.warn("script_refused", { reason: enabled ? "another one runs" : "vehicle is disabled" });
        return;
      }
      const commands = parsed(value);
      if (commands === null) return;
      resetVehicle();
      start(commands);
    },
    modify_charging_session: ({ value }) => {
      if (!enabled) {
        log.warn("script_refused", { reason: "vehicle is disabled" });
        return;
      }
      const commands = parsed(value);
      if (commands !== null) start(commands);
    },
  });
  const info = context.provide("ev_manager", {});

  const [board] = context.require("ev_board_support");
  board?.subscribe("bsp_measurement", ({ cp_pwm_duty_cycle }) => {
    if (cp_pwm_duty_cycle === dutyPercent) return;
    dutyPercent = cp_pwm_duty_cycle;
    chargeBattery();
    wakeAt(nextTickMs(clock.nowMs()));
  });
  board?.subscribe("bsp_event", ({ event }) => {
    switch (event) {
      case "PowerOn":
      case "PowerOff":
        powered = event === "PowerOn";
        chargeBattery();
        break;
      case "Disconnected":
        if (state === "unplugged") return;
        log.warn("vehicle_disconnected");
        endRun();
        state = "unplugged";
        break;
      default:
        letter = event;
    }
    wakeAt(nextTickMs(clock.nowMs()));
  });

  function parsed(script: string): readonly ScriptCommand[] | null {
    const result = parseScript(script);
    if (result.ok) return result.commands;
    log.error("script_rejected", { message: result.message, offset: result.offset });
    return null;
  }

  function enable(value: boolean): void {
    if (value === enabled) {
      log.warn("enable_unchanged", { value });
      return;
    }
    enabled = value;
    if (!enabled) {
      endRun();
      resetVehicle();
      applied = behaviour("unplugged", false);
    }
    board?.call("enable", { value });
    if (enabled) resetVehicle();
    main.publish("enabled", enabled);
  }

  /** A fresh vehicle. The plug follows with the next pass, unless a command has put it in again by then. */
  function resetVehicle(): void {
    state = "unplugged";
    takeCurrent(config.max_current, config.three_phases, false);
    board?.call("set_rcd_error", { rcd_current_mA: residualAtRestMa });
    battery = newBattery();
    chargeBattery();
    publishInfo();
  }

  function newBattery(): Battery {
    return new Battery(config.dc_energy_capacity, config.soc, clock.nowMs());
  }

  function start(commands: readonly ScriptCommand[]): void {
    // A tick that is still to come keeps its instant; a vehicle at rest counts from now.
    if (!running) gridMs = clock.nowMs();
    queue = [...commands];
    sleepUntilMs = null;
    running = true;
    wakeAt(nextTickMs(clock.nowMs()));
  }

  function endRun(): void {
    queue = [];
    sleepUntilMs = null;
    running = false;
    endless = [];
  }

  function nextTickMs(notBeforeMs: number): number {
    const atMs = gridMs + tickMs * Math.max(0, Math.ceil((notBeforeMs - gridMs) / tickMs - 1e-9));
    return atMs > lastPassMs ? atMs : atMs + tickMs;
  }

  function wakeAt(atMs: number): void {
    if (!enabled || atMs >= timerAtMs) return;
    timer?.cancel();
    timerAtMs = atMs;
    timer = clock.schedule("vehicle", atMs, () => pass(atMs));
  }

  function pass(atMs: number): void {
    timer = null;
    timerAtMs = Number.POSITIVE_INFINITY;
    lastPassMs = atMs;
    if (!enabled) return;
    for (let next = queue[0]; next !== undefined && perform(next, atMs); next = queue[0]) queue.shift();
    applyState();
    chargeBattery();
    if (battery.wholePercent(clock.nowMs()) !== publishedPercent) publishInfo();
    if (running && queue.length === 0) {
      log.info("script_ended");
      if (endless.length > 0) {
        // Still running: the next run begins one tick later, so a script without any wait cannot hold up the clock.
        resetVehicle();
        start(endless);
      } else running = false;
    }
    if (sleepUntilMs !== null) wakeAt(sleepUntilMs);
    const nextPercentMs = battery.nextPercentAtMs(clock.nowMs());
    if (nextPercentMs !== null) wakeAt(nextTickMs(nextPercentMs));
  }

  /** True when the command is done; false when it has to be asked again with the next pass. */
  function perform({ name, args, expectedCount }: ScriptCommand, atMs: number): boolean {
    if (expectedCount !== undefined) {
      log.error("command_skipped", { name, expected: expectedCount, given: args.length });
      return true;
    }
    const [first = "", second = ""] = args;
    switch (name) {
      case "sleep":
        sleepUntilMs ??= atMs + Math.floor((Number(first) * 1000) / tickMs) * tickMs;
        if (atMs < sleepUntilMs) return false;
        sleepUntilMs = null;
        return true;
      case "plugin":
        plugIn();
        return true;
      case "iec_wait_pwr_ready":
        state = "pluggedIn";
        return powerOffered();
      case "draw_power_regulated":
      case "draw_power_fixed":
        state = name === "draw_power_fixed" ? "chargingFixed" : "chargingRegulated";
        takeCurrent(Number(first), second === "3", state === "chargingFixed");
        return true;
      case "pause":
        state = "pluggedIn";
        return true;
      case "unplug":
        state = "unplugged";
        return true;
      case "error_e":
        state = "errorE";
        return true;
      case "diode_fail":
        state = "diodeFail";
        return true;
      case "rcd_current":
        board?.call("set_rcd_error", { rcd_current_mA: Number(first) });
        return true;
      case "set_soc":
        setSoc(Number(first));
        return true;
      case "wait_for_real_plugin":
        if (letter !== "A") return false;
        state = "pluggedIn";
        return true;
      default:
        // The parser lets no command through that needs a stack we do not have.
        log.error("command_skipped", { name });
        return true;
    }
  }

  function plugIn(): void {
    const commands = config.plugin_commands === "" ? null : parsed(config.plugin_commands);
    if (commands === null || commands.some(({ name }) => name === "plugin")) {
      log.error("plugin_commands_unusable", { commands: config.plugin_commands });
      return;
    }
    queue = [...queue.slice(0, 1), ...commands];
  }

  function setSoc(percent: number): void {
    if (percent < 0 || percent > 100) {
      log.error("soc_out_of_range", { percent });
      return;
    }
    battery.setSoc(percent, clock.nowMs());
    publishInfo();
  }

  function takeCurrent(currentA: number, threePhases: boolean, fixed: boolean): void {
    wantedA = currentA;
    phases = threePhases ? 3 : 1;
    board?.call("set_ac_max_current", { current: currentA });
    board?.call("set_ac_current_mode", { fixed });
    board?.call("set_three_phases", { three_phases: threePhases });
  }

  function powerOffered(): boolean {
    return dutyPercent > 7 && dutyPercent < 97;
  }

  /** Power goes before the load does, and comes after it. */
  function applyState(): void {
    const now = behaviour(state, powerOffered());
    const before = applied;
    applied = { ...now, load: now.load ?? before.load };
    if (before.takesPower && !now.takesPower) board?.call("allow_power_on", { value: false });
    if (now.diodeFailed !== before.diodeFailed) board?.call("diode_fail", { value: now.diodeFailed });
    if (now.load !== null && now.load !== before.load) board?.call("set_cp_state", { cp_state: now.load });
    if (now.takesPower && !before.takesPower) board?.call("allow_power_on", { value: true });
  }

  function chargeBattery(): void {
    const takes = applied.takesPower && powered;
    const currentA = takes ? drawnCurrentA(dutyPercent, wantedA, state === "chargingFixed") : 0;
    battery.setPower(currentA * config.ac_nominal_voltage * phases, clock.nowMs());
  }

  function publishInfo(): void {
    publishedPercent = battery.wholePercent(clock.nowMs());
    info.publish("ev_info", { soc: battery.soc(clock.nowMs()), battery_capacity: battery.capacityWh });
  }

  return {
    connectorId: config.connector_id,
    run(script) {
      const commands = parsed(script);
      if (commands === null) return;
      if (!isReady) {
        given = commands;
        return;
      }
      endless = [];
      if (!enabled) enable(true);
      start(commands);
    },
    scriptRunning: () => running || given !== null,
    ready() {
      isReady = true;
      if (config.auto_enable || given !== null) enable(true);
      else main.publish("enabled", false);
      const automatic = config.auto_exec && given === null && enabled ? parsed(config.auto_exec_commands) : null;
      const commands = given ?? automatic;
      given = null;
      if (commands === null) return;
      if (config.auto_exec_infinite && automatic !== null) endless = automatic;
      start(commands);
    },
    stop() {
      timer?.cancel();
    },
  };
}) satisfies ModuleFactory<typeof manifest>;
