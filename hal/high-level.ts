/**
 * Ports that a configuration may already name but that nothing in the house speaks yet: SLAC, ISO 15118 and the DC
 * side. They carry a name, so that wiring is checked, and the errors their providers may raise; commands and variables
 * come together with the machines that use them.
 */
import { definePort } from "./port.ts";

const named = <const N extends string>(name: N, errors: readonly string[]) =>
  definePort({ name, commands: {}, vars: {}, errors });

export const slac = named("slac", ["generic"]);
export const evSlac = named("ev_slac", ["generic"]);
export const iso15118Charger = named("ISO15118_charger", ["generic"]);
export const iso15118Ev = named("ISO15118_ev", ["generic"]);
export const isolationMonitor = named("isolation_monitor", ["isolation_monitor"]);
export const overVoltageMonitor = named("over_voltage_monitor", ["over_voltage_monitor"]);
export const powerSupplyDc = named("power_supply_DC", ["power_supply_DC"]);
