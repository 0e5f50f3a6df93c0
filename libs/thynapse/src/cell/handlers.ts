import { InvalidArgumentError } from '@syncytium/kit';
import { parsePattern } from '../patterns/pattern.js';
import { CachedPatternIndex } from '../patterns/cached-pattern-index.js';
import type { TaskEvent } from './cell-state.js';
import type { Responder } from './responder.js';

/**
 * Handles an event that is this cell's alone, and answers: by what it returns (also a promise), by throwing, or by
 * `resp`. One that takes `resp` and gives back nothing answers by `resp` alone, now or later.
 */
export type Handler = (message: TaskEvent, resp: Responder) => unknown;

/** The handlers of a cell, one for each pattern. */
export class Handlers {
  readonly #index = new CachedPatternIndex<Handler>();
  readonly #patterns = new Set<string>();

  /** Returns the pattern as it travels. Throws `bad_pattern` and {@link InvalidArgumentError}. */
  add(pattern: string, handler: Handler): string {
    const { text } = parsePattern(pattern);
    if (this.#patterns.has(text)) throw new InvalidArgumentError('pattern', `${text} has a handler already`);
    this.#patterns.add(text);
    this.#index.add(text, handler);
    return text;
  }

  delete(text: string, handler: Handler): void {
    this.#patterns.delete(text);
    this.#index.delete(text, handler);
  }

  /** Any one of those whose patterns match. */
  find(channel: string): Handler | undefined {
    const [handler] = this.#index.match(channel);
    return handler;
  }
}
