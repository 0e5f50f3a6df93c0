/** Facts about an error, by name: what was asked, which limit, which party is missing. Values must survive JSON. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

export interface ErrorOptions {
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

/** How an error looks on a wire: `{"code":"timeout","message":"...", ...details}`. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly [detail: string]: unknown;
}

/**
 * The base of every error this project throws on purpose. `code` is stable and meant for programs, `message` for
 * people, `details` holds the facts the message was made of.
 */
export class SyncytiumError extends Error {
  readonly code: string;
  readonly details: ErrorDetails;

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }

  /** What a server answers with: code, message and details, never the stack or the cause. */
  toWire(): WireError {
    const named = { code: this.code, message: this.message };
    // First for whoever reads it, last so that no detail replaces them.
    return { ...named, ...this.details, ...named };
  }
}

/** An argument, flag, field or parameter that cannot be used; names it. Code `invalid_argument`. */
export class InvalidArgumentError extends SyncytiumError {
  constructor(field: string, problem: string, details: ErrorDetails = {}) {
    super('invalid_argument', `${field} ${problem}`, { details: { ...details, field } });
  }
}

/** A queue, buffer, table or message that would exceed its maximum. Code `limit_reached`. */
export class LimitError extends SyncytiumError {
  constructor(what: string, max: number, unit: string, details: ErrorDetails = {}) {
    super('limit_reached', `${what} is limited to ${max} ${unit}`, { details: { ...details, limit: what, max, unit } });
  }
}

/** Facts of a wait that ran out. */
export interface TimeoutFacts {
  /** Who waited. */
  readonly who: string;
  /** What for, in words: `an answer`. */
  readonly what: string;
  /** The party that did not come, as precisely as it is known. */
  readonly missing: string;
  /** How long the wait lasted, in milliseconds. */
  readonly waitedMs: number;
  /** More facts, passed on as details. */
  readonly details?: ErrorDetails;
}

/** A wait whose deadline passed; its message names the missing party. Code `timeout`. */
export class TimeoutError extends SyncytiumError {
  constructor({ who, what, missing, waitedMs, details }: TimeoutFacts) {
    super('timeout', `${who} waited ${formatMs(waitedMs)} for ${what} from ${missing}`, {
      details: { ...details, who, what, missing, waitedMs },
    });
  }
}

/** A wait that its owner gave up through an `AbortSignal`. Code `aborted`. */
export class AbortedError extends SyncytiumError {
  constructor(what: string, reason?: unknown) {
    super('aborted', `${what} was aborted`, { cause: reason });
  }
}

/** Something used after it was closed, or closed while it was waited for. Code `closed`. */
export class ClosedError extends SyncytiumError {
  constructor(what: string, details: ErrorDetails = {}) {
    super('closed', `${what} is closed`, { details });
  }
}

/** Our own mistake: an invariant that does not hold. Code `internal`. */
export class InternalError extends SyncytiumError {
  constructor(message: string, options: ErrorOptions = {}) {
    super('internal', message, options);
  }
}

/** Throws an {@link InternalError} when an invariant of ours does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}

/** Throws an {@link AbortedError} when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new AbortedError(what, signal.reason);
}

/**
 * Any thrown value as the wire shows it. Errors of ours keep code, message and details; everything else becomes
 * `internal` with a neutral message, since a foreign message may hold what a client must not see.
 */
export function toWireError(error: unknown): WireError {
  if (error instanceof SyncytiumError) return error.toWire();
  return { code: 'internal', message: 'internal error' };
}

function formatMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
