/**
 * When the loss of a device is an error: when two cycles in a row have failed, each with the hub's repetitions behind it. One
 * good cycle ends it. With the hub's defaults that is within 5 s of the last good one.
 */
import type { Provided } from "../../hal/module.ts";
import type { PortDescription } from "../../hal/port.ts";

const failedCyclesToTell = 2;

export class Communication {
  readonly #port: Provided<PortDescription>;
  readonly #type: string;
  #failed = 0;

  /** `type`: the error, e.g. `powermeter/CommunicationFault`. */
  constructor(port: Provided<PortDescription>, type: string) {
    this.#port = port;
    this.#type = type;
  }

  get isLost(): boolean {
    return this.#failed >= failedCyclesToTell;
  }

  /** The cycles that have failed since the last good one. */
  get failedCycles(): number {
    return this.#failed;
  }

  succeeded(): void {
    this.#failed = 0;
    this.#port.clear(this.#type, "CommunicationError");
  }

  /** `isFinal`: repetitions of the driver's own stand behind it, one such failure is enough. */
  failed(message: string, isFinal = false): void {
    this.#failed += isFinal ? failedCyclesToTell : 1;
    if (!this.isLost) return;
    this.#port.raise({ type: this.#type, sub_type: "CommunicationError", severity: "High", message });
  }
}
