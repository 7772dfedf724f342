/** Injected randomness. In simulation each module has a stream of its own, made from the seed and its id. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [low, high], both included. */
  integer(low: number, high: number): number;
  /** A random UUID (version 4). */
  uuid(): string;
  bytes(count: number): Uint8Array;
}
