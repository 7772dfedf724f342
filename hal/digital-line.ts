/**
 * A digital line of the board, as seen from outside the chip: `high` and `low` are levels that a voltmeter would show.
 * What a level means (closed, tripped, active low) is the driver's business; the port inverts nothing.
 *
 * An output is driven from the moment it is opened, without a moment of another level in between, and it holds its level
 * when the process dies. An input tells the level of this instant and knows no edges: who waits for a change reads it in
 * every cycle. Reading and writing take microseconds, never wait and are allowed on the safety path; they throw a
 * DeviceError when the kernel refuses or answers nonsense, and the driver then brings its board to the safe state.
 */
export type Level = "high" | "low";

export interface OutputLine {
  set(level: Level): void;
  /** The level the line has now, read back. */
  read(): Level;
}

export interface InputLine {
  read(): Level;
}
