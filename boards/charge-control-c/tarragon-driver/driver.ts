/**
 * Charge Control C: Linux itself drives the pilot, reads it back and switches the contactors. What samples the pilot and
 * opens the contactors whatever the rest of the program does is the interlock; the driver drives the pilot, grants and
 * takes back, looks at the feedbacks and tells the station.
 *
 * Source: Charge Control C facts, sections 2 to 6; board-support facts, sections 1 to 4.
 */

import type { Timer } from "../../../hal/clock.ts";
import type { Level, OutputLine } from "../../../hal/digital-line.ts";
import type { Lines } from "../../../hal/lines.ts";
import type { ModuleContext, ModuleFactory } from "../../../hal/module.ts";
import type { Ampacity, PilotLetter } from "../../../src/core/board.ts";
import type { Condition } from "../../../src/core/condition.ts";
import { met, unmet } from "../../../src/core/condition.ts";
import { DeviceError } from "../../../src/core/errors.ts";
import { Contactors } from "../contactors.ts";
import { GuardedCoil } from "../interlock/coil.ts";
import { InterlockGuard } from "../interlock/guard.ts";
import { inlineLink } from "../interlock/inline-link.ts";
import type { InterlockPlan } from "../interlock/loop.ts";
import { letterBits } from "../interlock/order.ts";
import type { FailureReport, OpenedReport, PilotReport } from "../interlock/report.ts";
import { threadLink } from "../interlock/thread-link.ts";
import { interlockTiming } from "../interlock/timing.ts";
import { eachOf, keptLines, mayPass } from "../kept-lines.ts";
import { PilotFaultChanges } from "../pilot-faults.ts";
import { PilotOutput } from "../pilot-output.ts";
import { pilotMillivolts } from "../pilot-reading.ts";
import { Proximity } from "../proximity.ts";
import { Relay } from "../relay.ts";
import { timing } from "../timing.ts";
import type { manifest } from "./manifest.ts";

const contactorFaultType = "evse_board_support/MREC17EVSEContactorFault";
const proximityFaultType = "evse_board_support/MREC23ProximityFault";
const communicationFaultType = "evse_board_support/CommunicationFault";
const groundFaultName = "MREC2GroundFailure";

/** What the station wants of the pilot; a duty of 100 is X1, of 0 is F. */
type PilotRequest = { readonly dutyPercent: number } | "E";

/** Everything the driver holds of the board, from `ready` on. */
interface Board {
  readonly pilot: PilotOutput;
  readonly guard: InterlockGuard;
  readonly contactors: Contactors;
  readonly proximity: Proximity | null;
}

/** The reasons by the names of the port. */
const openingWords = {
  "interlock:left_c": "left_c",
  "interlock:pilot_fault": "pilot_fault",
  "interlock:rcm": "rcm",
  "interlock:grant_expired": "grant_expired",
} as const;

/** What the pilot shows, as the interlock told it last. */
type Shown = Omit<PilotReport, "kind" | "watching">;

const nothingShown: Shown = {
  state: null,
  diodeFault: false,
  shortFault: false,
  ventilationFault: false,
  outOfRange: false,
};

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, config, log } = context;
  const startedMs = clock.nowMs();
  const faultChanges = new PilotFaultChanges();

  let board: Board | null = null;
  let enabled = false;
  /** `enable` came before it was known where the contacts are. */
  let enableDue = false;
  let requested: PilotRequest = { dutyPercent: 100 };
  /** What was requested is not on the wire yet. */
  let pilotDue = false;
  /** +12 V stands on the wire before it is let go for state E. */
  let lettingGo = false;
  /** A line of the contactors failed: it is not known that they took "off". */
  let releaseDue = false;
  let tripped = false;
  let shown = nothingShown;
  let letGoTimer: Timer | null = null;
  let stopped = false;
  /** Nothing samples the pilot. */
  let blind = false;
  let lastFailureMs: number | null = null;
  /** What has been logged of a failure that goes on: it comes back with every cycle. */
  let loggedFailure = "";
  let loggedConversion = "";
  let threePhaseGrid = true;

  const bsp = context.provide("evse_board_support", {
    enable: ({ value }) => (value ? enable() : disable()),
    pwm_on: ({ value }) => request({ dutyPercent: value }),
    cp_state_X1: () => request({ dutyPercent: 100 }),
    cp_state_F: () => request({ dutyPercent: 0 }),
    cp_state_E: () => request("E"),
    allow_power_on: ({ value }) => {
      if (value.allow_power_on) close();
      else open("permission withdrawn");
    },
    ac_switch_three_phases_while_charging: ({ value }) => {
      if (switchesPhases()) board?.contactors.setThreePhases(value);
      else log.warn("phases_not_switched", { reason: "no wiring for it, or a grid of one phase" });
    },
    ac_set_overcurrent_limit_A: ({ value }) => log.debug("overcurrent_limit", { currentA: value }),
  });
  const rcd = context.provide("ac_rcd", {
    self_test: () => log.info("rcm_self_test_unsupported"),
    reset: (_args, reply) => reply(!tripped),
  });

  function openBoard(lines: Lines): Board {
    const nowMs = clock.nowMs();
    // Off first: whatever a line has been left at, the contactors open before anything else is touched. One that cannot
    // be opened keeps no other one closed.
    const coilNames = [config.relay_1_actuator_gpio_line_name];
    if (config.switch_3ph1ph_wiring !== "none") coilNames.push(config.relay_2_actuator_gpio_line_name);
    const coils = eachOf(coilNames.map((name) => () => lines.output(name, "low")));
    const feedback = (type: "none" | "no" | "nc", lineName: string, debounceUs: number) =>
      type === "none" ? null : { type, line: lines.input(lineName), debounceMs: debounceUs / 1000 };
    const [primaryCoil, secondaryCoil] = coils.map((coil, number) => new GuardedCoil(coil, () => guard, number));
    const primary = new Relay(
      config.relay_1_name,
      primaryCoil as GuardedCoil,
      feedback(
        config.contactor_1_feedback_type,
        config.relay_1_feedback_gpio_line_name,
        config.relay_1_feedback_gpio_debounce_us,
      ),
      nowMs,
    );
    const secondary =
      secondaryCoil === undefined
        ? null
        : new Relay(
            config.relay_2_name,
            secondaryCoil,
            feedback(
              config.contactor_2_feedback_type,
              config.relay_2_feedback_gpio_line_name,
              config.relay_2_feedback_gpio_debounce_us,
            ),
            nowMs,
          );
    const invert = lines.output(config.cp_invert_gpio_line_name, "low");
    const pilot = new PilotOutput(lines.pwm(config.cp_pwm_device, config.cp_pwmchannel), invert);
    const proximity =
      config.connector_type === "IEC62196Type2Socket"
        ? new Proximity(lines.adc(config.pp_adc_device, config.pp_adc_channel))
        : null;
    const guard = startInterlock(lines, coilNames, coils, pilot);
    return {
      guard,
      pilot,
      contactors: new Contactors(config.switch_3ph1ph_wiring, primary, secondary, contactorEvents, startedMs),
      proximity,
    };
  }

  /** Comes last: from here on it samples. */
  function startInterlock(
    lines: Lines,
    coilNames: readonly string[],
    coils: readonly OutputLine[],
    pilot: PilotOutput,
  ): InterlockGuard {
    const plan: InterlockPlan = {
      positiveReset: config.cp_rst_pos_peak_gpio_line_name,
      negativeReset: config.cp_rst_neg_peak_gpio_line_name,
      positivePeak: { device: config.cp_pos_peak_adc_device, channel: config.cp_pos_peak_adc_channel },
      negativePeak: { device: config.cp_neg_peak_adc_device, channel: config.cp_neg_peak_adc_channel },
      coils: coilNames,
      rcm: config.rcm_enable ? { line: config.rcm_fault_gpio_line_name, activeLow: config.rcm_fault_active_low } : null,
      pwm: { device: config.cp_pwm_device, channel: config.cp_pwmchannel },
    };
    // A thread opens these by itself, but cannot bring them out; and what is not there is told here.
    for (const name of [plan.positiveReset, plan.negativeReset]) lines.output(name, "low");
    for (const { device, channel } of [plan.positivePeak, plan.negativePeak]) lines.adc(device, channel);
    if (plan.rcm !== null) lines.input(plan.rcm.line);
    const { startThread } = lines;
    return new InterlockGuard({
      clock,
      afterQueue: context.afterQueue,
      start: startThread === undefined ? inlineLink(lines, plan, context) : threadLink(startThread, plan, context.turn),
      release: coils.map((coil) => () => coil.set("low")),
      // D is an error on this board: it has no ventilation to switch on.
      letters: letterBits.C,
      lifetimeMs: config.interlock_lifetime_ms,
      pilot: () => pilot,
      events: interlockEvents,
    });
  }

  const contactorEvents = {
    closed: () => bsp.publish("event", { event: "PowerOn" }),
    opened: () => bsp.publish("event", { event: "PowerOff" }),
    failed: (message: string) => bsp.raise({ type: contactorFaultType, severity: "High", message }),
  };

  // -- Pilot --

  function enable(): void {
    if (stopped) return;
    if (board?.contactors.started !== true) {
      enableDue = true;
      return;
    }
    if (enabled) {
      const letter = shownLetter();
      if (letter !== null) bsp.publish("event", { event: letter });
      return;
    }
    enabled = true;
    // What the wire shows is told again, and nothing of what it showed while it was not looked at.
    shown = { ...shown, state: null };
    board.guard.watch(true);
    drivePilot();
  }

  function disable(): void {
    enabled = false;
    enableDue = false;
    drivePilot();
    open("disabled");
    board?.guard.watch(false);
  }

  function request(wanted: PilotRequest): void {
    requested = wanted;
    if (enabled) drivePilot();
    // A pilot that takes the offer away for good takes the power with it.
    if (wanted === "E" || wanted.dutyPercent <= 0) open("pilot not available");
  }

  /** The wire is as requested before this returns, or it is tried again with the next cycle. */
  function drivePilot(): void {
    if (board === null || stopped) return;
    const { pilot } = board;
    const wanted = enabled ? requested : { dutyPercent: 0 };
    // Asked for again it disturbs no measurement: nobody could keep the pilot from being looked at.
    const isThere = wanted !== "E" && pilot.driven && pilot.dutyPercent === wanted.dutyPercent;
    if (isThere && !pilotDue && !lettingGo) return;
    pilotDue = true;
    lettingGo = false;
    letGoTimer?.cancel();
    changePilot(() => {
      if (wanted !== "E") pilot.drive(wanted.dutyPercent);
      else if (pilot.driven) pilot.drive(100);
      pilotDue = false;
    });
    if (wanted !== "E" || !pilot.driven) return;
    lettingGo = true;
    letGoTimer = clock.schedule("pilot to E", clock.nowMs() + timing.beforeStateEMs, letGo);
  }

  function letGo(): void {
    lettingGo = false;
    pilotDue = !changePilot(() => board?.pilot.letGo());
  }

  function changePilot(change: () => void): boolean {
    return guarded("pilot", () => board?.guard.changePilot(change));
  }

  // -- Interlock --

  const interlockEvents = {
    pilot(report: PilotReport): void {
      shown = report;
      if (shownLetter() !== null) loggedConversion = "";
      if (board === null || !enabled) return;
      openByObstacle(board);
      tellPilot();
    },
    rcm(now: boolean): void {
      tripped = now;
      if (tripped) open("residual current");
      tellRcm();
    },
    opened(reason: OpenedReport["reason"]): void {
      // A relay that cannot be switched says so with its own fault.
      if (reason !== "failed") bsp.publish("interlock_opened", { reason: openingWords[reason] });
      open(reason);
      if (reason !== "interlock:grant_expired") return;
      // The offer ended with the grant; what is wanted by now is put on the wire again.
      pilotDue = true;
      failed("interlock", new DeviceError("grant_expired", "The program did not get on; the contactors were opened."));
    },
    failure({ what, code, message }: Omit<FailureReport, "kind">): void {
      const error = new DeviceError(code, message);
      if (what === "conversion") {
        // It counts as a sample out of range, and that is told.
        if (message !== loggedConversion) log.warn("pilot_conversion_failed", { message });
        loggedConversion = message;
      } else if (what === "relay") {
        switching(() => {
          throw error;
        });
      } else {
        failed(what, error);
        open("board does not answer");
      }
    },
    lost(message: string): void {
      blind = true;
      failed("interlock", new DeviceError("interlock_lost", message));
      open("interlock lost");
    },
    back(): void {
      blind = false;
    },
  };

  function shownLetter(): PilotLetter | null {
    return shown.state === "PilotFault" ? null : shown.state;
  }

  function poll(): void {
    if (board === null) return;
    const { contactors } = board;
    openByObstacle(board);
    switching(() => contactors.poll(clock.nowMs()));
    if (releaseDue) switching(releaseAgain);
    if (pilotDue) drivePilot();
    if (enableDue && contactors.started) {
      enableDue = false;
      enable();
    }
    recover();
    schedule("contactors", timing.contactsMs, poll);
  }

  /** Behind what waits in the queue: what is looked at now is never judged by a pilot that is still to be heard of. */
  function schedule(name: string, delayMs: number, run: () => void): void {
    clock.schedule(name, clock.nowMs() + delayMs, () => context.afterQueue(run));
  }

  /** What keeps the contactors from being closed, whatever the station permitted; null while nothing does. */
  function obstacle({ pilot, contactors }: Board): string | null {
    if (!enabled) return "disabled";
    if (contactors.faulty) return "contactor fault";
    if (tripped) return "residual current";
    if (lastFailureMs !== null) return "board does not answer";
    const { state, diodeFault, shortFault, ventilationFault, outOfRange } = shown;
    if (state === "PilotFault" || diodeFault || shortFault || ventilationFault || outOfRange) return "pilot fault";
    if (state !== "C") return `pilot in ${state ?? "no state"}`;
    // A contactor that is closed stays so in C while the PWM pauses; the station says how long.
    if (!pilot.switching && (!contactors.engaged || contactors.waiting)) return "no PWM";
    return null;
  }

  function mayClose(): readonly Condition[] {
    const title = "board lets it close";
    if (board === null) return [unmet(title, "the board has not been opened")];
    const reason = obstacle(board);
    const waitsMs = board.contactors.waitsMs(clock.nowMs());
    const interval = `${timing.closingIntervalMs / 1000} s from closing to closing`;
    return [
      reason === null ? met(title) : unmet(title, `the board keeps the contactor open: ${reason}`),
      waitsMs === 0
        ? met(interval)
        : unmet(interval, `the contactor rests between two closings: ${(waitsMs / 1000).toFixed(1)} s to go`),
    ];
  }

  function openByObstacle(board: Board): void {
    if (!board.contactors.engaged) return;
    const reason = obstacle(board);
    if (reason !== null) open(reason);
  }

  function close(): void {
    if (board === null) return;
    const { contactors } = board;
    if (contactors.engaged) return;
    const reason = obstacle(board);
    if (reason === null) switching(() => contactors.close(clock.nowMs()));
    else log.warn("power_refused", { reason });
  }

  /** Until the station permits it again nothing closes. */
  function open(reason: string): void {
    if (board === null) return;
    const { contactors } = board;
    if (!contactors.engaged) return;
    switching(() => contactors.open(clock.nowMs()));
    log.info("contactor_opened", { reason });
  }

  function tellPilot(): void {
    for (const fault of faultChanges.raised(shown)) bsp.raise(fault);
    const letter = shownLetter();
    if (letter !== null) tellLetter(letter);
    for (const { type, sub_type } of faultChanges.cleared(shown)) bsp.clear(type, sub_type);
  }

  function tellLetter(letter: PilotLetter): void {
    bsp.publish("event", { event: letter });
    const counts = board?.guard.counts ?? null;
    if (counts !== null) {
      const volts = (count: number): number => Math.round(pilotMillivolts(count) / 10) / 100;
      context.emit("pilot", { high_V: volts(counts.positive), low_V: volts(counts.negative) });
    }
    if (letter === "A") bsp.clear(proximityFaultType, "PlugRemoval");
  }

  // -- Residual current monitor --

  function tellRcm(): void {
    const [board, own] = [`evse_board_support/${groundFaultName}`, `ac_rcd/${groundFaultName}`];
    if (tripped) {
      const fault = { severity: "High", message: "RCM failure detected" } as const;
      rcd.raise({ type: own, ...fault });
      bsp.raise({ type: board, ...fault });
    } else {
      rcd.clear(own);
      bsp.clear(board);
    }
  }

  // -- Proximity pin --

  function watchProximity(proximity: Proximity): void {
    const reading = proximity.read();
    if (reading === "OutOfRange") {
      const message = "Proximity pin voltage is out of range.";
      bsp.raise({ type: proximityFaultType, sub_type: "MeasurementError", severity: "High", message });
    } else {
      bsp.clear(proximityFaultType, "MeasurementError");
      if (reading !== "None" || !inUse()) tellAmpacity(proximity, reading);
      else {
        // A plug that is pulled ends state C as well, and that is heard of by then.
        schedule("plug removal", timing.plugRemovalMs, () => {
          if (proximity.read() === "None") tellAmpacity(proximity, "None");
        });
      }
    }
    schedule("proximity", timing.proximityIntervalMs, () => watchProximity(proximity));
  }

  const inUse = (): boolean => shown.state === "C" || shown.state === "D";

  function tellAmpacity(proximity: Proximity, ampacity: Ampacity): void {
    if (!enabled || !proximity.accept(ampacity)) return;
    const message = "Plug was removed while the vehicle was charging.";
    if (ampacity === "None" && inUse()) {
      bsp.raise({ type: proximityFaultType, sub_type: "PlugRemoval", severity: "High", message });
    } else bsp.clear(proximityFaultType, "PlugRemoval");
    bsp.publish("ac_pp_ampacity", { ampacity });
  }

  // -- Capabilities --

  function switchesPhases(): boolean {
    return config.switch_3ph1ph_wiring !== "none" && threePhaseGrid;
  }

  function tellCapabilities(): void {
    const maxPhases = threePhaseGrid ? 3 : 1;
    const minPhases = switchesPhases() ? 1 : maxPhases;
    bsp.publish("capabilities", {
      max_current_A_import: config.max_current_A,
      min_current_A_import: config.min_current_A,
      max_phase_count_import: maxPhases,
      min_phase_count_import: minPhases,
      max_current_A_export: config.max_current_A,
      min_current_A_export: config.min_current_A,
      max_phase_count_export: maxPhases,
      min_phase_count_export: minPhases,
      supports_changing_phases_during_charging: switchesPhases(),
      supports_cp_state_E: true,
      connector_type: config.connector_type,
    });
  }

  function readPhaseCount(lines: Lines, before?: Level): void {
    const again = (afterMs: number, level?: Level): void => {
      clock.schedule("phase count", clock.nowMs() + afterMs, () => readPhaseCount(lines, level));
    };
    try {
      const level = lines.input(config.grid_phase_count_gpio_line_name).read();
      if (level !== before) {
        again(timing.phaseCountStableMs, level);
        return;
      }
      threePhaseGrid = (level === "low") === config.grid_phase_count_active_low;
      tellCapabilities();
    } catch (error) {
      if (!mayPass(error)) throw error;
      // The line may still belong to whatever ran before this daemon.
      if (error.code !== "EBUSY") failed("phase count", error);
      again(timing.lineBusyRetryMs);
    }
  }

  // -- Failures of the board itself --

  /** Runs what touches the pilot or an input; false when the board did not answer, which opens the contactors. */
  function guarded(what: string, run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      failed(what, error);
      open("board does not answer");
      return false;
    }
  }

  /** Runs what switches relays and reads their feedback: where that fails, no contactor can be trusted any more. */
  function switching(run: () => void): void {
    try {
      run();
    } catch (error) {
      failed("contactor", error);
      releaseDue = true;
      board?.contactors.fail("A line of the contactors cannot be read or written.");
    }
  }

  /** Only what drives every coil off makes up for a line that did not take "off". */
  function releaseAgain(): void {
    board?.contactors.release(clock.nowMs());
    releaseDue = false;
  }

  function failed(what: string, error: unknown): void {
    if (!(error instanceof DeviceError)) throw error;
    if (error.message !== loggedFailure) log.error("board_failure", { what, code: error.code, message: error.message });
    loggedFailure = error.message;
    lastFailureMs = clock.nowMs();
    bsp.raise({ type: communicationFaultType, severity: "High", message: error.message });
  }

  function recover(): void {
    if (blind || lastFailureMs === null || clock.nowMs() - lastFailureMs < timing.wellAgainMs) return;
    lastFailureMs = null;
    loggedFailure = "";
    bsp.clear(communicationFaultType);
  }

  /** A board that does not answer is a fault like one later on, and is asked again until it does. */
  function start(lines: Lines): void {
    if (stopped) return;
    try {
      board = openBoard(lines);
    } catch (error) {
      if (!mayPass(error)) throw error;
      failed("start", error);
      clock.schedule("board", clock.nowMs() + timing.openAgainMs, () => start(lines));
      return;
    }
    if (config.grid_phase_count_gpio_line_name === "") tellCapabilities();
    else readPhaseCount(lines);
    if (board.proximity !== null) watchProximity(board.proximity);
    poll();
  }

  return {
    ready: () => start(keptLines(context.lines)),
    conditions: mayClose,
    reading() {
      if (board === null) return { quality: "bad", value: null };
      const { pilot, guard, contactors, proximity } = board;
      const { counts } = guard;
      return {
        quality: counts === null ? "bad" : "good",
        value: {
          cp: shownLetter(),
          pos_mv: counts === null ? null : pilotMillivolts(counts.positive),
          neg_mv: counts === null ? null : pilotMillivolts(counts.negative),
          duty_percent: pilot.dutyPercent,
          driven: pilot.driven,
          contactor_closed: contactors.closed,
          rcm_tripped: tripped,
          proximity: proximity?.read() ?? null,
        },
      };
    },
    waitsFor() {
      if (board === null) return "its lines";
      if (!board.contactors.started) return "where its contacts are";
      return board.guard.trusted ? null : "steady samples of the pilot";
    },
    stalled() {
      const unsampledMs = board?.guard.unsampledMs ?? 0;
      if (unsampledMs < interlockTiming.stalledMs) return null;
      return `no sample of the pilot for ${Math.round(unsampledMs)} ms`;
    },
    stop(final) {
      // From here on the contacts are watched and nothing else is done: whoever ends later must not drive them again.
      stopped = true;
      enabled = false;
      enableDue = false;
      if (board === null) return;
      const { pilot, contactors, guard } = board;
      changePilot(() => pilot.drive(final ? 0 : 100));
      switching(() => contactors.release(clock.nowMs()));
      guard.end();
    },
  };
};
