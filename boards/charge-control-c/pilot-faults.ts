/** The errors of the pilot as they are raised, in the order in which they are told. Charge Control C facts, section 3. */
import type { FaultReport } from "../../src/core/faults/fault.ts";
import type { PilotSampler } from "./pilot-sampler.ts";

/** Which errors an evaluation of the pilot has found. */
export type PilotFindings = Pick<PilotSampler, "diodeFault" | "shortFault" | "ventilationFault" | "outOfRange">;

export interface PilotFault extends FaultReport {
  readonly type: string;
  readonly sub_type: string;
  readonly message: string;
  readonly severity: "High";
  isFound(findings: PilotFindings): boolean;
}

const pilotFaultType = "evse_board_support/MREC14PilotFault";

export const pilotFaults: readonly PilotFault[] = [
  {
    type: "evse_board_support/DiodeFault",
    sub_type: "",
    message: "Diode fault detected.",
    severity: "High",
    isFound: (findings) => findings.diodeFault,
  },
  {
    type: pilotFaultType,
    sub_type: "CPOutOfRange",
    message: "CP voltage is out of range.",
    severity: "High",
    isFound: (findings) => findings.outOfRange,
  },
  {
    type: pilotFaultType,
    sub_type: "CPShortFault",
    message: "CP short fault detected.",
    severity: "High",
    isFound: (findings) => findings.shortFault,
  },
  {
    type: "evse_board_support/VentilationNotAvailable",
    sub_type: "",
    message: "Ventilation fault detected.",
    severity: "High",
    isFound: (findings) => findings.ventilationFault,
  },
];

/** What changed since the last call: which errors came and which went, in the order of the list. */
export class PilotFaultChanges {
  readonly #active = new Set<PilotFault>();

  raised(findings: PilotFindings): PilotFault[] {
    const raised = pilotFaults.filter((fault) => fault.isFound(findings) && !this.#active.has(fault));
    for (const fault of raised) this.#active.add(fault);
    return raised;
  }

  cleared(findings: PilotFindings): PilotFault[] {
    const cleared = pilotFaults.filter((fault) => !fault.isFound(findings) && this.#active.has(fault));
    for (const fault of cleared) this.#active.delete(fault);
    return cleared;
  }
}
