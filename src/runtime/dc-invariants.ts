import type { ModulePlan, Station } from "./station.ts";

/** What the output has come down to a second after the contactor opened. IEC 61851-23:2023 asks for it. */
const safeV = 60;
const safeAfterMs = 1000;
/** A supply that hears nobody any more goes off by itself after this time, and only then begins to discharge. */
const supplyTimeoutMs = 1000;

/** Of what the simulated circuit tells. */
interface CircuitReading {
  readonly supplyV: number;
  readonly inletV: number;
  readonly hasBattery: boolean;
}

/** The DC side of one EVSE by its lines, and the voltages of the simulated circuit below it. Design, section 3.5. */
export class DcWatch {
  readonly #station: Station;
  readonly #breach: (name: string, detail: string) => void;
  readonly #circuit: ModulePlan | undefined;
  readonly #testsOpen: boolean;
  #letter = "Disabled";
  #on = false;
  #phase = "Other";
  #closed = false;
  #lostContact = false;
  #checking = false;
  /** Counts closings, so that a check armed before one knows that it is void. */
  #closings = 0;

  constructor(station: Station, plan: ModulePlan, breach: (name: string, detail: string) => void) {
    this.#station = station;
    this.#breach = breach;
    this.#circuit = station.plans().find(({ id, type }) => type === "DCCircuit" && id === `${plan.id}_dc_circuit`);
    const config = plan.config as { readonly cable_check_enable_imd_self_test_relays_open?: boolean };
    this.#testsOpen = config.cable_check_enable_imd_self_test_relays_open === true;
  }

  get circuitId(): string | undefined {
    return this.#circuit?.id;
  }

  hear(kind: string, fields: Readonly<Record<string, unknown>>): void {
    switch (kind) {
      case "cp":
        this.#letter = fields.to as string;
        // Lines of one turn come in the order of the machine's words, not of its deeds: the whole turn is looked at.
        this.#checkSoon();
        return;
      case "supply":
        if (fields.dir === "cmd" && fields.name === "setMode") {
          const { mode, phase } = fields.args as { readonly mode: string; readonly phase: string };
          this.#on = mode === "Export" || mode === "Import";
          this.#phase = phase;
          this.#checkSoon();
        }
        return;
      case "contactor":
        this.#contactor(fields.closed as boolean);
        return;
      default:
    }
  }

  /** A contactor closed into more than the circuit allows. */
  inrush(fields: Readonly<Record<string, unknown>>): void {
    if (fields.contactor === "station") {
      this.#breach("close_into_voltage", `${fields.difference_V} V between supply and vehicle`);
    }
  }

  /** The supply is not reached, or reached again. */
  supplyFault(type: string, isActive: boolean): void {
    if (type === "power_supply_DC/CommunicationFault") this.#lostContact = isActive;
  }

  daemonDied(): void {
    this.#letter = "Disabled";
    this.#on = false;
    this.#closed = false;
    this.#lostContact = false;
    this.#closings++;
  }

  #checkSoon(): void {
    if (this.#checking) return;
    this.#checking = true;
    this.#later(0, () => {
      this.#checking = false;
      this.#checkLetter();
    });
  }

  #checkLetter(): void {
    if (!this.#on || this.#letter === "C" || this.#letter === "D") return;
    if (this.#testsOpen && this.#phase === "CableCheck" && !this.#closed && this.#letter === "B") return;
    this.#breach("supply_on_outside_c", `the supply is on with the pilot in ${this.#letter}`);
  }

  #contactor(closed: boolean): void {
    if (closed) this.#closings++;
    const hasOpened = this.#closed && !closed;
    this.#closed = closed;
    if (!hasOpened) return;
    const closing = this.#closings;
    this.#read(({ hasBattery }) => {
      this.#later(safeAfterMs + (this.#lostContact ? supplyTimeoutMs : 0), () => {
        if (this.#closings === closing) this.#checkVoltage(hasBattery);
      });
    });
  }

  /** `hadBattery`: a vehicle kept the voltage up when the contactor opened; what it leaves behind has its second as well. */
  #checkVoltage(hadBattery: boolean): void {
    if (this.#on && this.#testsOpen) return;
    const closing = this.#closings;
    this.#read(({ supplyV, inletV, hasBattery }) => {
      // What a vehicle keeps on its own side of the contactor is its own.
      const atV = Math.max(supplyV, hasBattery || hadBattery ? 0 : inletV);
      if (atV >= safeV)
        this.#breach("voltage_after_opening", `${atV.toFixed(1)} V a second after the contactor opened`);
      else if (hadBattery && !hasBattery && inletV >= safeV) {
        this.#later(safeAfterMs, () => {
          if (this.#closings === closing) this.#checkVoltage(false);
        });
      }
    });
  }

  #read(seen: (reading: CircuitReading) => void): void {
    if (this.#circuit === undefined) return;
    this.#station.command(this.#circuit.id, "circuit", "read", {}, (reading) => seen(reading as CircuitReading));
  }

  #later(delayMs: number, check: () => void): void {
    this.#station.clock.schedule("invariant", this.#station.clock.nowMs() + delayMs, check);
  }
}
