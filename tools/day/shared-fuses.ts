/** What a day of vehicles behind shared fuses comes to, read from the event lines of `evsed sim`. */

export interface Connector {
  /** Module id of the EvseManager. */
  readonly id: string;
  /** Ampere per phase that its wire and its vehicle can take. */
  readonly wishA: number;
}

export interface Fuse {
  readonly name: string;
  readonly connectors: readonly string[];
  /** Ampere per phase at `t` seconds. */
  readonly limitA: (t: number) => number;
}

export interface EventLine {
  readonly t: number;
  readonly module: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

export interface Second {
  readonly t: number;
  /** Ampere drawn on L1, by connector. */
  readonly drawnA: ReadonlyMap<string, number>;
  readonly state: ReadonlyMap<string, string>;
  /** What all who want could have together. */
  readonly availableA: number;
}

export interface Verdict {
  /** `t name ampere limit` of every second in which a fuse carried more than it may. */
  readonly exceeded: readonly string[];
  /** Drawn of available, over all seconds in which somebody wanted anything. */
  readonly usedShare: number;
  /** The share of those seconds in which it was at least 98 %. */
  readonly fullShare: number;
  /** Seconds each connector waited with nothing at all, at its longest. */
  readonly longestWaitS: ReadonlyMap<string, number>;
}

/** Until a lowered limit has been followed: a duty cycle every five seconds, and five more for the vehicle. */
export const followS = 10;

const wanting = new Set([
  "WaitingForAuthentication",
  "PrepareCharging",
  "Charging",
  "ChargingPausedEVSE",
  "SwitchPhases",
  "T_step_EF",
  "T_step_X1",
]);

/** What a tree of two levels can give: each fuse below to its own connectors, the first fuse to all. */
function available(fuses: readonly Fuse[], connectors: readonly Connector[], wants: ReadonlySet<string>, t: number) {
  const [house, ...inner] = fuses as [Fuse, ...Fuse[]];
  const wish = ({ id, wishA }: Connector): number => (wants.has(id) ? wishA : 0);
  const behind = inner.flatMap((fuse) => fuse.connectors);
  let sum = 0;
  for (const fuse of inner) {
    const asked = connectors.filter(({ id }) => fuse.connectors.includes(id)).reduce((a, one) => a + wish(one), 0);
    sum += Math.min(asked, fuse.limitA(t));
  }
  sum += connectors.filter(({ id }) => !behind.includes(id)).reduce((a, one) => a + wish(one), 0);
  return Math.min(sum, house.limitA(t));
}

/** Reads lines in their order; a second is complete once a later one begins. */
export class SharedFuses {
  readonly seconds: Second[] = [];
  readonly #connectors: readonly Connector[];
  readonly #fuses: readonly Fuse[];
  readonly #drawnA = new Map<string, number>();
  readonly #state = new Map<string, string>();
  #t = 0;

  /** The first fuse is the one next to the grid. */
  constructor(connectors: readonly Connector[], fuses: readonly Fuse[]) {
    this.#connectors = connectors;
    this.#fuses = fuses;
  }

  take(line: EventLine): void {
    const second = Math.ceil(line.t);
    if (second > this.#t) {
      this.#close();
      this.#t = second;
    }
    if (line.kind === "state") this.#state.set(line.module, line.to as string);
    if (line.kind === "powermeter") {
      this.#drawnA.set(line.module, (line.current_A as { L1?: number } | undefined)?.L1 ?? 0);
    }
  }

  #close(): void {
    const wants = new Set([...this.#state].filter(([, state]) => wanting.has(state)).map(([id]) => id));
    this.seconds.push({
      t: this.#t,
      drawnA: new Map(this.#drawnA),
      state: new Map(this.#state),
      availableA: available(this.#fuses, this.#connectors, wants, this.#t),
    });
  }

  verdict(): Verdict {
    const exceeded: string[] = [];
    let drawnSum = 0;
    let availableSum = 0;
    let full = 0;
    let asked = 0;
    const waitedS = new Map<string, number>();
    const longestWaitS = new Map<string, number>();
    for (const { t, drawnA, state, availableA } of this.seconds) {
      for (const { name, connectors, limitA } of this.#fuses) {
        const carried = connectors.reduce((sum, id) => sum + (drawnA.get(id) ?? 0), 0);
        const most = Math.max(...Array.from({ length: followS + 1 }, (_, back) => limitA(Math.max(0, t - back))));
        if (carried > most + 1e-6) exceeded.push(`${t} ${name} ${carried} ${most}`);
      }
      const drawn = [...drawnA.values()].reduce((sum, a) => sum + a, 0);
      if (availableA > 0) {
        asked++;
        drawnSum += drawn;
        availableSum += availableA;
        if (drawn >= 0.98 * availableA) full++;
      }
      for (const { id } of this.#connectors) {
        const waits = wanting.has(state.get(id) ?? "") && (drawnA.get(id) ?? 0) === 0;
        const waited = waits ? (waitedS.get(id) ?? 0) + 1 : 0;
        waitedS.set(id, waited);
        longestWaitS.set(id, Math.max(longestWaitS.get(id) ?? 0, waited));
      }
    }
    return { exceeded, usedShare: drawnSum / availableSum, fullShare: full / asked, longestWaitS };
  }
}
