import { InvalidArgumentError, SyncytiumError, TimeoutError } from '@syncytium/kit';
import { keyOf, partyOf, peerOf, type Role, type SessionName } from './protocol.js';

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
}

/**
 * An item that did not come in time; the message names the key and the missing party, the details what had been
 * exchanged before. Code `timeout`.
 */
export class FxpTimeoutError extends TimeoutError {
  constructor({ session, role, waitedMs, popped, pushed, lastHeardMs }: FxpTimeoutFacts) {
    const peer = peerOf(role);
    const key = keyOf(session, peer);
    const heard = lastHeardMs === undefined ? 'never heard' : `last heard ${(lastHeardMs / 1000).toFixed(1)} s ago`;
    super({
      who: partyOf(role, session),
      what: `item ${popped + 1} of ${key}`,
      missing: `the ${partyOf(peer, session)}, ${heard}`,
      waitedMs,
      details: { key, session: session.id, service: session.service, popped, pushed, lastHeardMs: lastHeardMs ?? null },
    });
  }
}

/** Nobody provides the service. Code `fxp_no_provider`. */
export class FxpNoProviderError extends SyncytiumError {
  constructor(service: string) {
    super('fxp_no_provider', `nobody provides the service ${service}`, { details: { service } });
  }
}

/** A session that has ended: it was closed, or its connection was lost. Code `fxp_session_ended`. */
export class FxpSessionEndedError extends SyncytiumError {
  constructor({ service, id }: SessionName, cause?: unknown) {
    const why = cause instanceof SyncytiumError ? `: ${cause.message}` : '';
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
