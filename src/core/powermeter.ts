/** The powermeter struct of the EVerest `powermeter` interface. Import is positive. Source: board-support facts, section 4. */

export interface PhasesAndTotal {
  readonly total: number;
  readonly L1?: number;
  readonly L2?: number;
  readonly L3?: number;
}

export interface PhaseVoltages {
  readonly DC?: number;
  readonly L1?: number;
  readonly L2?: number;
  readonly L3?: number;
}

export interface PhaseCurrents extends PhaseVoltages {
  readonly N?: number;
}

export interface SignedMeterValue {
  readonly signed_meter_data: string;
  readonly signing_method: string;
  readonly encoding_method: string;
  readonly public_key?: string;
  readonly timestamp?: string;
}

type Signed<T> = { readonly [K in keyof T]: SignedMeterValue };

export interface Powermeter {
  /** RFC 3339, the time of the measurement. */
  readonly timestamp: string;
  readonly energy_Wh_import: PhasesAndTotal;
  readonly meter_id?: string;
  readonly phase_seq_error?: boolean;
  readonly energy_Wh_export?: PhasesAndTotal;
  readonly power_W?: PhasesAndTotal;
  readonly voltage_V?: PhaseVoltages;
  readonly VAR?: PhasesAndTotal;
  readonly current_A?: PhaseCurrents;
  readonly frequency_Hz?: { readonly L1: number; readonly L2?: number; readonly L3?: number };
  readonly temperatures?: readonly {
    readonly temperature: number;
    readonly identification?: string;
    readonly location?: string;
  }[];
  /** Of a meter that signs a whole reading. */
  readonly signed_meter_value?: SignedMeterValue;
  /** Of one that signs values one by one. */
  readonly energy_Wh_import_signed?: Partial<Signed<PhasesAndTotal>>;
  readonly energy_Wh_export_signed?: Partial<Signed<PhasesAndTotal>>;
  readonly power_W_signed?: Partial<Signed<PhasesAndTotal>>;
  readonly voltage_V_signed?: Signed<PhaseVoltages>;
  readonly VAR_signed?: Partial<Signed<PhasesAndTotal>>;
  readonly current_A_signed?: Signed<PhaseCurrents>;
  readonly frequency_Hz_signed?: Signed<{ readonly L1?: number; readonly L2?: number; readonly L3?: number }>;
}

export type MeterTransactionStatus = "OK" | "NOT_SUPPORTED" | "UNEXPECTED_ERROR";

/** What a meter signs at the start of a transaction (OCMF fields). */
export interface MeterTransactionRequest {
  readonly evse_id: string;
  readonly transaction_id: string;
  readonly identification_status: "ASSIGNED" | "NOT_ASSIGNED";
  readonly identification_flags: readonly string[];
  readonly identification_type: string;
  readonly identification_data?: string;
  readonly tariff_text?: string;
}

export interface MeterTransactionResponse {
  readonly status: MeterTransactionStatus;
  readonly error?: string;
  readonly signed_meter_value?: SignedMeterValue;
  readonly start_signed_meter_value?: SignedMeterValue;
}
