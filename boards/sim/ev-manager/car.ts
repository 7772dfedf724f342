/** A simulated vehicle as the composition root sees it. */
export interface Car {
  /** The connector it is plugged in at. */
  readonly connectorId: number;
  /**
   * Gives the vehicle a script, before or after it is ready. It enables the vehicle, takes the place of `auto_exec`, and
   * replaces what is left of a running script. A script that does not parse is logged and changes nothing.
   */
  run(script: string): void;
  /** A script has been given and has not ended. */
  scriptRunning(): boolean;
}
