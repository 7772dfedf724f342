/**
 * Errors by blame. Expected conditions of the domain are faults in the registry, not exceptions; these are for broken
 * invariants, configuration and devices. Callers switch on `code`, never on the wording.
 */
export class EvsedError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.name = new.target.name;
  }
}

/** An invariant of our own is broken: the process ends in the safe state and is started anew. */
export class InternalError extends EvsedError {}

/** The user's files or arguments are wrong: `message` says where and how. */
export class UsageError extends EvsedError {}

/** A device or its link failed in a way the driver could not turn into a fault. */
export class DeviceError extends EvsedError {}
