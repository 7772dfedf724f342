/** A Dold RN5893 as its registers show it. Source: Modbus facts, section 10. */
import type { ModuleContext, ModuleFactory } from "../../../../hal/module.ts";
import {
  beyondRange,
  control,
  holding,
  input,
  ohmPerStep,
  settingsCount,
  state,
} from "../../../modbus/dold-rn5893/registers.ts";
import { imdSimOf, SimulatedImd } from "../imd.ts";
import { SimulatedSlave } from "../slave.ts";
import type { manifest } from "./manifest.ts";

const mostOhm = 2_000_000;
const faultInTest = 3;
const internalFault = 12;

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, config } = context;
  const [line] = context.require("serial_comm_hub");
  const imd = new SimulatedImd(clock);
  const written = new Map<number, number>();

  function stateNow(): number {
    if (imd.isTesting) return state.selfTest;
    if (imd.isFaulty) return state.error;
    return written.get(holding.control) === control.measurementOff ? state.stopped : state.measuring;
  }

  function measured(address: number): number | undefined {
    switch (address) {
      case input.fault:
        return imd.isFaulty ? (imd.hasDeviceError ? internalFault : faultInTest) : 0;
      case input.state:
        return stateNow();
      case input.measurement:
        return imd.resistanceOhm > mostOhm ? beyondRange : Math.round(imd.resistanceOhm / ohmPerStep);
      case input.measurement + 1:
        return 0;
      case input.measurement + 2:
        return imd.isInvalid ? beyondRange : Math.round(imd.voltageV);
      default:
        return undefined;
    }
  }

  const isSetting = (address: number): boolean =>
    address <= holding.timeoutMs || (address >= holding.settings && address < holding.settings + settingsCount);

  const slave = new SimulatedSlave(config.device_id, {
    input: measured,
    holding: (address) => (isSetting(address) ? (written.get(address) ?? 0) : undefined),
    write(address, value) {
      written.set(address, value);
      if (address === holding.control && value === control.selfTest) imd.beginTest();
      return isSetting(address);
    },
  });
  return { ready: () => line?.call("attach", { slave }), sim: imdSimOf(imd, slave) };
};
