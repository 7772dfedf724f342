/**
 * Ports that a configuration may already name but that nothing in the house speaks: the vehicle's side of SLAC and ISO
 * 15118. They carry a name, so that wiring is checked, and the errors their providers may raise.
 */
import { definePort } from "./port.ts";

const named = <const N extends string>(name: N, errors: readonly string[]) =>
  definePort({ name, commands: {}, vars: {}, errors });

export const evSlac = named("ev_slac", ["generic"]);
export const iso15118Ev = named("ISO15118_ev", ["generic"]);
