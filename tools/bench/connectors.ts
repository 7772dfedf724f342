/**
 * What one more connector costs in a process that has many already, against what it costs in one that has few. Each
 * station has a process of its own; they take turns, so that whatever else the machine does falls on all of them.
 */
import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { once } from "node:events";
import { bundled } from "../bundled.ts";
import type { Row } from "./row.ts";
import { writeStation } from "./stations.ts";

const sizes = [1, 8, 64] as const;
/** So much of a connector is simulated in each turn: a tenth of a second, or two. */
const connectorSecondsPerTurn = 3200;
/** By then everything is compiled. */
const warmUpTurns = 8;
const turns = 60;
/** Of the turns of a station the quickest but a few: noise only ever adds. */
const quickestShare = 0.05;

const script = "sleep 1;iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 1000000";

interface Candidate {
  readonly connectors: number;
  readonly process: ChildProcess;
  /** CPU microseconds per virtual second. */
  readonly costs: number[];
}

function start(program: string, connectors: number): Candidate {
  const path = writeStation(`connectors-${connectors}`, { connectors, script, energyManagement: true });
  return { connectors, process: fork(program, [path], { execArgv: [] }), costs: [] };
}

async function takeTurn({ connectors, process: child, costs }: Candidate): Promise<void> {
  const seconds = Math.ceil(connectorSecondsPerTurn / connectors);
  child.send(seconds);
  const [cpuUs] = (await once(child, "message")) as [number];
  costs.push(cpuUs / seconds);
}

export const connectors: Row = {
  name: "connectors",
  description: "connectors in one process, all cars charging",
  async measure(progress) {
    const program = await bundled(new URL("connectors-process.ts", import.meta.url));
    const candidates = sizes.map((connectors) => start(program, connectors));
    try {
      for (let turn = 0; turn < warmUpTurns + turns; turn++) {
        progress(`turn ${turn + 1} of ${warmUpTurns + turns}`);
        for (const candidate of candidates) await takeTurn(candidate);
      }
    } finally {
      for (const { process: child } of candidates) child.kill();
    }
    const [one, eight, many] = candidates.map(({ connectors: count, costs }) => ({
      count,
      us: quick(costs.slice(warmUpTurns)),
    })) as [Cost, Cost, Cost];
    const few = marginal(one, eight);
    const more = marginal(eight, many);
    return {
      figures: [
        {
          what: "marginal cost 8→64 to 1→8",
          value: more / few,
          unit: "×",
          target: { atMost: 1.2 },
          comparedTo: `1→8: ${few.toFixed(1)} µs CPU per connector and second`,
        },
      ],
      details: [
        ...[one, eight, many].map(({ count, us }) => `${count} connectors: ${us.toFixed(1)} µs CPU per virtual second`),
        `marginal: 1→8 ${few.toFixed(1)} µs, 8→64 ${more.toFixed(1)} µs`,
      ],
    };
  },
};

interface Cost {
  readonly count: number;
  /** CPU microseconds per virtual second. */
  readonly us: number;
}

function quick(costs: readonly number[]): number {
  return costs.toSorted((a, b) => a - b)[Math.floor(costs.length * quickestShare)] ?? Number.NaN;
}

function marginal(small: Cost, large: Cost): number {
  return (large.us - small.us) / (large.count - small.count);
}
