import type { ErrorFilters, ErrorObject } from "../../../hal/error-history.ts";
import type { Fault } from "../../core/faults/fault.ts";

export const mostErrors = 500;
const longestText = 1000;

/** As it is kept; the vendor id is not told. */
interface Kept extends ErrorObject {
  readonly sub_type: string;
  readonly vendor_id: string;
}

const rank = { Low: 0, Medium: 1, High: 2, LOW_GE: 0, MEDIUM_GE: 1, HIGH_GE: 2 } as const;
const clipped = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text);

/** Errors in the order they were raised. */
export class History {
  #errors: Kept[];

  /** `body` as `toBody` wrote it, in an earlier life: nothing of it is active any more. */
  constructor(body?: string) {
    const kept = body === undefined ? [] : (JSON.parse(body) as Kept[]);
    this.#errors = kept.map((error) => (error.state === "Active" ? { ...error, state: "ClearedByReboot" } : error));
  }

  raised(fault: Fault): void {
    this.#errors.push({
      ...fault,
      message: clipped(fault.message),
      description: clipped(fault.description),
      sub_type: clipped(fault.sub_type),
      state: "Active",
    });
    if (this.#errors.length <= mostErrors) return;
    const over = this.#errors.findIndex(({ state }) => state !== "Active");
    this.#errors.splice(Math.max(over, 0), 1);
  }

  /** False when it is not known: it was pruned. */
  cleared({ uuid }: Fault): boolean {
    const index = this.#errors.findIndex((error) => error.uuid === uuid);
    const error = this.#errors[index];
    if (error === undefined) return false;
    this.#errors[index] = { ...error, state: "ClearedByModule" };
    return true;
  }

  find(filters: ErrorFilters): ErrorObject[] {
    return this.#errors.filter((error) => passes(error, filters)).map(told);
  }

  get length(): number {
    return this.#errors.length;
  }

  toBody(): string {
    return JSON.stringify(this.#errors);
  }
}

function passes(error: Kept, filters: ErrorFilters): boolean {
  const { state_filter, origin_filter, type_filter, severity_filter, timeperiod_filter, handle_filter } = filters;
  const { module_id, implementation_id } = error.origin;
  return (
    (state_filter === undefined || error.state === state_filter) &&
    (origin_filter === undefined ||
      (origin_filter.module_id === module_id && origin_filter.implementation_id === implementation_id)) &&
    (type_filter === undefined || error.type === type_filter) &&
    (severity_filter === undefined || rank[error.severity] >= rank[severity_filter]) &&
    (timeperiod_filter === undefined ||
      (error.timestamp >= timeperiod_filter.timestamp_from && error.timestamp <= timeperiod_filter.timestamp_to)) &&
    (handle_filter === undefined || error.uuid === handle_filter)
  );
}

function told({ vendor_id: _, ...error }: Kept): ErrorObject {
  return error;
}
