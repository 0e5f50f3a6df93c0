import { Deadline, type Wait } from '@syncytium/kit';
import type { BlockedPop } from '../keyspace/blocked-pops.js';
import type { ByteKey } from '../keyspace/byte-key.js';
import { ClientWait } from './client-wait.js';
import type { RespSession } from './resp-session.js';

/** A command that waits for a value: until it is served, times out, is unblocked, or its client is gone. */
export class BlockedCommand extends Deadline implements BlockedPop {
  readonly keys: readonly ByteKey[];
  readonly from: BlockedPop['from'];
  readonly into?: NonNullable<BlockedPop['into']>;
  readonly #session: RespSession;
  readonly #wait: Wait | undefined;

  constructor(
    session: RespSession,
    { keys, from, into }: Pick<BlockedPop, 'keys' | 'from' | 'into'>,
    timeoutMs: number,
    readonly answer: (value: Uint8Array, key: ByteKey) => void,
    readonly done: () => void,
  ) {
    super();
    this.keys = keys;
    this.from = from;
    if (into) this.into = into;
    this.#session = session;
    const { clock, waits, deadlines } = session.host;
    this.#wait = waits?.open(new ClientWait(session, keys), clock.now() + timeoutMs);
    if (timeoutMs !== Infinity) deadlines.add(this, timeoutMs);
    session.host.execute(({ blocked }) => blocked.block(this));
  }

  onValue(value: Uint8Array, key: ByteKey): void {
    this.#finish('done', () => this.answer(value, key));
  }

  onError(error: unknown): void {
    this.#finish('failed', () => this.#session.replyError(error));
  }

  timeOut(): void {
    if (this.#leave()) this.#finish('timeout', () => this.#session.reply.nullArray());
  }

  fail(error: unknown): void {
    if (this.#leave()) this.#finish('cancelled', () => this.#session.replyError(error));
  }

  /** The client is gone. */
  cancel(): void {
    if (!this.#leave()) return;
    this.#session.host.deadlines.delete(this);
    this.#wait?.close('cancelled');
  }

  #leave(): boolean {
    return this.#session.host.execute(({ blocked }) => blocked.unblock(this));
  }

  #finish(outcome: 'done' | 'failed' | 'timeout' | 'cancelled', write: () => void): void {
    this.#session.host.deadlines.delete(this);
    this.#wait?.close(outcome);
    write();
    this.done();
  }
}
