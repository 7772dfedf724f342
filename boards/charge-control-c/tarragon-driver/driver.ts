/**
 * Charge Control C: Linux itself drives the pilot, reads it back and switches the contactors. One measuring cycle after
 * the other samples the pilot, looks at the feedbacks and the residual current monitor, and opens by itself whatever the
 * rest of the program does.
 *
 * Source: Charge Control C facts, sections 2 to 6; board-support facts, sections 1 to 4.
 */

import type { AdcChannel } from "../../../hal/adc-channel.ts";
import type { Timer } from "../../../hal/clock.ts";
import type { InputLine, Level, OutputLine } from "../../../hal/digital-line.ts";
import type { Lines } from "../../../hal/lines.ts";
import type { ModuleContext, ModuleFactory } from "../../../hal/module.ts";
import type { PilotLetter } from "../../../src/core/board.ts";
import { DeviceError } from "../../../src/core/errors.ts";
import { Contactors } from "../contactors.ts";
import { eachOf, keptLines, mayPass } from "../kept-lines.ts";
import { PilotFaultChanges } from "../pilot-faults.ts";
import { PilotOutput } from "../pilot-output.ts";
import { PilotSampler } from "../pilot-sampler.ts";
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
  readonly positiveReset: OutputLine;
  readonly negativeReset: OutputLine;
  readonly positivePeak: AdcChannel;
  readonly negativePeak: AdcChannel;
  readonly contactors: Contactors;
  readonly proximity: Proximity | null;
  readonly rcm: InputLine | null;
}

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, config, log } = context;
  const startedMs = clock.nowMs();
  const sampler = new PilotSampler();
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
  let cycleTimer: Timer | null = null;
  let stopped = false;
  let lastFailureMs: number | null = null;
  /** What has been logged of a failure that goes on: it comes back with every cycle. */
  let loggedFailure = "";
  let conversionFails = false;
  let sampleDueMs = 0;
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
    const coils = [config.relay_1_actuator_gpio_line_name];
    if (config.switch_3ph1ph_wiring !== "none") coils.push(config.relay_2_actuator_gpio_line_name);
    const [primaryOutput, secondaryOutput = null] = eachOf(coils.map((name) => () => lines.output(name, "low"))) as [
      OutputLine,
      OutputLine?,
    ];
    const feedback = (type: "none" | "no" | "nc", lineName: string, debounceUs: number) =>
      type === "none" ? null : { type, line: lines.input(lineName), debounceMs: debounceUs / 1000 };
    const primary = new Relay(
      config.relay_1_name,
      primaryOutput,
      feedback(
        config.contactor_1_feedback_type,
        config.relay_1_feedback_gpio_line_name,
        config.relay_1_feedback_gpio_debounce_us,
      ),
      nowMs,
    );
    const secondary =
      secondaryOutput === null
        ? null
        : new Relay(
            config.relay_2_name,
            secondaryOutput,
            feedback(
              config.contactor_2_feedback_type,
              config.relay_2_feedback_gpio_line_name,
              config.relay_2_feedback_gpio_debounce_us,
            ),
            nowMs,
          );
    const invert = lines.output(config.cp_invert_gpio_line_name, "low");
    return {
      contactors: new Contactors(config.switch_3ph1ph_wiring, primary, secondary, contactorEvents, startedMs),
      pilot: new PilotOutput(lines.pwm(config.cp_pwm_device, config.cp_pwmchannel), invert),
      positiveReset: lines.output(config.cp_rst_pos_peak_gpio_line_name, "low"),
      negativeReset: lines.output(config.cp_rst_neg_peak_gpio_line_name, "low"),
      positivePeak: lines.adc(config.cp_pos_peak_adc_device, config.cp_pos_peak_adc_channel),
      negativePeak: lines.adc(config.cp_neg_peak_adc_device, config.cp_neg_peak_adc_channel),
      proximity:
        config.connector_type === "IEC62196Type2Socket"
          ? new Proximity(lines.adc(config.pp_adc_device, config.pp_adc_channel))
          : null,
      rcm: config.rcm_enable ? lines.input(config.rcm_fault_gpio_line_name) : null,
    };
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
      if (sampler.letter !== null) bsp.publish("event", { event: sampler.letter });
      return;
    }
    enabled = true;
    // What the wire shows is told again, and nothing of what it showed while it was not looked at.
    sampler.restart();
    drivePilot();
  }

  function disable(): void {
    enabled = false;
    enableDue = false;
    drivePilot();
    open("disabled");
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
    guarded("pilot", () => {
      if (wanted !== "E") pilot.drive(wanted.dutyPercent);
      else if (pilot.driven) pilot.drive(100);
      pilotDue = false;
    });
    // The detectors have seen what was before.
    if (wanted === "E" && pilot.driven) {
      lettingGo = true;
      schedule("pilot to E", timing.beforeStateEMs, letGo);
    } else beginCycle();
  }

  function letGo(): void {
    lettingGo = false;
    pilotDue = !guarded("pilot", () => board?.pilot.letGo());
    beginCycle();
  }

  // -- Measuring cycle --

  function schedule(name: string, delayMs: number, run: () => void): void {
    cycleTimer?.cancel();
    cycleTimer = clock.schedule(name, clock.nowMs() + delayMs, run);
  }

  function beginCycle(): void {
    if (board === null) return;
    setResets("high");
    schedule("pilot reset", timing.peakResetMs, awaitPeaks);
  }

  function awaitPeaks(): void {
    setResets("low");
    sampleDueMs = clock.nowMs() + timing.peakWaitMs;
    schedule("pilot sample", timing.peakWaitMs, sample);
  }

  function setResets(level: "high" | "low"): void {
    guarded("peak detectors", () => {
      board?.positiveReset.set(level);
      board?.negativeReset.set(level);
    });
  }

  function sample(): void {
    if (board === null) return;
    cycleTimer = null;
    const { contactors } = board;
    const evaluated = enabled && samplePilot(board);
    interlock(board);
    const rcmMoved = pollRcm(board);
    switching(() => contactors.poll(clock.nowMs()));
    if (releaseDue) switching(releaseAgain);
    if (pilotDue) drivePilot();
    if (enableDue && contactors.started) {
      enableDue = false;
      enable();
    }
    recover();
    // Whatever the turn drove anew has begun a cycle of its own.
    if (cycleTimer === null) beginCycle();
    // Told at the end: nobody closes on a letter without having heard of a line that failed in the same turn.
    if (rcmMoved) tellRcm();
    if (evaluated) tellPilot();
  }

  function samplePilot({ pilot, positivePeak, negativePeak }: Board): boolean {
    let positiveRaw: number;
    let negativeRaw: number;
    try {
      positiveRaw = positivePeak.readRaw();
      negativeRaw = negativePeak.readRaw();
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      if (!conversionFails) log.warn("pilot_conversion_failed", { message: error.message });
      conversionFails = true;
      return sampler.stepFailed(pilot.dutyPercent, pilot.driven);
    }
    conversionFails = false;
    // One that comes late has seen more than two periods, and tells of another moment than it seems to.
    if (clock.nowMs() - sampleDueMs > timing.lateMs) return sampler.stepFailed(pilot.dutyPercent, pilot.driven);
    return sampler.step(positiveRaw, negativeRaw, pilot.dutyPercent, pilot.driven);
  }

  /** What keeps the contactors from being closed, whatever the station permitted; null while nothing does. */
  function obstacle({ pilot, contactors }: Board): string | null {
    if (!enabled) return "disabled";
    if (contactors.faulty) return "contactor fault";
    if (tripped) return "residual current";
    if (lastFailureMs !== null) return "board does not answer";
    if (sampler.faulty || sampler.state === "PilotFault") return "pilot fault";
    if (sampler.letter !== "C") return `pilot in ${sampler.letter ?? "no state"}`;
    // A contactor that is closed stays so in C while the PWM pauses; the station says how long.
    if (!pilot.switching && (!contactors.engaged || contactors.waiting)) return "no PWM";
    return null;
  }

  function interlock(board: Board): void {
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
    for (const fault of faultChanges.raised(sampler)) bsp.raise(fault);
    const { letter } = sampler;
    if (letter !== null) tellLetter(letter);
    for (const { type, sub_type } of faultChanges.cleared(sampler)) bsp.clear(type, sub_type);
  }

  function tellLetter(letter: PilotLetter): void {
    bsp.publish("event", { event: letter });
    if (letter === "A") bsp.clear(proximityFaultType, "PlugRemoval");
  }

  // -- Residual current monitor --

  /** True when it tripped or was released. */
  function pollRcm({ rcm }: Board): boolean {
    if (rcm === null || clock.nowMs() - startedMs < timing.rcmStartMs) return false;
    let now = tripped;
    const answered = guarded("residual current monitor", () => {
      now = (rcm.read() === "low") === config.rcm_fault_active_low;
    });
    // A monitor that cannot be heard protects nobody.
    if (!answered) open("residual current monitor unheard");
    if (now === tripped) return false;
    tripped = now;
    if (tripped) open("residual current");
    return true;
  }

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
      if (enabled && proximity.accept(reading)) {
        const inUse = sampler.letter === "C" || sampler.letter === "D";
        const message = "Plug was removed while the vehicle was charging.";
        if (reading === "None" && inUse) {
          bsp.raise({ type: proximityFaultType, sub_type: "PlugRemoval", severity: "High", message });
        } else bsp.clear(proximityFaultType, "PlugRemoval");
        bsp.publish("ac_pp_ampacity", { ampacity: reading });
      }
    }
    clock.schedule("proximity", clock.nowMs() + timing.proximityIntervalMs, () => watchProximity(proximity));
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
    if (lastFailureMs === null || clock.nowMs() - lastFailureMs < timing.wellAgainMs) return;
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
    beginCycle();
  }

  return {
    ready: () => start(keptLines(context.lines)),
    reading() {
      if (board === null) return { quality: "bad", value: null };
      const { pilot, contactors, proximity } = board;
      return {
        quality: conversionFails ? "bad" : "good",
        value: {
          cp: sampler.letter,
          pos_mv: sampler.positiveMillivolts,
          neg_mv: sampler.negativeMillivolts,
          duty_percent: pilot.dutyPercent,
          driven: pilot.driven,
          contactor_closed: contactors.closed,
          rcm_tripped: tripped,
          proximity: proximity?.read() ?? null,
        },
      };
    },
    stop(final) {
      // From here on the contacts are watched and nothing else is done: whoever ends later must not drive them again.
      stopped = true;
      enabled = false;
      enableDue = false;
      if (board === null) return;
      const { pilot, contactors } = board;
      guarded("pilot", () => pilot.drive(final ? 0 : 100));
      switching(() => contactors.release(clock.nowMs()));
    },
  };
};
