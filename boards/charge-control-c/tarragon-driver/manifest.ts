import { acRcd } from "../../../hal/ac-rcd.ts";
import { evseBoardSupport } from "../../../hal/evse-board-support.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { boardSim } from "../board-sim.ts";
import { grantLifetimeMs } from "../interlock/timing.ts";

const feedbackTypes = ["none", "no", "nc"] as const;

export const manifest = defineManifest({
  type: "CbTarragonDriver",
  description: "Charge Control C: pilot, proximity pin, contactors and residual current monitor of one AC connector",
  config: {
    connector_type: {
      type: "string",
      enum: ["IEC62196Type2Cable", "IEC62196Type2Socket"],
      default: "IEC62196Type2Socket",
      description: "Attached cable or socket; only at a socket the proximity pin is read",
    },
    min_current_A: {
      type: "number",
      default: 6,
      minimum: 0,
      description: "Lowest current the installation can offer, ampere per phase",
    },
    max_current_A: {
      type: "number",
      default: 80,
      minimum: 0,
      description: "Highest current the installation can offer, ampere per phase",
    },
    contactor_1_feedback_type: {
      type: "string",
      enum: feedbackTypes,
      default: "none",
      description: "Feedback contact of the primary contactor: none, normally open or normally closed",
    },
    contactor_2_feedback_type: {
      type: "string",
      enum: feedbackTypes,
      default: "none",
      description: "Feedback contact of the secondary contactor: none, normally open or normally closed",
    },
    switch_3ph1ph_wiring: {
      type: "string",
      enum: ["none", "serial", "simultaneous", "mutual"],
      default: "none",
      description:
        "How the secondary contactor is wired: serial and simultaneous take L2 and L3 behind the primary one, mutual " +
        "ones carry three phases or one",
    },
    relay_1_name: { type: "string", default: "R1/S1", description: "What the primary relay is called in messages" },
    relay_1_actuator_gpio_line_name: {
      type: "string",
      default: "RELAY_1_ENABLE",
      description: "Line that drives the primary relay",
    },
    relay_1_feedback_gpio_line_name: {
      type: "string",
      default: "RELAY_1_SENSE",
      description: "Line of the primary contactor's feedback",
    },
    relay_1_feedback_gpio_debounce_us: {
      type: "integer",
      default: 10000,
      minimum: 0,
      description: "How long the primary feedback stands before it counts, in microseconds; 0 is at once",
    },
    relay_2_name: { type: "string", default: "R2/S2", description: "What the secondary relay is called in messages" },
    relay_2_actuator_gpio_line_name: {
      type: "string",
      default: "RELAY_2_ENABLE",
      description: "Line that drives the secondary relay",
    },
    relay_2_feedback_gpio_line_name: {
      type: "string",
      default: "RELAY_2_SENSE",
      description: "Line of the secondary contactor's feedback",
    },
    relay_2_feedback_gpio_debounce_us: {
      type: "integer",
      default: 10000,
      minimum: 0,
      description: "How long the secondary feedback stands before it counts, in microseconds; 0 is at once",
    },
    cp_rst_neg_peak_gpio_line_name: {
      type: "string",
      default: "CP_NEGATIVE_PEAK_RST",
      description: "Line that resets the peak detector of the pilot's negative half",
    },
    cp_neg_peak_adc_device: {
      type: "string",
      default: "2198000.adc",
      description: "Converter of the pilot's negative half",
    },
    cp_neg_peak_adc_channel: {
      type: "string",
      default: "voltage3",
      description: "Channel of the pilot's negative half",
    },
    cp_rst_pos_peak_gpio_line_name: {
      type: "string",
      default: "CP_POSITIVE_PEAK_RST",
      description: "Line that resets the peak detector of the pilot's positive half",
    },
    cp_pos_peak_adc_device: {
      type: "string",
      default: "2198000.adc",
      description: "Converter of the pilot's positive half",
    },
    cp_pos_peak_adc_channel: {
      type: "string",
      default: "voltage2",
      description: "Channel of the pilot's positive half",
    },
    cp_pwm_device: { type: "string", default: "20fc000.pwm", description: "PWM chip of the pilot" },
    cp_pwmchannel: { type: "integer", default: 0, minimum: 0, description: "Channel of the pilot's PWM chip" },
    cp_invert_gpio_line_name: {
      type: "string",
      default: "CP_INVERT",
      description: "Line that lets the PWM out to the pilot wire",
    },
    pp_adc_device: { type: "string", default: "2198000.adc", description: "Converter of the proximity pin" },
    pp_adc_channel: { type: "string", default: "voltage5", description: "Channel of the proximity pin" },
    rcm_enable: {
      type: "boolean",
      default: false,
      description: "A residual current monitor is connected; needs the digital inputs (CbTarragonDIs)",
    },
    rcm_fault_gpio_line_name: {
      type: "string",
      default: "DIGITAL_IN_2",
      description: "Line that tells that the residual current monitor has tripped",
    },
    rcm_fault_active_low: {
      type: "boolean",
      default: false,
      description: "The monitor is tripped while that line is low, so that a broken wire trips too",
    },
    grid_phase_count_gpio_line_name: {
      type: "string",
      default: "",
      description:
        "Line that tells the phases of the grid: active are three, inactive is one; empty without such a line",
    },
    grid_phase_count_active_low: {
      type: "boolean",
      default: false,
      description: "That line is active while it is low, as the rotary switches are",
    },
    interlock_lifetime_ms: {
      type: "integer",
      default: grantLifetimeMs.default,
      minimum: grantLifetimeMs.minimum,
      maximum: grantLifetimeMs.maximum,
      description:
        "The contactors open by themselves when the program has not got on for this long, in milliseconds: the " +
        "thread that watches the pilot does not wait for it",
    },
  },
  provides: {
    evse_board_support: {
      port: evseBoardSupport,
      description: "Pilot, proximity pin and contactors",
      dc: { opensAlone: true },
    },
    ac_rcd: { port: acRcd, description: "Residual current monitor" },
  },
  requires: {},
  sim: boardSim,
});
