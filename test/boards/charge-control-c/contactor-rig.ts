/** The contactors of a Charge Control C on simulated relays, looked at every 4 ms as in the driver. */
import type { Wiring } from "../../../boards/charge-control-c/contactors.ts";
import { Contactors } from "../../../boards/charge-control-c/contactors.ts";
import type { FeedbackType } from "../../../boards/charge-control-c/relay.ts";
import { Relay } from "../../../boards/charge-control-c/relay.ts";
import { SimulatedLine } from "../../../boards/sim/lines/lines.ts";
import { Relay as Contact } from "../../../boards/sim/relay.ts";
import { DeviceError } from "../../../src/core/errors.ts";

const cycleMs = 4;

interface RigOptions {
  readonly wiring?: Wiring;
  readonly feedback?: FeedbackType | "none";
  readonly debounceMs?: number;
  /** Contacts that are welded before the start. */
  readonly welded?: readonly (1 | 2)[];
}

export class Rig {
  nowMs = 0;
  /** What happened, with its instant: coils, and what the contactors told. */
  readonly story: string[] = [];
  readonly contacts: Readonly<Record<1 | 2, Contact>> = { 1: new Contact(), 2: new Contact() };
  readonly contactors: Contactors;
  writeFails = false;
  readonly #senses = { 1: new SimulatedLine(), 2: new SimulatedLine() };
  readonly #type: FeedbackType | "none";

  constructor({ wiring = "none", feedback = "no", debounceMs = 10, welded = [] }: RigOptions = {}) {
    this.#type = feedback;
    for (const number of welded) this.contacts[number].setFault("welded", 0);
    this.#world();
    const relay = (number: 1 | 2): Relay => {
      const coil = new SimulatedLine(() => {
        const closed = coil.read() === "high";
        this.contacts[number].command(closed, this.nowMs);
        this.tell(`R${number} ${closed ? "on" : "off"}`);
      });
      const output = {
        read: () => coil.read(),
        set: (level: "high" | "low") => {
          if (this.writeFails) throw new DeviceError("EIO", "write failed");
          coil.set(level);
        },
      };
      output.set("low");
      const line = this.#senses[number];
      return new Relay(`R${number}`, output, feedback === "none" ? null : { line, type: feedback, debounceMs }, 0);
    };
    const events = {
      closed: () => this.tell("closed"),
      opened: () => this.tell("opened"),
      failed: (message: string) => this.tell(message),
    };
    this.contactors = new Contactors(wiring, relay(1), wiring === "none" ? null : relay(2), events, 0);
  }

  tell(what: string): void {
    this.story.push(`${this.nowMs} ${what}`);
  }

  /** `check` is called after each look. */
  until(atMs: number, check: () => void = () => {}): this {
    while (this.nowMs < atMs) {
      this.nowMs += cycleMs;
      this.#world();
      this.contactors.poll(this.nowMs);
      check();
    }
    return this;
  }

  close(): this {
    this.contactors.close(this.nowMs);
    return this;
  }

  open(): this {
    this.contactors.open(this.nowMs);
    return this;
  }

  /** The story since the last call. */
  told(): string[] {
    return this.story.splice(0);
  }

  #world(): void {
    for (const number of [1, 2] as const) {
      const contact = this.contacts[number];
      contact.advance(this.nowMs);
      const closedLevel = this.#type === "nc" ? "low" : "high";
      const openLevel = this.#type === "nc" ? "high" : "low";
      this.#senses[number].put(contact.contactClosed ? closedLevel : openLevel);
    }
  }
}
