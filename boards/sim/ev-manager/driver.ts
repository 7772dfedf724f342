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
import { beyondReach, parseScript } from "./script.ts";

const tickMs = 250;
const residualAtRestMa = 0.1;

type VehicleState =
  | "unplugged"
  | "pluggedIn"
  | "chargingRegulated"
  | "chargingFixed"
  | "errorE"
  | "diodeFail"
  /** By high-level communication: ready for power, drawing AC, taking DC. */
  | "isoReady"
  | "isoDrawing"
  | "isoDc";

/** The pilot follows the conversation: it is let go of when that says so. */
const isIso = (state: VehicleState): boolean => state === "isoReady" || state === "isoDrawing" || state === "isoDc";

/** ISO 15118-3: a vehicle that wakes the station up toggles at most this often. */
const mostToggles = 3;

/** What the vehicle does to the wire in each state; null leaves it as it is. */
interface Behaviour {
  readonly load: (PilotLetter & ("A" | "B" | "C" | "E")) | null;
  readonly takesPower: boolean;
  readonly diodeFailed: boolean;
}

const idle = { takesPower: false, diodeFailed: false } as const;
const readyForPower: Behaviour = { load: "C", ...idle };
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
    case "isoDrawing":
      return charging;
    case "isoReady":
    case "isoDc":
      return readyForPower;
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

  let slacState: "UNMATCHED" | "MATCHING" | "MATCHED" = "UNMATCHED";
  let talk = { powerReady: false, dcPowerOn: false, finished: false, stopAsked: false, pauseAsked: false };
  let transferMode = "";
  let stationMostA = Number.POSITIVE_INFINITY;
  let dcPowerW = 0;
  let waitEndsMs: number | null = null;
  let togglesLeft: number | null = null;

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
        leave();
        break;
      default:
        letter = event;
    }
    wakeAt(nextTickMs(clock.nowMs()));
  });

  const [slac] = context.require("slac");
  const [ev] = context.require("ev");
  const wake = (): void => wakeAt(nextTickMs(clock.nowMs()));
  slac?.subscribe("state", (value) => {
    slacState = value;
    wake();
  });
  ev?.subscribe("ev_power_ready", (value) => {
    talk.powerReady = value;
    if (!value && isIso(state)) state = "pluggedIn";
    wake();
  });
  ev?.subscribe("dc_power_on", () => hear({ dcPowerOn: true }));
  ev?.subscribe("v2g_session_finished", () => hear({ finished: true }));
  ev?.subscribe("stop_from_charger", () => hear({ stopAsked: true }));
  ev?.subscribe("pause_from_charger", () => hear({ pauseAsked: true }));
  ev?.subscribe("ac_evse_max_current", (currentA) => {
    stationMostA = currentA;
    if (state === "isoDrawing") board?.call("set_ac_max_current", { current: Math.min(wantedA, stationMostA) });
    chargeBattery();
    wake();
  });
  ev?.subscribe("dc_power", (powerW) => {
    dcPowerW = powerW;
    chargeBattery();
    wake();
  });

  function hear(change: Partial<typeof talk>): void {
    talk = { ...talk, ...change };
    wake();
  }

  function parsed(script: string): readonly ScriptCommand[] | null {
    const result = parseScript(script);
    const problem = result.ok
      ? beyondReach(result.commands, { ev: ev !== undefined, slac: slac !== undefined })
      : result;
    if (result.ok && problem === undefined) return result.commands;
    log.error("script_rejected", { message: problem?.message, offset: problem?.offset });
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
    leave();
    takeCurrent(config.max_current, config.three_phases, false);
    board?.call("set_rcd_error", { rcd_current_mA: residualAtRestMa });
    battery = newBattery();
    chargeBattery();
    publishInfo();
  }

  /** Out of the socket: nobody on the power line hears anything of it any more. */
  function leave(): void {
    if (state !== "unplugged") {
      board?.call("set_rcd_error", { rcd_current_mA: residualAtRestMa });
      ev?.call("abort_charging", {});
      slac?.call("reset", {});
    }
    state = "unplugged";
  }

  function newBattery(): Battery {
    return new Battery(config.dc_energy_capacity, config.soc, clock.nowMs());
  }

  function start(commands: readonly ScriptCommand[]): void {
    // A tick that is still to come keeps its instant; a vehicle at rest counts from now.
    if (!running) gridMs = clock.nowMs();
    queue = [...commands];
    forgetWaits();
    running = true;
    wakeAt(nextTickMs(clock.nowMs()));
  }

  function endRun(): void {
    queue = [];
    forgetWaits();
    running = false;
    endless = [];
  }

  function forgetWaits(): void {
    sleepUntilMs = null;
    waitEndsMs = null;
    togglesLeft = null;
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
    if (waitEndsMs !== null) wakeAt(waitEndsMs);
    if (togglesLeft !== null) wakeAt(nextTickMs(atMs));
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
        leave();
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
      case "iso_wait_pwm_is_running":
        state = "pluggedIn";
        return dutyPercent > 4 && dutyPercent < 97;
      case "iso_wait_slac_matched":
        state = "pluggedIn";
        if (slacState === "UNMATCHED") {
          slac?.call("reset", {});
          slac?.call("trigger_matching", {});
        }
        return slacState === "MATCHED";
      case "iso_start_v2g_session":
        return startConversation(args);
      case "iso_wait_pwr_ready":
        if (!talk.powerReady) return false;
        state = "isoReady";
        return true;
      case "iso_draw_power_regulated":
        state = "isoDrawing";
        takeCurrent(Number(first), second === "3", false);
        return true;
      case "iso_dc_power_on":
        if (talk.pauseAsked) return pauseAsAsked();
        if (!talk.dcPowerOn) return false;
        talk.dcPowerOn = false;
        if (talk.powerReady) state = "isoDc";
        return true;
      case "iso_stop_charging":
        ev?.call("stop_charging", {});
        letGoOfPilot();
        return true;
      case "iso_wait_for_stop":
        if (talk.pauseAsked) return pauseAsAsked();
        waitEndsMs ??= atMs + Math.floor((Number(first) * 1000) / tickMs) * tickMs;
        if (!talk.stopAsked && atMs < waitEndsMs) return false;
        if (!talk.stopAsked) ev?.call("stop_charging", {});
        waitEndsMs = null;
        letGoOfPilot();
        return true;
      case "iso_wait_v2g_session_stopped":
        if (!talk.finished) return false;
        talk.finished = false;
        return true;
      case "iso_pause_charging":
        ev?.call("pause_charging", {});
        letGoOfPilot();
        return true;
      case "iso_wait_for_resume":
        return false;
      case "iso_start_bcb_toggle":
        return toggle(Number(first));
    }
  }

  /** Power ends by a message first; the pilot follows when that has been said. Without a conversation it goes at once. */
  function letGoOfPilot(): void {
    if (!talk.powerReady) state = "pluggedIn";
  }

  /** False for a mode nobody knows: the command waits for ever, until another script replaces it. */
  function startConversation(args: readonly string[]): boolean {
    const [mode = "", ...rest] = args;
    const payment = rest.length === 1 || rest.length === 3 ? (rest[0] ?? "") : "auto";
    const [departure = String(config.departure_time), amount = String(config.e_amount)] =
      rest.length === 3 ? rest.slice(1) : rest.length === 2 ? rest : [];
    const [departureS, amountWh] = [Number(departure), Number(amount)];
    const energyMode =
      mode === "dc"
        ? "DC_extended"
        : mode === "ac"
          ? config.three_phases
            ? "AC_three_phase_core"
            : "AC_single_phase_core"
          : null;
    if (energyMode === null || !(departureS >= 0) || !(amountWh >= 0)) {
      log.error("session_not_started", { args: args.join(" ") });
      return false;
    }
    if (!["auto", "externalpayment", "contract"].includes(payment)) log.warn("payment_unknown", { payment });
    transferMode = mode;
    talk = { powerReady: false, dcPowerOn: false, finished: false, stopAsked: false, pauseAsked: false };
    stationMostA = Number.POSITIVE_INFINITY;
    ev?.call("set_dc_params", {
      EvParameters: {
        max_current_limit: mode === "dc" ? config.dc_max_current_limit : config.max_current,
        max_power_limit: config.dc_max_power_limit,
        max_voltage_limit: config.dc_max_voltage_limit,
        energy_capacity: config.dc_energy_capacity,
        target_current: config.dc_target_current,
        target_voltage: config.dc_target_voltage,
        min_voltage_limit: config.dc_min_voltage_limit,
      },
    });
    ev?.call("set_bpt_dc_params", {
      EvBPTParameters: {
        discharge_max_current_limit: config.dc_discharge_max_current_limit,
        discharge_max_power_limit: config.dc_discharge_max_power_limit,
        discharge_target_current: config.dc_discharge_target_current,
        discharge_minimal_soc: config.dc_discharge_v2g_minimal_soc,
      },
    });
    if (config.support_sae_j2847 && mode === "dc") ev?.call("enable_sae_j2847_v2g_v2h", {});
    ev?.call("update_soc", { SoC: battery.soc(clock.nowMs()) });
    ev?.call("start_charging", {
      EnergyTransferMode: energyMode,
      SelectedPaymentOption: {
        payment_option: payment === "contract" ? "Contract" : "ExternalPayment",
        enforce_payment_option: config.force_payment_option,
      },
      DepartureTime: departureS,
      EAmount: amountWh,
    });
    return true;
  }

  /** What the station asked for; the vehicle comes back by itself when it finds a duty cycle again. */
  function pauseAsAsked(): boolean {
    talk.pauseAsked = false;
    waitEndsMs = null;
    const rest = parsed(
      `iso_wait_v2g_session_stopped;pause;sleep 2;iso_wait_pwm_is_running;iso_start_v2g_session ${transferMode};iso_wait_pwr_ready;iso_wait_for_stop 36000`,
    );
    queue = [...queue.slice(0, 1), ...(rest ?? [])];
    return true;
  }

  /** From B to C and back, a tick each. */
  function toggle(count: number): boolean {
    togglesLeft ??= 2 * Math.min(mostToggles, Math.floor(count));
    if (togglesLeft === 0) {
      togglesLeft = null;
      return true;
    }
    togglesLeft -= 1;
    state = togglesLeft % 2 === 1 ? "isoReady" : "pluggedIn";
    return false;
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
    board?.call("set_ac_max_current", { current: Math.min(currentA, stationMostA) });
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
    if (now.load !== null && now.load !== before.load) {
      board?.call("set_cp_state", { cp_state: now.load });
      ev?.call("cp_state_changed", { cp_state: now.load });
    }
    if (now.takesPower && !before.takesPower) board?.call("allow_power_on", { value: true });
  }

  function chargeBattery(): void {
    const takes = applied.takesPower && powered;
    const mostA = Math.min(wantedA, stationMostA);
    const currentA = takes ? drawnCurrentA(dutyPercent, mostA, state === "chargingFixed") : 0;
    battery.setPower(currentA * config.ac_nominal_voltage * phases + dcPowerW, clock.nowMs());
  }

  function publishInfo(): void {
    publishedPercent = battery.wholePercent(clock.nowMs());
    ev?.call("update_soc", { SoC: battery.soc(clock.nowMs()) });
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
