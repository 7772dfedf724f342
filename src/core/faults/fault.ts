export type Severity = "Low" | "Medium" | "High";

/** An error as its raiser tells it. Identity within an implementation is (type, sub_type). */
export interface FaultReport {
  /** `<namespace>/<Name>`, declared by the port that raises it. */
  readonly type: string;
  /** Tells parallel instances of one type apart; empty by default. */
  readonly sub_type?: string;
  readonly message?: string;
  /** Low when absent. */
  readonly severity?: Severity;
  readonly vendor_id?: string;
}

/** An active error with where and when it was raised. */
export interface Fault {
  readonly type: string;
  readonly sub_type: string;
  readonly message: string;
  readonly description: string;
  readonly severity: Severity;
  readonly vendor_id: string;
  readonly origin: { readonly module_id: string; readonly implementation_id: string };
  /** RFC 3339. */
  readonly timestamp: string;
  readonly uuid: string;
}
