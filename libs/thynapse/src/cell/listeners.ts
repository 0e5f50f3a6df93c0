import { InvalidArgumentError } from '@syncytium/kit';
import { isReserved } from '../wire/channel.js';
import type { ThynapseEvent } from '../wire/event.js';
import { parsePattern } from '../patterns/pattern.js';
import { CachedPatternIndex } from '../patterns/cached-pattern-index.js';

/** Which events a multicatch listener wants: a pattern, a regular expression, or a function of the channel. */
export type Interest = string | RegExp | ((channel: string) => boolean);

export type Listener = (event: ThynapseEvent) => unknown;

/** One listener with what it asks of the transmitter. */
export interface Listening {
  readonly listener: Listener;
  /** Decides here, in the cell, where a pattern cannot. */
  readonly wants: ((channel: string) => boolean) | undefined;
  readonly pattern: string;
}

/** The multicatch listeners of a cell. */
export class Listeners {
  readonly #index = new CachedPatternIndex<Listening>();

  /** Throws `bad_pattern` and {@link InvalidArgumentError}. */
  add(interest: Interest, listener: Listener): Listening {
    const listening = listeningFor(interest, listener);
    this.#index.add(listening.pattern, listening);
    return listening;
  }

  delete(listening: Listening): boolean {
    return this.#index.delete(listening.pattern, listening);
  }

  /** Who wants an event of this channel, in no order. */
  find(channel: string): Listener[] {
    const found: Listener[] = [];
    for (const { listener, wants } of this.#index.match(channel)) if (!wants || wants(channel)) found.push(listener);
    return found;
  }
}

function listeningFor(interest: Interest, listener: Listener): Listening {
  if (typeof interest === 'string') {
    return { pattern: parsePattern(interest).text, listener, wants: undefined };
  }
  if (typeof interest === 'function') return { pattern: '*', listener, wants: interest };
  if (!(interest instanceof RegExp))
    throw new InvalidArgumentError('pattern', 'must be a text, a regular expression or a function');
  // An expression that remembers where it was would skip events.
  const expression = new RegExp(interest.source, interest.flags.replace(/[gy]/g, ''));
  return { pattern: '*', listener, wants: (channel) => !isReserved(channel) && expression.test(channel) };
}
