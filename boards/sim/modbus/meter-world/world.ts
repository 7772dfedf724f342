/** A meter of any model: it measures a load on a supply and shows it in the registers of its model. */
import type { ModuleContext, ModuleFactory } from "../../../../hal/module.ts";
import type { MeterModel, Place } from "../../../modbus/generic-powermeter/model.ts";
import { placesOf } from "../../../modbus/generic-powermeter/model.ts";
import { loadModel } from "../../../modbus/generic-powermeter/models.ts";
import { encodeNumber } from "../../../modbus/registers.ts";
import type { AcReading } from "../../ac-meter.ts";
import { AcMeter, sumOf } from "../../ac-meter.ts";
import { SimulatedSlave } from "../slave.ts";
import { busSimOf } from "../slave-sim.ts";
import type { manifest } from "./manifest.ts";

const supply = { voltageV: 230, lineOhm: 0.05 };
const frequencyHz = 50;

function measured({ quantity, member }: Place, { energyWh, powerW, voltageV, currentA }: AcReading): number {
  const phase = member === "L2" || member === "L3" ? member : "L1";
  switch (quantity) {
    case "energy_Wh_import":
      return member === "total" ? sumOf(energyWh) : energyWh[phase];
    case "power_W":
      return member === "total" ? sumOf(powerW) : powerW[phase];
    case "voltage_V":
      return voltageV[phase];
    case "current_A":
      return member === "N" ? 0 : currentA[phase];
    case "frequency_Hz":
      return frequencyHz;
    case "energy_Wh_export":
    case "VAR":
      return 0;
  }
}

/** Where each register leads: a value of the model and which of its words; an exponent is always 0. */
function wiring(model: MeterModel, baseAddress: number) {
  const wired = new Map<string, { readonly place: Place; readonly index: number } | "exponent">();
  const key = (functionCode: 3 | 4, number: number): string =>
    functionCode === 4 ? `input/${number - baseAddress}` : `holding/${number}`;
  for (const place of placesOf(model)) {
    const { value } = place;
    for (let index = 0; index < encodeNumber(0, value.type).length; index++) {
      wired.set(key(value.function, value.register + index), { place, index });
    }
    if (value.exponent) wired.set(key(value.exponent.function, value.exponent.register), "exponent");
  }
  return wired;
}

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, config } = context;
  const [line] = context.require("serial_comm_hub");
  const meter = new AcMeter(supply, clock.nowMs());
  const wired = wiring(loadModel(config.model, context.files), config.modbus_base_address);

  const word =
    (kind: "holding" | "input") =>
    (address: number): number | undefined => {
      const found = wired.get(`${kind}/${address}`);
      if (found === undefined) return undefined;
      if (found === "exponent") return 0;
      const { value } = found.place;
      const shown = measured(found.place, meter.read(clock.nowMs())) / value.multiplier;
      return encodeNumber(shown, value.type, value.word_order)[found.index];
    };
  const slave = new SimulatedSlave(config.powermeter_device_id, { holding: word("holding"), input: word("input") });

  return {
    ready: () => line?.call("attach", { slave }),
    sim: {
      ...busSimOf(slave),
      set_current_A: ({ value }: { readonly value: number }) =>
        meter.setLoad({ L1: value, L2: value, L3: value }, clock.nowMs()),
    },
  };
};
