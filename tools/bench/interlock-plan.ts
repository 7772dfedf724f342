/** The lines of one connector of a Charge Control C that its interlock works with, as the tree of files names them. */
export const plan = {
  positiveReset: "CP_POSITIVE_PEAK_RST",
  negativeReset: "CP_NEGATIVE_PEAK_RST",
  positivePeak: { device: "2198000.adc", channel: "voltage2" },
  negativePeak: { device: "2198000.adc", channel: "voltage3" },
  coils: ["RELAY_1_ENABLE"],
  rcm: null,
  pwm: { device: "20fc000.pwm", channel: 0 },
};
