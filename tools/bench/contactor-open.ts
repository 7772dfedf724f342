/**
 * How long after an event is posted the board is told to open its contactor: a real EvseManager on a simulated board,
 * in this process, on the real clock (hurried, so that closing again does not take long).
 */
import { createHistogram } from "node:perf_hooks";
import { setImmediate as nextRound } from "node:timers/promises";
import type { Manifest } from "../../hal/manifest.ts";
import type { ModuleFactory } from "../../hal/module.ts";
import type { CommandHandlers, PortDescription } from "../../hal/port.ts";
import { readConfiguration } from "../../src/cli/configuration.ts";
import { loadFactories, loadManifests } from "../../src/daemon/catalogue.ts";
import { createLogger } from "../../src/daemon/logger.ts";
import { formatEventLine } from "../../src/runtime/event-line.ts";
import { systemRandom } from "../../src/runtime/random.ts";
import { Station } from "../../src/runtime/station.ts";
import { SystemClock } from "../../src/runtime/system-clock.ts";
import type { Histogram } from "./histogram.ts";
import { drawn, toMs } from "./histogram.ts";
import { processorWaitNs } from "./processor-wait.ts";
import type { Row } from "./row.ts";
import { writeStation } from "./stations.ts";

const speed = 100;
const rounds = 4000;
/** Coming back from an error or to a new session takes longer than from a pause. */
const errorEvery = 4;
const unplugEvery = 16;
const patienceMs = 10_000;
/** Quicker than any other program lets go of a processor it has taken. */
const uninterruptedNs = 200_000;
const board = "board_1";
const blockingError = "evse_board_support/MREC17EVSEContactorFault";

type Plan = Parameters<Station["make"]>[0][number];

function stationFile(): string {
  return writeStation("contactor-open", {
    connectors: 1,
    script: "iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 100000",
    energyManagement: true,
  });
}

async function plansOf(path: string): Promise<Plan[]> {
  const { configuration } = await readConfiguration(path, {});
  const types = configuration.modules.map(({ type }) => type);
  const [manifests, factories] = await Promise.all([loadManifests(types), loadFactories(types)]);
  return configuration.modules.map(({ id, type, config, implementationConfig, connections, mapping }) => ({
    plan: { id, type, config, implementations: implementationConfig, connections, evse: mapping?.evse },
    manifest: manifests.get(type) as Manifest,
    create: factories.get(type) as ModuleFactory,
  }));
}

/** A station with its vehicle charging, and what it takes to interrupt it again and again. */
class ChargingStation {
  readonly #station: Station;
  readonly #clock: SystemClock;
  #openWrittenNs: bigint | null = null;
  #permitted = false;
  #closed = false;
  #pwm = false;

  private constructor(plans: readonly Plan[]) {
    this.#clock = new SystemClock({ speed });
    this.#station = new Station({ clock: this.#clock, log: createLogger("silent"), random: () => systemRandom });
    this.#station.make(
      plans.map((made) => (made.plan.id === board ? { ...made, create: this.#watched(made.create) } : made)),
    );
    this.#station.onLine((line) => {
      // Whatever is told costs what it costs in the daemon.
      formatEventLine(line);
      if (line.kind === "contactor") this.#closed = (line.fields as { closed: boolean }).closed;
      if (line.kind === "pwm") this.#pwm = (line.fields as { mode: string }).mode === "pwm";
    });
  }

  static async make(): Promise<ChargingStation> {
    const charging = new ChargingStation(await plansOf(stationFile()));
    charging.#station.ready();
    await charging.#until(() => charging.#closed, "the vehicle charges");
    return charging;
  }

  /** The same board, looked over its shoulder at what its contactor is told. */
  #watched(create: ModuleFactory): ModuleFactory {
    return (context) => {
      const provide = (id: string, handlers: CommandHandlers<PortDescription>): never => {
        const allow_power_on: typeof handlers.allow_power_on = (args, reply) => {
          this.#permitted = (args as { value: { allow_power_on: boolean } }).value.allow_power_on;
          if (!this.#permitted) this.#openWrittenNs ??= process.hrtime.bigint();
          handlers.allow_power_on?.(args, reply);
        };
        return context.provide(id, id === "board_support" ? { ...handlers, allow_power_on } : handlers) as never;
      };
      // Not a copy: that would look for lines below a board that has none.
      return create(Object.create(context, { provide: { value: provide } }));
    };
  }

  /** Nanoseconds from before the turn to the command at the board, less what other programs took of them. */
  async interrupt(cause: () => void): Promise<number> {
    // A pause of this process may have used up the time its limits are valid for; then it has opened by itself.
    await this.#until(() => this.#permitted && this.#closed, "the vehicle charges");
    this.#openWrittenNs = null;
    const waitedBeforeNs = processorWaitNs();
    const postedNs = process.hrtime.bigint();
    this.#clock.turn(cause);
    const tookNs = Number((this.#openWrittenNs ?? process.hrtime.bigint()) - postedNs);
    const waitedNs = tookNs < uninterruptedNs ? 0 : processorWaitNs() - waitedBeforeNs;
    await this.#until(() => this.#openWrittenNs !== null && !this.#closed, "the contactor opens");
    return Math.max(1, tookNs - waitedNs);
  }

  readonly pilotTo = (letter: "A" | "B" | "C") => (): void =>
    this.#station.publish(board, "board_support", "event", { event: letter });

  readonly raise = (): void => {
    this.#station.raise(board, "board_support", { type: blockingError, severity: "High" });
  };

  async chargeAgain(how: () => void): Promise<void> {
    this.#clock.turn(how);
    await this.#until(() => this.#closed, "the vehicle charges again");
  }

  async plugInAgain(): Promise<void> {
    this.#clock.turn(this.pilotTo("B"));
    await this.#until(() => this.#pwm, "the vehicle is offered power");
    await this.chargeAgain(this.pilotTo("C"));
  }

  readonly clear = (): void => {
    this.#station.clear(board, "board_support", blockingError);
  };

  end(): void {
    this.#clock.stop();
  }

  async #until(condition: () => boolean, what: string): Promise<void> {
    const endMs = performance.now() + patienceMs;
    while (!condition()) {
      if (performance.now() > endMs) throw new Error(`waited ${patienceMs / 1000} s in vain: ${what}`);
      // Never asleep: how fast this machine wakes a process is another question.
      await nextRound();
    }
  }
}

export const contactorOpen: Row = {
  name: "contactor-open",
  description: "event posted → contactor-open write, in process",
  async measure(progress) {
    const station = await ChargingStation.make();
    const samples: Record<"pilot letter B" | "blocking error" | "unplug", number[]> = {
      "pilot letter B": [],
      "blocking error": [],
      unplug: [],
    };
    for (let round = 0; round < rounds; round++) {
      if (round % 50 === 0) progress(`${round} of ${rounds} rounds`);
      samples["pilot letter B"].push(await station.interrupt(station.pilotTo("B")));
      await station.chargeAgain(station.pilotTo("C"));
      if (round % errorEvery !== 0) continue;
      samples["blocking error"].push(await station.interrupt(station.raise));
      await station.chargeAgain(station.clear);
      if (round % unplugEvery !== 0) continue;
      samples.unplug.push(await station.interrupt(station.pilotTo("A")));
      await station.plugInAgain();
    }
    station.end();
    const histogramOf = (values: readonly number[]): Histogram => {
      const histogram = createHistogram();
      for (const ns of values) histogram.record(ns);
      return histogram;
    };
    const all = histogramOf(Object.values(samples).flat());
    const letters = histogramOf(samples["pilot letter B"]);
    return {
      figures: [
        {
          what: "p50, pilot letter",
          value: toMs(letters.percentile(50)),
          unit: "ms",
          target: { atMost: 0.05 },
          comparedTo: `${letters.count} openings`,
        },
        {
          what: "p99.9, all causes",
          value: toMs(all.percentile(99.9)),
          unit: "ms",
          target: { atMost: 1 },
          comparedTo: `${all.count} openings, max ${toMs(all.max).toFixed(3)} ms`,
        },
      ],
      details: Object.entries(samples).flatMap(([name, values]) => drawn(name, histogramOf(values), values)),
    };
  },
};
