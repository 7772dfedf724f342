/** What a scenario does to a simulated device on a Modbus line. The commands stand in `boards/modbus/bus-sim.ts`. */
import type * as v from "valibot";
import type { busSim } from "../../modbus/bus-sim.ts";
import type { SimulatedSlave } from "./slave.ts";

export type SimHandlers<S extends Readonly<Record<string, { readonly args: v.GenericSchema }>>> = {
  readonly [C in keyof S]: (args: v.InferOutput<S[C]["args"]>) => void;
};

export function busSimOf(slave: SimulatedSlave): SimHandlers<typeof busSim> {
  const { faults } = slave;
  return {
    silence: ({ value }) => {
      faults.silent = value;
    },
    freeze: ({ value }) => {
      faults.frozen = value;
    },
    stuck_value: ({ address, count, value }) => (value ? slave.stick(address, count) : slave.release(address, count)),
    late_reply: ({ value }) => {
      faults.lateMs = value;
    },
    wrong_unit: ({ value }) => {
      faults.wrongUnit = value;
    },
    wrong_crc: ({ value }) => {
      faults.wrongCrc = value;
    },
    exception: ({ value }) => {
      faults.exception = value;
    },
    garbage: ({ value }) => {
      faults.garbage = value;
    },
    swapped_words: ({ value }) => {
      faults.swappedWords = value;
    },
  };
}
