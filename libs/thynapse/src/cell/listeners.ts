import { InvalidArgumentError } from '@syncytium/kit';
import { isReserved } from '../wire/channel.js';
import type { ThynapseEvent } from '../wire/event.js';
import { parsePattern } from '../patterns/pattern.js';
import { PatternIndex } from '../patterns/pattern-index.js';

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
  readonly #index = new PatternIndex<Listening>();
  /** Channels of which it is known by heart who may want them. */
  readonly #known = new Map<string, readonly Listening[]>();

  /** Throws `bad_pattern` and {@link InvalidArgumentError}. */
  add(interest: Interest, listener: Listener): Listening {
    const listening = listeningFor(interest, listener);
    this.#index.add(listening.pattern, listening);
    this.#known.clear();
    return listening;
  }

  delete(listening: Listening): boolean {
    this.#known.clear();
    return this.#index.delete(listening.pattern, listening);
  }

  /** Who wants an event of this channel, in no order. */
  find(channel: string): Listener[] {
    const found: Listener[] = [];
    for (const { listener, wants } of this.#match(channel)) if (!wants || wants(channel)) found.push(listener);
    return found;
  }

  #match(channel: string): readonly Listening[] {
    const known = this.#known.get(channel);
    if (known) return known;
    const found = [...this.#index.match(channel)];
    if (this.#known.size >= knownChannelsMax) this.#known.clear();
    this.#known.set(channel, found);
    return found;
  }
}

const knownChannelsMax = 10_000;

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
