import { AbortedError, ChurnMap, LimitError, toWireError } from '@syncytium/kit';
import type { MessageId, Netsync, PendingRequest, RequestMessage, Sync, SyncListener } from '@syncytium/netsync';
import type { WsHandlers } from '@syncytium/transport/ws';
import { BadMessageError, DuplicateIdError } from './errors.js';
import { AnswerBatch } from './answer-batch.js';
import { checkMessage, idOf, isCancel, readMessage, readObject } from './read-message.js';
import type { SyncTexts } from './sync-texts.js';

/** Most messages in one: a few bytes each could ask for far longer answers. */
export const batchMax = 1000;

export interface WsSessionOptions {
  readonly netsync: Netsync;
  readonly texts: SyncTexts;
  /** Most requests that wait on the connection at once. */
  readonly outstandingMax: number;
  /** Sends a text to the client; does nothing when the connection has ended. */
  readonly send: (text: string) => void;
}

/**
 * One connection of `/ws`: any number of requests, each answered under the id its client chose for it. Every message is
 * answered, and no request twice.
 *
 * @see docs/spec/netsync.md
 */
export class WsSession implements WsHandlers {
  readonly texts: SyncTexts;
  readonly #answers: AnswerBatch;
  readonly #netsync: Netsync;
  readonly #outstandingMax: number;
  readonly #outstanding = new ChurnMap<MessageId, WsRequest>();

  constructor({ netsync, texts, outstandingMax, send }: WsSessionOptions) {
    this.texts = texts;
    this.#answers = new AnswerBatch(send);
    this.#netsync = netsync;
    this.#outstandingMax = outstandingMax;
  }

  onMessage(data: Buffer, isBinary: boolean): void {
    let value: unknown;
    try {
      value = readMessage(data, isBinary);
    } catch (error) {
      this.#answers.sendNow(errorText(undefined, error));
      return;
    }
    if (!Array.isArray(value)) {
      this.#onOne(value);
      return;
    }
    if (value.length > batchMax) {
      this.#answers.sendNow(errorText(undefined, new BadMessageError(`an array of more than ${batchMax} messages`)));
      return;
    }
    // Who sends many messages in one can read them so, too.
    this.#answers.startBatching();
    for (const message of value) this.#onOne(message);
  }

  #onOne(value: unknown): void {
    let id: MessageId | undefined;
    try {
      const message = readObject(value);
      id = idOf(message['id'] ?? message['cancel']);
      checkMessage(message);
      if (isCancel(message)) this.#cancel(message.cancel);
      else this.#begin(message);
    } catch (error) {
      // An answer with an id is the end of that request, and the one that has the id still waits.
      this.#answers.sendNow(errorText(error instanceof DuplicateIdError ? undefined : id, error));
    }
  }

  /** The connection has ended: its requests leave at once. */
  onClose(): void {
    for (const request of [...this.#outstanding.values()]) request.cancel();
  }

  /** A request has synced. */
  synced(id: MessageId, text: string): void {
    this.#outstanding.delete(id);
    this.#answers.send(text);
  }

  /** A request has ended without. */
  failed(id: MessageId, text: string): void {
    this.#outstanding.delete(id);
    this.#answers.sendNow(text);
  }

  #begin(message: RequestMessage): void {
    const { id } = message;
    if (this.#outstanding.has(id)) throw new DuplicateIdError(id);
    if (this.#outstanding.size >= this.#outstandingMax)
      throw new LimitError('waiting requests of one connection', this.#outstandingMax, 'at once');
    const request = new WsRequest(this, id);
    request.cancel = this.#netsync.submit(message, request);
    if (!request.isAnswered) this.#outstanding.set(id, request);
  }

  #cancel(id: MessageId): void {
    const request = this.#outstanding.get(id);
    if (request) request.cancel();
    else this.#answers.sendNow(cancelledText(id, false));
  }
}

/** Of a request that is not let in yet. */
const noCancel = (): void => undefined;

/** One request of a connection. */
class WsRequest implements SyncListener {
  isAnswered = false;
  cancel = noCancel;

  constructor(
    readonly session: WsSession,
    readonly id: MessageId,
  ) {}

  onSync(sync: Sync, request: PendingRequest): void {
    const waitedMs = Math.round(sync.at - request.since);
    const text = this.session.texts.textOf(sync);
    this.isAnswered = true;
    this.session.synced(this.id, `{"id":${idText(this.id)},${text},"request":"${request.id}","waitedMs":${waitedMs}}`);
  }

  onError(error: Error): void {
    this.isAnswered = true;
    this.session.failed(
      this.id,
      error instanceof AbortedError ? cancelledText(this.id, true) : errorText(this.id, error),
    );
  }
}

function errorText(id: MessageId | undefined, error: unknown): string {
  return JSON.stringify({ ...(id !== undefined && { id }), error: toWireError(error) });
}

function cancelledText(id: MessageId, cancelled: boolean): string {
  return `{"id":${idText(id)},"cancelled":${cancelled}}`;
}

function idText(id: MessageId): string {
  return typeof id === 'number' ? String(id) : JSON.stringify(id);
}
