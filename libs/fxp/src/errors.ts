import { InvalidArgumentError, SyncytiumError, TimeoutError } from '@syncytium/kit';
import { keyOf, partyOf, peerOf, type Role, type SessionName } from './wire/protocol.js';

/** Facts of an item that did not come. */
export interface FxpTimeoutFacts {
  readonly session: SessionName;
  /** Who waited. */
  readonly role: Role;
  readonly waitedMs: number;
  /** How many items the waiting party had popped before. */
  readonly popped: number;
  /** How many it had pushed. */
  readonly pushed: number;
  /** How long ago the other party was last heard; `undefined` when it never was. */
  readonly lastHeardMs?: number | undefined;
  /** The other party and what it did, as precisely as it is known. */
  readonly peer: string;
}

/**
 * An item that did not come in time; the message names the key and the missing party, the details what had been
 * exchanged before. Code `timeout`.
 */
export class FxpTimeoutError extends TimeoutError {
  constructor({ session, role, waitedMs, popped, pushed, lastHeardMs, peer }: FxpTimeoutFacts) {
    const key = keyOf(session, peerOf(role));
    super({
      who: partyOf(role, session),
      what: `item ${popped + 1} of ${key}`,
      missing: peer,
      waitedMs,
      details: { key, session: session.id, service: session.service, popped, pushed, lastHeardMs: lastHeardMs ?? null },
    });
  }
}

/** Nobody provides the service, or nobody in the way that was asked for. Code `fxp_no_provider`. */
export class FxpNoProviderError extends SyncytiumError {
  constructor(service: string, way = '') {
    super('fxp_no_provider', `nobody provides the service ${service}${way && ` ${way}`}`, { details: { service } });
  }
}

/** Facts of a session that nobody claimed. */
export interface FxpClaimTimeoutFacts {
  readonly session: SessionName;
  readonly waitedMs: number;
  /** Every provider of the service with its state: `toksys-7 has 10 of 10 sessions`. */
  readonly providers: readonly string[];
}

/** A session that no provider claimed in time; names every provider and its state. Code `timeout`. */
export class FxpClaimTimeoutError extends TimeoutError {
  constructor({ session, waitedMs, providers }: FxpClaimTimeoutFacts) {
    const { service, id } = session;
    super({
      who: partyOf('requestor', session),
      what: 'a claim of its session',
      missing:
        providers.length > 0
          ? `the providers of ${service}: ${providers.join(', ')}`
          : `the providers of ${service}: there are none any more`,
      waitedMs,
      details: { service, session: id, providers },
    });
  }
}

/** Facts of a session that was to be over. */
export interface FxpSessionTimeoutFacts {
  readonly session: SessionName;
  readonly role: Role;
  /** The longest time it was given. */
  readonly timeoutMs: number;
  /** The other party, as precisely as it is known. */
  readonly peer: string;
}

/** A session that was not over when all its time had passed. Code `timeout`. */
export class FxpSessionTimeoutError extends TimeoutError {
  constructor({ session, role, timeoutMs, peer }: FxpSessionTimeoutFacts) {
    super({
      who: partyOf(role, session),
      what: 'the end of its session',
      missing: peer,
      waitedMs: timeoutMs,
      details: { service: session.service, session: session.id },
    });
  }
}

/** Facts of a party that has gone. */
export interface FxpPeerLostFacts {
  readonly session: SessionName;
  /** The party that is gone: `provider "toksys-7"`. */
  readonly peer: string;
  /** How long its lease lasts when it is not renewed, in milliseconds. */
  readonly leaseMs: number;
  /** How long ago it was last heard. */
  readonly heardMs: number | undefined;
  /** The party and what it did with the last items, where the session can tell. */
  readonly description?: string | undefined;
}

/**
 * The other party is gone without a word: it has not renewed its lease. Says who it was, since when, and which item it
 * has left unanswered. Code `fxp_peer_lost`.
 */
export class FxpPeerLostError extends SyncytiumError {
  constructor({ session, peer, leaseMs, heardMs, description }: FxpPeerLostFacts) {
    const { service, id } = session;
    const heard = heardMs === undefined ? 'never heard' : `last heard ${(heardMs / 1000).toFixed(1)} s ago`;
    super(
      'fxp_peer_lost',
      `session ${service}/${id} has lost ${description ?? `${peer}, ${heard}`}: its lease of ${leaseMs} ms has lapsed`,
      {
        details: { service, session: id, peer, leaseMs, heardMs: heardMs ?? null },
      },
    );
  }
}

/** This party holds its session no more: says who does, or why nobody does. Code `fxp_lease_lost`. */
export class FxpLeaseLostError extends SyncytiumError {
  constructor({ service, id }: SessionName, why: string, cause?: unknown) {
    super('fxp_lease_lost', `session ${service}/${id} is held no more: ${why}`, {
      details: { service, session: id },
      cause,
    });
  }
}

/**
 * A session that has ended: it was closed, the other party is done, or its connection was lost; says which. Code
 * `fxp_session_ended`.
 */
export class FxpSessionEndedError extends SyncytiumError {
  constructor({ service, id }: SessionName, cause?: unknown) {
    const reason = cause instanceof SyncytiumError ? cause.message : typeof cause === 'string' ? cause : '';
    const why = reason && `: ${reason}`;
    super('fxp_session_ended', `session ${service}/${id} has ended${why}`, {
      details: { service, session: id },
      cause,
    });
  }
}

/** An item that is not what the session's codec carries; names the list it came from or was meant for. Code `fxp_bad_item`. */
export class FxpBadItemError extends SyncytiumError {
  constructor(key: string, problem: string, cause?: unknown) {
    super('fxp_bad_item', `an item of ${key} ${problem}`, { details: { key }, cause });
  }
}

/** What a service function threw, as the error item of the session tells it. */
export interface RemoteError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
  readonly details?: unknown;
  /** Only where the provider was told to expose stacks. */
  readonly stack?: string | undefined;
}

/**
 * The other party failed and ended the session, as when a service function throws; `details.remote` has the name, the
 * message and, where it has them, the code and details of what it failed with. Code `fxp_remote`.
 */
export class FxpRemoteError extends SyncytiumError {
  readonly remote: RemoteError;

  /** `role`: which party failed. */
  constructor(session: SessionName, remote: RemoteError, role: Role = 'provider') {
    super('fxp_remote', `the ${partyOf(role, session)} failed: ${remote.name}: ${remote.message}`, {
      details: { service: session.service, session: session.id, remote },
    });
    this.remote = remote;
  }
}

/**
 * An output without an input that it could answer. In an acknowledged session every input is answered by one output.
 * Code `fxp_unasked_answer`.
 */
export class FxpUnaskedAnswerError extends SyncytiumError {
  constructor({ service, id }: SessionName, answered: number) {
    super('fxp_unasked_answer', `session ${service}/${id}: all ${answered} inputs have been answered`, {
      details: { service, session: id, answered },
    });
  }
}

/** A connect string whose driver is not installed; names the package. Code `fxp_driver_missing`. */
export class FxpDriverMissingError extends SyncytiumError {
  constructor(packageName: string, cause: unknown) {
    super('fxp_driver_missing', `redis:// needs the package ${packageName}: npm install ${packageName}`, {
      details: { package: packageName },
      cause,
    });
  }
}

/** A service that this provider has registered already. */
export class FxpAlreadyRegisteredError extends InvalidArgumentError {
  constructor(service: string) {
    super('service', `${service} is registered by this provider already`, { service });
  }
}
