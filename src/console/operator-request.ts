/** What a person at the live view or the console wants of the station, in words of that person; the daemon knows how it is done. */
export type OperatorRequest =
  | { readonly kind: "swipe"; readonly connector: string; readonly token: string }
  /** The same in the name of a reader that is not told what it reads. */
  | { readonly kind: "authorize"; readonly connector: string; readonly token: string }
  | {
      readonly kind: "plugIn" | "unplug" | "pause" | "resume" | "stop" | "enable" | "enableAlways" | "disable";
      readonly connector: string;
    }
  /** How long an authorisation waits for its vehicle. */
  | { readonly kind: "connectionTimeout"; readonly connector: string; readonly seconds: number }
  /** Empty: none. */
  | { readonly kind: "masterPassGroup"; readonly connector: string; readonly group: string }
  | { readonly kind: "randomDelay"; readonly connector: string; readonly isOn: boolean }
  /** Null lifts the limit. */
  | { readonly kind: "limit"; readonly connector: string; readonly currentA: number | null; readonly source?: string }
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
