/** What a command of the console is, whatever line it is typed at. */

import type { Station } from "../../runtime/station.ts";
import type { ConditionWatch } from "../condition-watch.ts";
import type { LogLevels, StationFacts } from "../console-world.ts";
import type { OperatorRequest } from "../operator-request.ts";
import type { ServiceMode } from "../service-mode.ts";
import type { StationMemory } from "../station-memory.ts";

export type Answer =
  | { readonly kind: "lines"; readonly lines: readonly string[] }
  /** Not carried out: the lines say why. */
  | { readonly kind: "refused"; readonly lines: readonly string[] }
  /** Goes on until somebody ends it. Answers what ends it. */
  | { readonly kind: "follow"; start(write: (line: string) => void): () => void }
  /** The lines come in a while, exactly once. */
  | { readonly kind: "later"; start(done: (lines: readonly string[]) => void): void }
  | { readonly kind: "leave" };

/** Of one who types. */
export interface Seat {
  /** Id of the EVSE that is meant where none is named; null: none. */
  evse: string | null;
  readonly columns: number;
  /** Tells what happens by itself. */
  notify(text: string): void;
}

/** Everything commands have of the station. */
export interface CommandContext {
  readonly station: Station;
  readonly memory: StationMemory;
  readonly conditions: ConditionWatch;
  readonly service: ServiceMode;
  readonly facts: StationFacts;
  readonly log: LogLevels;
  /** Answers what is wrong with it, or null when it is done; a result that comes later is told. */
  readonly perform: (request: StationRequest, told: (result: unknown) => void) => string | null;
  /** Writes the archive and answers where it is. */
  readonly support: (file: string) => Promise<string>;
}

export type StationRequest = Exclude<OperatorRequest, { kind: "quit" | "suspend" }>;

export interface CommandCall extends CommandContext {
  readonly words: readonly string[];
  /** Ids of the EVSEs that are meant, one where the command takes one. */
  readonly evses: readonly string[];
  readonly seat: Seat;
  readonly nowMs: number;
}

export interface Command {
  readonly name: string;
  /** Its arguments, as `help` shows them. */
  readonly usage: string;
  readonly summary: string;
  /** Whether it is about EVSEs: none, as many as are meant, or exactly one. */
  readonly evse: "none" | "any" | "one";
  /** Least and most words behind its name. */
  readonly words: readonly [least: number, most: number];
  run(call: CommandCall): Answer;
}

export const told = (...lines: string[]): Answer => ({ kind: "lines", lines });
export const refused = (...lines: string[]): Answer => ({ kind: "refused", lines });
