import { SyncytiumError, type ErrorDetails } from '@syncytium/kit';

/** What can be wrong with a parameter. */
export type ParamErrorCode = 'missing_param' | 'bad_param' | 'bad_selector' | 'bad_labels' | 'too_large';

/** A parameter that is missing or cannot be used; `details.param` names it, `details.position` the place in its text. */
export class ParamError extends SyncytiumError {
  declare readonly code: ParamErrorCode;

  constructor(code: ParamErrorCode, param: string, problem: string, facts: ErrorDetails = {}) {
    super(code, `${param} ${problem}`, { details: { ...facts, param } });
  }
}

/** Facts about a request whose time ran out. */
export interface SyncTimeoutFacts {
  readonly actor: string;
  readonly event: string;
  readonly waitedMs: number;
  /** Actors that matched the request and each other, the oldest first, the first few of them. */
  readonly present: readonly string[];
  /** How many more matching requests it would have needed at least. */
  readonly missing: number;
  /** Who kept those who were there from syncing, as far as that is known cheaply. */
  readonly blockedBy?: string;
}

/** A request whose time ran out before its mates came. Code `timeout`. */
export class SyncTimeoutError extends SyncytiumError {
  constructor({ actor, event, waitedMs, present, missing, blockedBy }: SyncTimeoutFacts) {
    const reason = blockedBy === undefined ? '' : `, ${blockedBy}`;
    super(
      'timeout',
      `${actor} waited ${Math.round(waitedMs)} ms on ${event}: missing ${missing} more that match${reason}`,
      {
        details: {
          actor,
          event,
          waitedMs: Math.round(waitedMs),
          present,
          missing,
          ...(blockedBy !== undefined && { blockedBy }),
        },
      },
    );
  }
}

/** A wait that was asked for again with the same idempotency id; the later one took its place. Code `superseded`. */
export class SupersededError extends SyncytiumError {
  constructor(idempotency: string) {
    super('superseded', `the request was asked again with the idempotency id ${JSON.stringify(idempotency)}`, {
      details: { idempotency },
    });
  }
}

/** An idempotency id that belongs to another request, which says something else. Code `idempotency_reused`. */
export class IdempotencyReusedError extends SyncytiumError {
  constructor(idempotency: string) {
    super('idempotency_reused', `the idempotency id ${JSON.stringify(idempotency)} belongs to a different request`, {
      details: { idempotency },
    });
  }
}

/** A server that cannot be asked: nobody listens, or the connection broke. Code `server_unreachable`. */
export class ServerUnreachableError extends SyncytiumError {
  constructor(url: string, problem: string, cause?: unknown) {
    super('server_unreachable', `no netsync server answers at ${url}: ${problem}`, { details: { url }, cause });
  }
}

/** An error that a server told and that has no class here; code and details are the server's. */
export class ServerError extends SyncytiumError {
  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(code, message, { details });
  }
}

/** A request for which it could not be told within the allowed work whether it syncs. It never waited. Code `search_limit`. */
export class SearchLimitError extends SyncytiumError {
  constructor(event: string, mates: number) {
    super('search_limit', `too many combinations of requests on ${event} to find a group for ${mates} mates`, {
      details: { event, mates },
    });
  }
}
