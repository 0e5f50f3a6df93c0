import type { Wait, WaitSubject } from '@syncytium/kit';
import type { MatchRequest } from './kind.js';
import type { CheckedParams } from './params.js';
import type { Profile } from './profile.js';
import type { Sync } from './sync.js';
import type { RequestFacts } from './trace.js';

/** Who is told what becomes of a request; exactly one of the two is called, once. Neither may throw. */
export interface SyncListener {
  /** It syncs. */
  onSync(sync: Sync, request: PendingRequest): void;
  /** It does not: `SyncTimeoutError`, `AbortedError` or `ClosedError`. */
  onError(error: Error): void;
}

/** What a request can find out about those it waits for. */
export interface Surroundings {
  /** How many waiting requests match it. */
  readonly matching: number;
  /** How many more it needs at least, beside those that match it and each other. */
  readonly missing: number;
  /** Somebody who is there and stands in the way, as a sentence; left out when nobody is known cheaply. */
  readonly blockedBy?: string;
}

export interface PendingRequestOptions {
  readonly id: string;
  readonly params: CheckedParams;
  /** In milliseconds of the clock. */
  readonly since: number;
  readonly listener: SyncListener;
  /** Looks around for `/waits`; asked only when somebody looks. */
  readonly survey: (request: PendingRequest) => Surroundings;
}

/** One request of a Netsync from its arrival to its answer. It describes its own wait. */
export class PendingRequest implements MatchRequest, WaitSubject {
  readonly id: string;
  readonly event: string;
  readonly actor: string;
  readonly payload: string;
  readonly mates: number;
  readonly profile: Profile;
  readonly since: number;
  /** Who asks again with the same idempotency id may set another one. */
  deadline: number;
  /** Who asked last. */
  listener: SyncListener;
  readonly idempotency: string | undefined;
  /** Open while it waits. */
  wait: Wait | undefined;
  readonly #survey: (request: PendingRequest) => Surroundings;

  constructor({ id, params, since, listener, survey }: PendingRequestOptions) {
    this.id = id;
    this.event = params.event;
    this.actor = params.actor;
    this.payload = params.payload;
    this.mates = params.mates;
    this.profile = params.profile;
    this.since = since;
    this.deadline = deadlineOf(params, since);
    this.idempotency = params.idempotency;
    this.listener = listener;
    this.#survey = survey;
  }

  /** Whether parameters say the same; how long to wait may differ. */
  isAskedBy({ event, actor, payload, mates, profile }: CheckedParams): boolean {
    return (
      event === this.event &&
      actor === this.actor &&
      payload === this.payload &&
      mates === this.mates &&
      profile.equals(this.profile)
    );
  }

  get who(): string {
    return this.actor;
  }

  get what(): string {
    return `${this.mates} ${this.mates === 1 ? 'mate' : 'mates'} for event ${this.event}`;
  }

  /** The actors its selector names; whom else it would accept is not known by name. */
  get whom(): readonly string[] {
    for (const { key, operator, values } of this.profile.selector.requirements) {
      if (key === 'actor' && (operator === '=' || operator === '==' || operator === 'in')) return values;
    }
    return [];
  }

  get details(): Readonly<Record<string, unknown>> {
    const { id, event, mates, profile } = this;
    const { matching, missing, blockedBy } = this.#survey(this);
    return {
      id,
      event,
      mates,
      labels: profile.labels,
      selector: profile.selectorText,
      matching,
      missing,
      ...(blockedBy !== undefined && { blockedBy }),
    };
  }

  /** As traces and answers tell it at a moment of the clock. */
  factsAt(now: number): RequestFacts {
    const { id, event, actor, payload, mates, profile } = this;
    const { labels, selectorText: selector } = profile;
    return { id, event, actor, payload, mates, labels, selector, ageMs: now - this.since };
  }
}

/** The last moment that a request waits for, which begins or is asked again now. */
export function deadlineOf({ timeoutMs }: CheckedParams, now: number): number {
  return timeoutMs === undefined ? Infinity : now + timeoutMs;
}

/** Of a request that has been answered: whoever asked is kept in memory no longer. */
export const answeredListener: SyncListener = { onSync: () => undefined, onError: () => undefined };
