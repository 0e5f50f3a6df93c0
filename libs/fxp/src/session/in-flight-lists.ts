import type { Broker } from '@syncytium/transport';
import { claimsKeyOf } from '../wire/protocol.js';
import { touch } from './key-expiry.js';
import type { PopLine } from './pop-line.js';
import { putBack } from './put-back.js';
import { claimsOf, listKeysOf } from './session-lists.js';
import type { SessionState } from './session-state.js';
import type { SessionTerms } from './session-terms.js';

export interface InFlightListsOptions {
  readonly broker: Broker;
  readonly state: SessionState;
  readonly terms: SessionTerms;
  readonly line: PopLine;
}

/** The lists of what is in flight in a session: this party's own, and those that others or its older connections have left. */
export class InFlightLists {
  readonly #options: InFlightListsOptions;

  constructor(options: InFlightListsOptions) {
    this.#options = options;
  }

  /** Makes the present list known to whoever comes after this provider, which has to be done before anything is popped. */
  async enlist(): Promise<void> {
    const { broker, state, terms, line } = this.#options;
    // A requestor knows its own, and nobody comes after it.
    if (state.role === 'requestor') return;
    const key = claimsKeyOf(state.name);
    await broker.lpush(key, line.holder);
    touch(broker, key, terms.expiryMs);
  }

  /** Puts back what all lists but the present one hold; resolves with how many items. */
  async putBack(): Promise<number> {
    const { broker, state, terms, line } = this.#options;
    const holders = state.role === 'requestor' ? line.holders : await claimsOf(broker, state.name);
    let count = 0;
    for (const holder of holders)
      if (holder !== line.holder) count += await putBack(broker, state.inboxKey, holder, terms.expiryMs);
    return count;
  }

  /** Deletes the session's lists, those in flight included. */
  async delete(): Promise<void> {
    const { broker, state, terms, line } = this.#options;
    const openings = state.role === 'requestor' ? line.holders : [terms.opening];
    const holders =
      terms.mode === 'acknowledged' ? { claims: await claimsOf(broker, state.name), openings } : undefined;
    await broker.del(...listKeysOf(state.name, holders));
  }
}
