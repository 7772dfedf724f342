/** What a person at the live view wants of the station, in words of that person; the daemon knows how it is done. */
export type OperatorRequest =
  | { readonly kind: "swipe"; readonly connector: string; readonly token: string }
  | { readonly kind: "plugIn" | "unplug" | "pause" | "resume"; readonly connector: string }
  /** Null lifts the limit. */
  | { readonly kind: "limit"; readonly connector: string; readonly currentA: number | null }
  | {
      readonly kind: "reserve";
      readonly connector: string;
      readonly token: string;
      readonly minutes: number;
      readonly reservationId: number;
    }
  | { readonly kind: "cancelReservation"; readonly connector: string; readonly reservationId: number }
  | { readonly kind: "quit" }
  /** To the shell, as Ctrl-Z of other programs. */
  | { readonly kind: "suspend" };
