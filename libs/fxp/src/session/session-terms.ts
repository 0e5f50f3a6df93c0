import type { SyncytiumError } from '@syncytium/kit';

/**
 * How the two parties of a session carry its items. `plain` is the original. `extended` adds an envelope with numbers,
 * an end, errors, parts and leases. `acknowledged` is extended, and an input that was popped and not answered is
 * delivered again.
 */
export type SessionMode = 'plain' | 'extended' | 'acknowledged';

/** What can be told of the other party, at some moment. All times are how long ago, in milliseconds. */
export interface PeerFacts {
  /** `provider "toksys-7"`; as precisely as it is known. */
  readonly party: string;
  /** Since the session was claimed; `undefined` when it is not, or when that is not known. */
  readonly claimedMs?: number | undefined;
  /** Since the other party renewed its lease. */
  readonly leaseRenewedMs?: number | undefined;
  /** Whether its lease is there. */
  readonly isThere: boolean;
}

/** What a party of an extended session has agreed on with the other, and how it asks after it. */
export interface SessionTerms {
  readonly mode: 'extended' | 'acknowledged';
  /** The requestor's number of this opening of the session: 12 hexadecimal digits. */
  readonly opening: string;
  /**
   * The provider's number of its claim, 12 hexadecimal digits. The requestor knows it too: the first claim item was popped
   * before the session was made.
   */
  readonly claim: string;
  /** What the provider says in its first item, of the kind `claim`; at the provider only. */
  readonly claimRecord?: Uint8Array | undefined;
  /** How long a lease lasts that is not renewed, in milliseconds. */
  readonly leaseMs: number;
  /** How long the session's keys outlive the last touch, in milliseconds. */
  readonly expiryMs: number;
  /** Asks the broker for what is known of the other party; must not wait for long, nor throw. */
  describePeer(): Promise<PeerFacts>;
  /** The last item was heard now: whoever judges the other party's life may take it into account. */
  onHeard?(): void;
  /** At the requestor: a claim item was popped in the course of the session; another provider goes on with it. */
  onClaim?(payload: Uint8Array): void;
  /**
   * Resolves when this party's lease is known to hold. To be awaited after a lost connection, before the first pop of the
   * new one: whoever lost its claim meanwhile must take nothing any more. Throws why the session is lost when it is.
   */
  reaffirm(): Promise<void>;
  /**
   * Gives back this party's lease (the claim or the offer), when nothing of the session is under way any more. Has the
   * session's lists deleted if the other party has left, too, while nobody else can begin a session of the name. Never
   * throws.
   */
  leave(deleteLists: () => Promise<void>): Promise<void>;
}

/** What the keeper of the leases tells a session. */
export interface SessionControl {
  /** The other party, or this party's claim, is gone: the session ends as lost, for this cause. */
  lose(cause: SyncytiumError): void;
  /** The other party and what it did with the last items, for the error of a deadline. */
  describePeer(): Promise<string>;
  /**
   * At the requestor of an acknowledged session, after it has offered and published again: another provider (or none
   * yet) serves it, or the broker had forgotten everything. The session says where it stands and resends what was asked for.
   */
  resume(): void;
}
