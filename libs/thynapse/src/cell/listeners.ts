import { decodeFrame } from '@syncytium/codec';
import { InvalidArgumentError } from '@syncytium/kit';
import { isReserved } from '../wire/channel.js';
import { dataOfRun, isRun, readRunHead } from '../wire/event-run.js';
import { withBytes, type ThynapseEvent } from '../wire/event.js';
import { Fields } from '../wire/fields.js';
import { commands } from '../wire/wire.js';
import { parsePattern } from '../patterns/pattern.js';
import { CachedPatternIndex } from '../patterns/cached-pattern-index.js';
import { HeardEvent } from './heard-event.js';

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

/** The multicatch listeners of a cell, which are given the events that they want. */
export class Listeners {
  readonly #index = new CachedPatternIndex<Listening>();
  readonly #onError: (error: Error) => void;

  /** `onError` is told of a listener that threw, and of an event that cannot be read. */
  constructor(onError: (error: Error) => void) {
    this.#onError = onError;
  }

  /** Throws `bad_pattern` and {@link InvalidArgumentError}. */
  add(interest: Interest, listener: Listener): Listening {
    const listening = listeningFor(interest, listener);
    this.#index.add(listening.pattern, listening);
    return listening;
  }

  delete(listening: Listening): boolean {
    return this.#index.delete(listening.pattern, listening);
  }

  /** Gives them one frame `EVNT`, or a run. What cannot be read, or finds no listener any more, harms nothing else. */
  hear(bytes: Uint8Array): void {
    try {
      const frame = decodeFrame(bytes);
      if (isRun(bytes)) {
        const head = readRunHead(frame);
        const listeners = this.#find(head.channel);
        if (listeners.length === 0) return;
        const data = dataOfRun(frame, head);
        for (let i = 0; i < data.length; i++) this.#tell(listeners, new HeardEvent(head, i, data[i]));
      } else if (frame.command === commands.event) {
        const event = withBytes(new Fields(frame).all as unknown as ThynapseEvent);
        this.#tell(this.#find(event.channel), event);
      }
    } catch (error) {
      this.#onError(error as Error);
    }
  }

  /** Who wants an event of this channel, in no order. */
  #find(channel: string): Listener[] {
    const found: Listener[] = [];
    for (const { listener, wants } of this.#index.match(channel)) if (!wants || wants(channel)) found.push(listener);
    return found;
  }

  #tell(listeners: readonly Listener[], event: ThynapseEvent): void {
    for (const listener of listeners) this.#call(listener, event);
  }

  /** A listener that throws must not keep the event from the next one. */
  #call(listener: Listener, event: ThynapseEvent): void {
    try {
      const result = listener(event);
      if (result instanceof Promise) result.catch((error: unknown) => this.#onError(error as Error));
    } catch (error) {
      this.#onError(error as Error);
    }
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
