/** The worker as the main thread sees it, wherever it runs. */
import type { Order } from "./order.ts";
import type { Report } from "./report.ts";

export interface InterlockLink {
  write(order: Order): void;
  /** 0 before the first measuring cycle. */
  readonly cycles: number;
  /** When the last cycle ended. */
  readonly sampledTicks: number;
  /** The counts of that cycle; null where a conversion failed. */
  readonly counts: { readonly positive: number; readonly negative: number } | null;
  nowTicks(): number;
  /** The worker opens and ends. */
  end(): void;
  /** Ends a worker that does not listen. */
  terminate(): void;
}

export interface LinkEvents {
  report(report: Report): void;
  /** Nothing samples any more. Null where it was told to end. */
  ended(error: Error | null): void;
}

export type StartLink = (events: LinkEvents) => InterlockLink;
