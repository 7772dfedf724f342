/**
 * The ports of authorisation. A provider publishes tokens, a validator answers whether one may charge (it may take
 * as long as it needs: the answer is a reply), `auth` binds tokens to EVSEs.
 */
import * as v from "valibot";
import type { Reservation, StoredReservation } from "../src/core/auth/reservation.ts";
import { reservationCheckStatuses, reservationResults, reservationStatuses } from "../src/core/auth/reservation.ts";
import { authTiming } from "../src/core/auth/timing.ts";
import { tokenValidationStatuses } from "../src/core/auth/tokens.ts";
import type { Schema } from "./port.ts";
import { definePort } from "./port.ts";
import { count, idToken, providedIdToken, rfc3339, validationResult } from "./values.ts";

export const authTokenProvider = definePort({
  name: "auth_token_provider",
  commands: {},
  vars: { provided_token: providedIdToken },
  errors: [],
});

export const authTokenValidator = definePort({
  name: "auth_token_validator",
  commands: {
    validate_token: { args: v.strictObject({ provided_token: providedIdToken }), result: validationResult },
  },
  vars: {
    validate_result_update: v.strictObject({ validation_result: validationResult, connector_id: count }),
  },
  errors: [],
});

export const auth = definePort({
  name: "auth",
  commands: {
    /** Seconds, 10..300. */
    set_connection_timeout: {
      args: v.strictObject({
        connection_timeout: v.pipe(
          v.number(),
          v.integer(),
          v.minValue(authTiming.connectionTimeoutS.least),
          v.maxValue(authTiming.connectionTimeoutS.most),
        ),
      }),
    },
    /** Empty turns the master pass off. */
    set_master_pass_group_id: {
      args: v.strictObject({ master_pass_group_id: v.pipe(v.string(), v.maxLength(36)) }),
    },
    withdraw_authorization: {
      args: v.strictObject({
        request: v.strictObject({ evse_id: v.exactOptional(count), id_token: v.exactOptional(idToken) }),
      }),
      result: v.picklist(["Accepted", "AuthorizationNotFound", "EvseNotFound", "Rejected"]),
    },
  },
  vars: {
    token_validation_status: v.strictObject({
      token: providedIdToken,
      status: v.picklist(tokenValidationStatuses),
      messages: v.exactOptional(v.array(v.strictObject({ content: v.string() }))),
    }),
  },
  errors: [],
});

const reservation: Schema<Reservation> = v.strictObject({
  reservation_id: v.pipe(v.number(), v.integer()),
  id_token: v.pipe(v.string(), v.maxLength(36)),
  expiry_time: rfc3339,
  evse_id: v.exactOptional(count),
  parent_id_token: v.exactOptional(v.string()),
  connector_type: v.exactOptional(v.string()),
});

/** One item of what Auth keeps in its store. */
export const storedReservation: Schema<StoredReservation> = v.strictObject({
  evse_id: v.exactOptional(count),
  reservation,
});

export const reservationPort = definePort({
  name: "reservation",
  commands: {
    reserve_now: {
      args: v.strictObject({ request: reservation }),
      result: v.picklist(reservationResults),
    },
    cancel_reservation: {
      args: v.strictObject({ reservation_id: v.pipe(v.number(), v.integer()) }),
      result: v.boolean(),
    },
    exists_reservation: {
      args: v.strictObject({
        request: v.strictObject({
          id_token: v.string(),
          evse_id: v.exactOptional(count),
          group_id_token: v.exactOptional(v.string()),
        }),
      }),
      result: v.picklist(reservationCheckStatuses),
    },
  },
  vars: {
    reservation_update: v.strictObject({
      reservation_id: v.pipe(v.number(), v.integer()),
      reservation_status: v.picklist(reservationStatuses),
    }),
  },
  errors: [],
});
