import type { Log } from '@syncytium/kit';
import { withBytes } from '../wire/event.js';
import type { CellNode } from './cell-node.js';
import type { TaskEvent } from './cell-state.js';
import type { Handler, Handlers } from './handlers.js';
import { reasonOf, type Responder } from './responder.js';

export interface AnsweringOptions {
  readonly node: CellNode;
  /** For events that are this cell's alone. */
  readonly handlers: Handlers;
  /** For what is asked of every cell. */
  readonly askedHandlers: Handlers;
  readonly log: Log;
}

/** Gives what a cell has to do to its handlers, and their answers to the transmitter. */
export class Answering {
  readonly #options: AnsweringOptions;

  constructor(options: AnsweringOptions) {
    this.#options = options;
  }

  handle(event: TaskEvent): void {
    const { handlers, askedHandlers } = this.#options;
    const isAsked = event.all === true;
    const handler = (isAsked ? askedHandlers : handlers).find(event.channel);
    // No other cell can answer for this one.
    const resp = this.#responderFor(event.id, isAsked);
    if (!handler) {
      // It was dropped while the event was on its way; another cell may still catch it.
      resp.failure('this cell does not catch it any more');
      return;
    }
    // Not before all that came with it is taken.
    queueMicrotask(() => void this.#work(handler, event, resp));
  }

  async #work(handler: Handler, event: TaskEvent, resp: Responder): Promise<void> {
    try {
      const given = handler(withBytes(event), resp);
      // What is there already is answered with all that came with it.
      const result = isThenable(given) ? await given : given;
      if (result !== undefined || handler.length <= 1) resp.success(result);
    } catch (error) {
      // Also a result that cannot be sent.
      this.#options.log.warn('a handler failed', { channel: event.channel, err: error });
      resp.failure(error);
    }
  }

  #responderFor(re: string, isFinal: boolean): Responder {
    const { node } = this.#options;
    let isAnswered = false;
    const once = (answer: () => void): boolean => {
      if (isAnswered) return false;
      answer();
      isAnswered = true;
      return true;
    };
    return {
      success: (data) => once(() => node.succeed(re, data)),
      failure: (reason, { final = isFinal } = {}) => once(() => node.fail(re, reasonOf(reason), final)),
    };
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}
