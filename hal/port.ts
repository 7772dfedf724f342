import type { GenericSchema, InferOutput } from "valibot";

/** A schema that describes a value of type T, as it stands in a scenario file or on an outlet. */
export type Schema<T = unknown> = GenericSchema<unknown, T>;

export interface CommandDescription {
  /** Arguments by the names of the EVerest interface; all required unless the schema says otherwise. */
  readonly args: Schema<object>;
  /** What the command answers; absent when it answers nothing. */
  readonly result?: Schema;
}

/**
 * A port: an EVerest interface with its commands, variables and the error namespaces its provider may raise.
 * The names are those of the interface, verbatim: configuration files, scenario files and outlets use them.
 */
export interface PortDescription {
  readonly name: string;
  readonly commands: Readonly<Record<string, CommandDescription>>;
  readonly vars: Readonly<Record<string, Schema>>;
  /** Error namespaces, e.g. `evse_board_support`. A type outside them is refused. */
  readonly errors: readonly string[];
}

export function definePort<const P extends PortDescription>(port: P): P {
  return port;
}

export type CommandName<P extends PortDescription> = keyof P["commands"] & string;
export type CommandArgs<P extends PortDescription, C extends CommandName<P>> = InferOutput<P["commands"][C]["args"]>;
export type CommandResult<P extends PortDescription, C extends CommandName<P>> = P["commands"][C] extends {
  readonly result: Schema<infer R>;
}
  ? R
  : undefined;
export type VarName<P extends PortDescription> = keyof P["vars"] & string;
export type VarValue<P extends PortDescription, V extends VarName<P>> = InferOutput<P["vars"][V]>;

/** Answers a command. Called once, at once or in a later turn. */
export type Reply<R> = (result: R) => void;

/**
 * What a provider does for each command. Commands that switch power act before they return; a command whose
 * answer takes time keeps `reply` and calls it in a later turn.
 */
export type CommandHandlers<P extends PortDescription> = {
  readonly [C in CommandName<P>]: (args: CommandArgs<P, C>, reply: Reply<CommandResult<P, C>>) => void;
};
