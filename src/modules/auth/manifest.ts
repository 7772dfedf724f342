/** Source: auth facts, sections 1 and 1.1. */
import { auth, authTokenProvider, authTokenValidator, reservationPort } from "../../../hal/auth.ts";
import { evseManager } from "../../../hal/evse-manager.ts";
import { kvs } from "../../../hal/kvs.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { selectionAlgorithms } from "../../core/auth/selection.ts";

export const manifest = defineManifest({
  type: "Auth",
  description: "Decides who may charge where: takes tokens, asks the validators and tells the EVSE.",
  config: {
    selection_algorithm: {
      type: "string",
      description:
        "How an EVSE is chosen for a token that fits several. FindFirst: where a car waits longest, else the first " +
        "that is free. PlugEvents: where a car waits longest, else where the next one is plugged in, for " +
        "connection_timeout. PlugEventsLIFO: the same with the newest car first. UserInput: nobody here can ask the " +
        "user, such a token is refused.",
      default: "FindFirst",
      enum: selectionAlgorithms,
    },
    connection_timeout: {
      type: "integer",
      description:
        "Seconds an authorisation waits for its transaction to start; then it is taken back. Also how long a token " +
        "waits for a car, and a car for its token.",
      minimum: 1,
    },
    master_pass_group_id: {
      type: "string",
      description: "Tokens of this group stop every transaction and start none. Empty: there is no such group.",
      default: "",
      maxLength: 36,
    },
    prioritize_authorization_over_stopping_transaction: {
      type: "boolean",
      description:
        "A token whose group already charges authorises a free EVSE where there is one, rather than stop the group's " +
        "transaction.",
      default: true,
    },
    ignore_connector_faults: {
      type: "boolean",
      description: "An inoperative EVSE counts as available for authorisation.",
      default: false,
    },
    plug_in_timeout_enabled: {
      type: "boolean",
      description:
        "With several EVSEs: a car that is not authorised within connection_timeout must be plugged in again.",
      default: false,
    },
    stop_transaction_on_reswipe: {
      type: "boolean",
      description: "Presenting the token of a running transaction again stops it.",
      default: true,
    },
  },
  provides: {
    main: { port: auth, description: "Authorisation: its time-out, its master pass, its withdrawal." },
    reservation: { port: reservationPort, description: "Reservations: of one EVSE, or of any." },
  },
  requires: {
    token_provider: { port: authTokenProvider, min: 1, max: 128 },
    token_validator: { port: authTokenValidator, min: 1, max: 128, description: "Asked in this order." },
    evse_manager: { port: evseManager, min: 1, max: 128, description: "The first connection is EVSE 1." },
    kvs: { port: kvs, min: 0, max: 1, description: "Where reservations outlive a restart." },
  },
});
