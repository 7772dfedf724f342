/** What the driver makes of single values, both ways. */
import t from "tap";
import { capabilitiesOf } from "../../../boards/yeti/capabilities.ts";
import { dutySteps } from "../../../boards/yeti/driver.ts";
import { Meter, meterReading } from "../../../boards/yeti/meter.ts";

t.test("duty cycles in steps of 0.01 %, never more than granted", async (t) => {
  const steps: readonly [percent: number, steps: number][] = [
    [5, 500],
    [10, 1000],
    [26.66667, 2666],
    [53.33334, 5333],
    [80 / 3, 2666],
    [28.999999999999996, 2900],
    [0.1 + 0.2, 30],
    [0.001, 1],
    [0, 0],
    [99.99, 9999],
    [100, 10001],
  ];
  for (const [dutyPercent, expected] of steps) t.equal(dutySteps({ dutyPercent }), expected, `${dutyPercent} %`);
  t.equal(dutySteps("X1"), 10001);
  t.equal(dutySteps("F"), 0);
});

t.test("capabilities", async (t) => {
  const asTold = { caps_min_current_A: -1, caps_max_current_A: -1 };
  t.match(capabilitiesOf(null, asTold), {
    min_current_A_import: 6,
    max_current_A_import: 16,
    min_phase_count_import: 1,
    max_phase_count_import: 3,
    supports_changing_phases_during_charging: false,
    supports_cp_state_E: false,
    connector_type: "IEC62196Type2Cable",
  });
  const told = {
    hwcap_min_current: 8,
    hwcap_max_current: 32,
    hwcap_min_phase_count: 1,
    hwcap_max_phase_count: 1,
    supports_changing_phases_during_charging: true,
  };
  t.match(capabilitiesOf(told, asTold), {
    min_current_A_import: 8,
    max_current_A_import: 32,
    min_current_A_export: 8,
    max_current_A_export: 32,
    max_phase_count_import: 1,
    max_phase_count_export: 1,
    supports_changing_phases_during_charging: true,
  });
  t.match(capabilitiesOf(told, { caps_min_current_A: 10, caps_max_current_A: 20 }), {
    min_current_A_import: 10,
    max_current_A_import: 20,
  });
  t.match(capabilitiesOf(null, { caps_min_current_A: 0, caps_max_current_A: 20 }), {
    min_current_A_import: 0,
    max_current_A_import: 20,
  });
  for (const absurd of [
    { ...told, hwcap_max_current: Number.NaN },
    { ...told, hwcap_max_current: 1e9 },
    { ...told, hwcap_min_current: 40 },
    {},
  ]) {
    t.match(capabilitiesOf(absurd, asTold), { min_current_A_import: 6, max_current_A_import: 16 });
  }
  t.match(capabilitiesOf({ ...told, hwcap_max_phase_count: 7 }, asTold), { max_phase_count_import: 3 });
});

t.test("readings of the meter", async (t) => {
  const told = {
    time_stamp: 5000,
    ...{ vrmsL1: 230.10000610351562, vrmsL2: 231, vrmsL3: 229 },
    ...{ irmsL1: 16, irmsL2: 15, irmsL3: 14, irmsN: 0.5 },
    ...{ wattHrL1: 100, wattHrL2: 90, wattHrL3: 80, totalWattHr: 270 },
    ...{ wattL1: 3680, wattL2: 3465, wattL3: 3206 },
    ...{ freqL1: 50, freqL2: 50, freqL3: 50 },
    phaseSeqError: true,
  };
  const [now, from] = ["2026-01-01T00:00:05.000Z", 0] as const;
  t.same(meterReading(told, now, from), {
    absurd: 0,
    value: {
      timestamp: now,
      meter_id: "YETI_POWERMETER",
      phase_seq_error: true,
      energy_Wh_import: { total: 270, L1: 100, L2: 90, L3: 80 },
      power_W: { total: 10351, L1: 3680, L2: 3465, L3: 3206 },
      voltage_V: { L1: 230.1, L2: 231, L3: 229 },
      current_A: { L1: 16, L2: 15, L3: 14, N: 0.5 },
      frequency_Hz: { L1: 50, L2: 50, L3: 50 },
    },
  });
  t.same(meterReading(told, now, 1000).value?.energy_Wh_import, { total: 1270 });
  const without = meterReading({ ...told, vrmsL2: Number.NaN, wattL3: 1e30, freqL1: -1 }, now, from);
  t.equal(without.absurd, 3);
  t.same(without.value?.voltage_V, { L1: 230.1, L3: 229 }, "what is no number is left out");
  t.equal(without.value?.power_W, undefined, "without one phase there is no total");
  t.equal(without.value?.frequency_Hz, undefined);
  for (const totalWattHr of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e30]) {
    t.same(meterReading({ ...told, totalWattHr }, now, from), { value: null, absurd: 1 }, `${totalWattHr}`);
  }
});

t.test("what is known of the meter from one reading to the next", async (t) => {
  const meter = new Meter();
  let mark = 0;
  const total = (totalWattHr: number): number | undefined =>
    meter.take({ time_stamp: ++mark, totalWattHr }, mark, "2026-01-01T00:00:00.000Z")?.energy_Wh_import.total;
  t.equal(total(500), 500);
  t.equal(total(499), 499, "a meter that runs backwards is told as it is");
  meter.controllerBoots();
  t.equal(total(-1), undefined, "what is absurd proves nothing");
  t.equal(total(Number.NaN), undefined);
  t.equal(total(500), 500, "this one remembered");
  meter.controllerBoots();
  t.equal(total(0), 500, "this one did not");
  t.equal(total(20), 520);
  meter.controllerBoots();
  t.equal(total(1), 521);
  t.equal(total(21), 541);
  mark--;
  t.equal(total(22), undefined, "the same reading again is none");
  t.equal(meter.absurdValues, 2);
});
