/** A meter that signs nothing says so when a transaction begins or ends: that is an answer, no error. */

import type { CommandHandlers } from "../../hal/port.ts";
import type { powermeter } from "../../hal/powermeter.ts";

export const notSupported = (error: string): CommandHandlers<typeof powermeter> => ({
  start_transaction: (_, reply) => reply({ status: "NOT_SUPPORTED", error }),
  stop_transaction: (_, reply) => reply({ status: "NOT_SUPPORTED", error }),
});
