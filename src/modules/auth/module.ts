import type { ModuleFactory } from "../../../hal/module.ts";
import { createAuthMachine } from "../../core/auth/auth-machine.ts";
import type { AuthEffect } from "../../core/auth/auth-state.ts";
import { initialAuthState } from "../../core/auth/auth-state.ts";
import type { manifest } from "./manifest.ts";
import { Replies } from "./replies.ts";
import { readStored } from "./stored-reservations.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { clock, config, log } = context;
  const validators = context.require("token_validator");
  const evses = context.require("evse_manager");
  const [store] = context.require("kvs");
  const storeKey = `reservation_${context.moduleId}`;
  const replies = new Replies();

  const machine = createAuthMachine({
    validators: validators.length,
    selectionAlgorithm: config.selection_algorithm,
    prioritizeAuthorizationOverStoppingTransaction: config.prioritize_authorization_over_stopping_transaction,
    ignoreConnectorFaults: config.ignore_connector_faults,
    plugInTimeoutEnabled: config.plug_in_timeout_enabled,
    stopTransactionOnReswipe: config.stop_transaction_on_reswipe,
    hasStore: store !== undefined,
  });
  const initial = initialAuthState(evses.length, {
    connectionTimeoutMs: config.connection_timeout * 1000,
    masterPassGroupId: config.master_pass_group_id,
  });
  const mailbox = context.machine("auth", machine, initial, perform);

  const main = context.provide("main", {
    set_connection_timeout: ({ connection_timeout }, reply) => {
      mailbox.post({ type: "connectionTimeoutSet", seconds: connection_timeout });
      reply(undefined);
    },
    set_master_pass_group_id: ({ master_pass_group_id }, reply) => {
      mailbox.post({ type: "masterPassGroupSet", groupId: master_pass_group_id });
      reply(undefined);
    },
    withdraw_authorization: ({ request }, reply) =>
      mailbox.post({ type: "withdrawalRequested", replyId: replies.keep(reply), request }),
  });

  const reservation = context.provide("reservation", {
    reserve_now: ({ request }, reply) =>
      mailbox.post({
        type: "reservationRequested",
        replyId: replies.keep(reply),
        request,
        wallMs: clock.wallTimeMs(),
      }),
    cancel_reservation: ({ reservation_id }, reply) =>
      mailbox.post({ type: "cancellationRequested", replyId: replies.keep(reply), reservationId: reservation_id }),
    exists_reservation: ({ request }, reply) =>
      mailbox.post({ type: "checkRequested", replyId: replies.keep(reply), query: request }),
  });

  for (const provider of context.require("token_provider")) {
    provider.subscribe("provided_token", (token) => mailbox.post({ type: "tokenProvided", token }));
  }
  for (const validator of validators) {
    validator.subscribe("validate_result_update", ({ connector_id, validation_result }) =>
      mailbox.post({ type: "validationUpdated", evseId: connector_id, result: validation_result }),
    );
  }
  for (const [index, evse] of evses.entries()) {
    const evseId = index + 1;
    evse.subscribe("session_event", ({ event, connector_id, session_started }) =>
      mailbox.post({
        type: "sessionChanged",
        evseId,
        event,
        ...(connector_id !== undefined && { connectorId: connector_id }),
        ...(session_started !== undefined && { reason: session_started.reason }),
      }),
    );
    evse.subscribe("ready", (ready) => mailbox.post({ type: "evseReady", evseId, ready }));
    evse.subscribeErrors((action, { type }) => mailbox.post({ type: "faultReported", evseId, action, fault: type }));
  }

  function perform(effect: AuthEffect): void {
    switch (effect.type) {
      case "publishStatus": {
        const { token, status, messages } = effect;
        const update = {
          token,
          status,
          ...(messages !== undefined && { messages: messages.map(({ content }) => ({ content })) }),
        };
        context.emit("token", update);
        main.publish("token_validation_status", update);
        break;
      }
      case "askValidator": {
        const { requestId, token, validator } = effect;
        validators[validator]?.call("validate_token", { provided_token: token }, (result) =>
          mailbox.post({ type: "validatorAnswered", requestId, result }),
        );
        break;
      }
      case "tellEvse":
        evses[effect.evseId - 1]?.call("authorize_response", {
          provided_token: effect.token,
          validation_result: effect.result,
        });
        break;
      case "withdrawAtEvse":
        evses[effect.evseId - 1]?.call("withdraw_authorization", {});
        break;
      case "stopTransaction":
        evses[effect.evseId - 1]?.call("stop_transaction", {
          request: { reason: effect.reason, ...(effect.idTag !== undefined && { id_tag: effect.idTag }) },
        });
        break;
      case "answerWithdrawal":
      case "answerReservation":
      case "answerCancellation":
      case "answerCheck":
        replies.answer(effect.replyId, effect.result);
        break;
      case "reserveAtEvse": {
        const { requestId, reservationId } = effect;
        evses[effect.evseId - 1]?.call("reserve", { reservation_id: reservationId }, (accepted) =>
          mailbox.post({ type: "evseAnswered", requestId, accepted }),
        );
        break;
      }
      case "cancelAtEvse":
        evses[effect.evseId - 1]?.call("cancel_reservation", {});
        break;
      case "reservationUpdate": {
        const update = { reservation_id: effect.reservationId, reservation_status: effect.status };
        context.emit("reservation", { ...update, ...(effect.evseId !== undefined && { evse_id: effect.evseId }) });
        reservation.publish("reservation_update", update);
        break;
      }
      case "loadReservations": {
        const { requestId } = effect;
        store?.call("load", { key: storeKey }, (value) =>
          mailbox.post({
            type: "reservationsLoaded",
            requestId,
            items: readStored(value, log),
            wallMs: clock.wallTimeMs(),
          }),
        );
        break;
      }
      case "storeReservations":
        store?.call("store", { key: storeKey, value: effect.items });
        break;
      case "complain":
        log.error(`auth.${effect.about}`, effect.details);
        break;
    }
  }

  return {
    ready: () => {
      for (const [index, evse] of evses.entries()) {
        evse.call("get_evse", {}, ({ connectors }) =>
          mailbox.post({ type: "connectorsReported", evseId: index + 1, connectors }),
        );
      }
      mailbox.post({ type: "started" });
    },
  };
};
