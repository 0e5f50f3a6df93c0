import { LimitError, toWireError, type Log } from '@syncytium/kit';
import { closeCodes, type WsConnection } from '@syncytium/transport/ws';
import { toPlainJson } from '../plain-json.js';
import {
  ClientMessageError,
  readClientMessage,
  type ClientMessage,
  type messageShapes,
  type Ref,
} from './client-message.js';

/** Most messages of one client that are not answered yet. */
export const requestsMax = 1000;

/** Longest reason of a close, in bytes. */
const reasonBytesMax = 123;

/** What a message is answered with: nothing more, or an item of the session. */
export type Answer = { readonly type: 'done' | 'end' } | { readonly type: 'item'; readonly item: unknown };

/**
 * The client's end of a WebSocket as its party sees it: messages that are answered one by one, by their `ref`, in whatever
 * order they are done.
 */
export class WsPeer {
  readonly #connection: WsConnection;
  readonly #shapes: (typeof messageShapes)[keyof typeof messageShapes];
  readonly #answer: (message: ClientMessage) => Promise<Answer>;
  readonly #log: Log;
  #unanswered = 0;

  constructor(
    connection: WsConnection,
    shapes: (typeof messageShapes)[keyof typeof messageShapes],
    answer: (message: ClientMessage) => Promise<Answer>,
    log: Log,
  ) {
    this.#connection = connection;
    this.#shapes = shapes;
    this.#answer = answer;
    this.#log = log;
  }

  /** A frame of the client. */
  onFrame(frame: Buffer, isBinary: boolean): void {
    // A part of a larger buffer, of which an item may outlive the rest.
    const own = isBinary ? Buffer.from(frame) : frame;
    let message: ClientMessage;
    try {
      message = readClientMessage(own, isBinary, this.#shapes);
      if (this.#unanswered >= requestsMax)
        throw new LimitError('messages of a client that are not answered', requestsMax, 'at once');
    } catch (error) {
      this.tellError(error, error instanceof ClientMessageError ? error.ref : undefined);
      return;
    }
    this.#unanswered++;
    void this.#serve(message).finally(() => this.#unanswered--);
  }

  /** Tells something that was not asked for. */
  tell(message: Readonly<Record<string, unknown>>): void {
    this.#connection.send(toPlainJson(message));
  }

  tellError(error: unknown, ref?: Ref, session?: string): void {
    const wire = toWireError(error);
    if (wire.code === 'internal') this.#log.error('a message was not served', { err: error });
    this.tell({ type: 'error', ...about(ref, session), error: wire });
  }

  /** Says why, and goodbye. */
  refuse(error: unknown): void {
    this.tellError(error);
    const reason = Buffer.from(toWireError(error).message).subarray(0, reasonBytesMax).toString();
    // Cutting may have left a piece of a letter.
    this.#connection.close(closeCodes.refused, reason.replace(/\uFFFD+$/, ''));
  }

  async #serve(message: ClientMessage): Promise<void> {
    const { ref, session } = message;
    try {
      const answer = await this.#answer(message);
      if (ref !== undefined) this.#tellAnswer(answer, about(ref, session));
    } catch (error) {
      this.tellError(error, ref, session);
    }
  }

  #tellAnswer(answer: Answer, to: Readonly<Record<string, unknown>>): void {
    if (answer.type !== 'item' || !(answer.item instanceof Uint8Array))
      this.tell({ type: answer.type, ...to, ...(answer.type === 'item' && { item: answer.item }) });
    else this.#connection.send(Buffer.concat([Buffer.from(`${toPlainJson({ type: 'item', ...to })}\n`), answer.item]));
  }
}

function about(ref: Ref | undefined, session: string | undefined): Readonly<Record<string, unknown>> {
  return { ...(ref !== undefined && { ref }), ...(session !== undefined && { session }) };
}
