/** What the daemon tells its console of itself, and lets it do. */

export interface StationFacts {
  readonly version: string;
  readonly title: string;
  readonly simulate: boolean;
  /** Figures of the process at this instant, by their names. */
  readonly loop: () => Readonly<Record<string, number | string>>;
  /** The configuration as plain data. Secrets are still in it. */
  readonly configuration: unknown;
}

export interface LogLevels {
  readonly levels: readonly string[];
  readonly present: () => string;
  readonly set: (level: string) => void;
}
