import type { ModuleFactory } from "../../../hal/module.ts";
import type { AuthEffect, WithdrawalResult } from "../../core/auth/auth-machine.ts";
import { createAuthMachine, initialAuthState } from "../../core/auth/auth-machine.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { config, log } = context;
  const validators = context.require("token_validator");
  const evses = context.require("evse_manager");
  const withdrawals = new Map<number, (result: WithdrawalResult) => void>();
  let lastReplyId = 0;

  if (config.selection_algorithm !== "FindFirst") {
    log.warn("auth.selection_algorithm_not_effective", { configured: config.selection_algorithm, used: "FindFirst" });
  }

  const machine = createAuthMachine({
    validators: validators.length,
    prioritizeAuthorizationOverStoppingTransaction: config.prioritize_authorization_over_stopping_transaction,
    ignoreConnectorFaults: config.ignore_connector_faults,
    stopTransactionOnReswipe: config.stop_transaction_on_reswipe,
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
    withdraw_authorization: ({ request }, reply) => {
      lastReplyId += 1;
      withdrawals.set(lastReplyId, reply);
      mailbox.post({ type: "withdrawalRequested", replyId: lastReplyId, request });
    },
  });

  context.provide("reservation", {
    reserve_now: ({ request }, reply) => {
      log.warn("auth.reservations_not_effective", { reservation_id: request.reservation_id });
      reply("Rejected");
    },
    cancel_reservation: (_args, reply) => reply(false),
    exists_reservation: (_args, reply) => reply("NotReserved"),
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
        withdrawals.get(effect.replyId)?.(effect.result);
        withdrawals.delete(effect.replyId);
        break;
    }
  }

  return {};
};
