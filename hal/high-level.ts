/**
 * Ports that a configuration may already name but that nothing in the house speaks: certificates, and what a stack for
 * ISO 15118 exchanges with an OCPP client. They carry a name, so that wiring is checked, and the errors their providers
 * may raise.
 */
import { definePort } from "./port.ts";

const named = <const N extends string>(name: N, errors: readonly string[]) =>
  definePort({ name, commands: {}, vars: {}, errors });

export const evseSecurity = named("evse_security", ["generic"]);
export const iso15118Extensions = named("iso15118_extensions", ["generic"]);
export const iso15118Vas = named("ISO15118_vas", ["generic"]);
