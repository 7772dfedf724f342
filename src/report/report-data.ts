/** What a report is drawn from: plain data, as it stands in the page. Times are milliseconds of wall time. */

/** Columns over a common time; `null` is a gap. */
export interface Table {
  readonly names: readonly string[];
  readonly atMs: number[];
  readonly columns: (number | null)[][];
}

/** A stretch of time in which something was so. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly name: string;
}

export interface Lane {
  readonly name: string;
  readonly spans: readonly Span[];
}

export interface Remark {
  readonly atMs: number;
  readonly module: string;
  readonly kind: "session" | "error" | "contactor" | "state" | "energy transfer" | "daemon";
  readonly text: string;
}

export interface SessionSummary {
  readonly uuid: string;
  readonly beganMs: number;
  /** Null: not within this record. */
  readonly endedMs: number | null;
  readonly startedBy: string;
  readonly token: string | null;
  readonly transactionBeganMs: number | null;
  readonly transactionEndedMs: number | null;
  readonly stopReason: string | null;
  readonly meterStartWh: number | null;
  readonly meterStopWh: number | null;
  readonly energyWh: number | null;
  /** How long the contactor was closed. */
  readonly closedMs: number;
  readonly maxPowerW: number | null;
  readonly maxCurrentA: number | null;
  readonly pauses: readonly string[];
  readonly errors: readonly string[];
}

export interface EvseReport {
  readonly id: string;
  readonly evseId: string;
  readonly connectorId: number;
  readonly mode: "AC" | "DC";
  readonly sessions: readonly SessionSummary[];
  readonly lanes: readonly Lane[];
  /** True: nobody measured the pilot, its volts are those its letter stands for. */
  readonly isPilotNominal: boolean;
  readonly tables: {
    readonly pilot: Table;
    readonly offer: Table;
    readonly electric: Table;
    readonly target: Table;
    readonly power: Table;
    readonly energy: Table;
  };
}

export interface ReportData {
  readonly startedMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly simulated: boolean;
  readonly isCut: boolean;
  readonly lost: number;
  readonly evses: readonly EvseReport[];
  readonly remarks: readonly Remark[];
}
