import type { AuthEffect, AuthEvent, AuthSettings, AuthState } from "../../../src/core/auth/auth-machine.ts";
import { createAuthMachine, initialAuthState } from "../../../src/core/auth/auth-machine.ts";
import type { AuthorizationStatus, ProvidedIdToken, ValidationResult } from "../../../src/core/auth/tokens.ts";
import type { SessionEventName } from "../../../src/core/session/session-event.ts";

export function rfid(value: string, more: Partial<ProvidedIdToken> = {}): ProvidedIdToken {
  return { id_token: { value, type: "ISO14443" }, authorization_type: "RFID", ...more };
}

export function result(
  authorization_status: AuthorizationStatus,
  more: Partial<ValidationResult> = {},
): ValidationResult {
  return { authorization_status, tariff_messages: [], ...more };
}

export const group = (value: string): { readonly value: string; readonly type: "Central" } => ({
  value,
  type: "Central",
});

export interface AuthBenchOptions extends Partial<AuthSettings> {
  readonly evses?: number;
  readonly connectionTimeoutS?: number;
  readonly masterPassGroupId?: string;
}

/** One machine with its state and a clock that is moved by hand. */
export class AuthBench {
  readonly machine;
  state: AuthState;
  nowMs = 0;

  constructor({ evses = 1, connectionTimeoutS = 30, masterPassGroupId = "", ...settings }: AuthBenchOptions = {}) {
    this.machine = createAuthMachine({
      validators: 1,
      prioritizeAuthorizationOverStoppingTransaction: true,
      ignoreConnectorFaults: false,
      stopTransactionOnReswipe: true,
      ...settings,
    });
    this.state = initialAuthState(evses, { connectionTimeoutMs: connectionTimeoutS * 1000, masterPassGroupId });
  }

  post(event: AuthEvent): readonly AuthEffect[] {
    const { state, effects } = this.machine.step(this.state, event, this.nowMs);
    this.state = state;
    return effects;
  }

  present(token: ProvidedIdToken): readonly string[] {
    return this.post({ type: "tokenProvided", token }).map(line);
  }

  answer(answer: ValidationResult, requestId = this.state.lastRequestId): readonly string[] {
    return this.post({ type: "validatorAnswered", requestId, result: answer }).map(line);
  }

  session(event: SessionEventName, evseId = 1): readonly string[] {
    return this.post({
      type: "sessionChanged",
      evseId,
      event,
      ...(event === "SessionStarted" && { reason: "EVConnected" as const }),
    }).map(line);
  }

  at(nowMs: number): readonly string[] {
    this.nowMs = nowMs;
    return this.post(this.machine.deadlineReached).map(line);
  }

  /** A car at the EVSE that charges on the token. */
  charging(token: ProvidedIdToken, evseId = 1, answer = result("Accepted")): void {
    this.session("SessionStarted", evseId);
    this.present({ ...token, connectors: [evseId] });
    this.answer(answer);
    this.session("TransactionStarted", evseId);
  }
}

/** An effect in one line, so that a table of expectations stays readable. */
export function line(effect: AuthEffect): string {
  switch (effect.type) {
    case "publishStatus":
      return `${effect.token.id_token.value} ${effect.status}${effect.token.connectors?.map((id) => ` @${id}`) ?? ""}`;
    case "askValidator":
      return `ask ${effect.validator} about ${effect.token.id_token.value}`;
    case "tellEvse":
      return `tell ${effect.evseId} ${effect.token.id_token.value} ${effect.result.authorization_status}`;
    case "withdrawAtEvse":
      return `withdraw ${effect.evseId}`;
    case "stopTransaction":
      return `stop ${effect.evseId} ${effect.reason} ${effect.idTag?.id_token.value ?? "-"}`;
    case "answerWithdrawal":
      return `answer ${effect.replyId} ${effect.result}`;
  }
}
