/** Tokens and the answers about them, by the names of the EVerest auth types. Source: auth facts, sections 1.2 and 1.3. */

export const idTokenTypes = [
  "Central",
  "eMAID",
  "MacAddress",
  "ISO14443",
  "ISO15693",
  "KeyCode",
  "Local",
  "NoAuthorization",
] as const;
export type IdTokenType = (typeof idTokenTypes)[number];

export const authorizationTypes = ["OCPP", "RFID", "Autocharge", "PlugAndCharge", "BankCard"] as const;
export type AuthorizationType = (typeof authorizationTypes)[number];

export interface IdToken {
  /** 0..36 printable ASCII characters, compared without regard to case. */
  readonly value: string;
  readonly type: IdTokenType;
  readonly additional_info?: readonly { readonly value: string; readonly type: string }[];
}

export interface ProvidedIdToken {
  readonly id_token: IdToken;
  readonly authorization_type: AuthorizationType;
  readonly request_id?: number;
  readonly parent_id_token?: IdToken;
  /** EVSE ids, from 1; absent = any. */
  readonly connectors?: readonly number[];
  readonly prevalidated?: boolean;
  readonly certificate?: string;
}

export const authorizationStatuses = [
  "Accepted",
  "Blocked",
  "ConcurrentTx",
  "Expired",
  "Invalid",
  "NoCredit",
  "NotAllowedTypeEVSE",
  "NotAtThisLocation",
  "NotAtThisTime",
  "Unknown",
  "PinRequired",
  "Timeout",
] as const;
export type AuthorizationStatus = (typeof authorizationStatuses)[number];

export interface TariffMessage {
  readonly content: string;
  readonly format?: string;
  readonly language?: string;
}

export interface ValidationResult {
  readonly authorization_status: AuthorizationStatus;
  readonly tariff_messages: readonly TariffMessage[];
  readonly certificate_status?: string;
  readonly expiry_time?: string;
  readonly parent_id_token?: IdToken;
  readonly evse_ids?: readonly number[];
  readonly reservation_id?: number;
  readonly allowed_energy_transfer_modes?: readonly string[];
}

export const tokenValidationStatuses = [
  "Processing",
  "Accepted",
  "Rejected",
  "TimedOut",
  "UsedToStart",
  "UsedToStop",
  "Withdrawn",
  "UsedToReauthorize",
] as const;
export type TokenValidationStatus = (typeof tokenValidationStatuses)[number];
