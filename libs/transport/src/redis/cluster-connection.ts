import { ClosedError } from '@syncytium/kit';
import type { BlockOptions, BrokerConnection, ListEnd, Popped } from '../broker.js';
import type { Argument } from './argument.js';
import { keySlot } from './key-slot.js';
import { RedisCommands } from './redis-commands.js';
import { replyCode } from './redis-errors.js';
import type { RedisConnection } from './redis-connection.js';

/** Where a node of a cluster is reached, `host:port`. */
export type NodeAddress = string;

/** Keys move to other nodes while a cluster is resharded, each at most once at a time. */
const redirectionsMax = 5;

export interface ClusterConnectionOptions {
  /** The node that holds a slot, as far as it is known. */
  readonly nodeOf: (slot: number) => NodeAddress | undefined;
  /** Opens a line to one node. */
  readonly connect: (node: NodeAddress) => Promise<RedisConnection>;
  readonly onClose: () => void;
}

/**
 * One client's own lines to the nodes of a cluster, each opened when a key of its node is first used. Commands to one
 * node are executed in the order of the calls; between nodes there is no order.
 */
export class ClusterConnection extends RedisCommands implements BrokerConnection {
  readonly #options: ClusterConnectionOptions;
  readonly #lines = new Map<NodeAddress, Promise<RedisConnection>>();
  #closing: Promise<void> | undefined;

  constructor(options: ClusterConnectionOptions) {
    super();
    this.#options = options;
  }

  override async del(...keys: string[]): Promise<number> {
    const deleted = await Promise.all(keys.map((key) => super.del(key)));
    return deleted.reduce((sum, count) => sum + count, 0);
  }

  brpop(keys: string | readonly string[], options: BlockOptions = {}): Promise<Popped | undefined> {
    const list = typeof keys === 'string' ? [keys] : keys;
    return this.#at(list[0] ?? '', (line) => line.brpop(list, options));
  }

  blmove(
    source: string,
    destination: string,
    from: ListEnd,
    to: ListEnd,
    options: BlockOptions = {},
  ): Promise<Uint8Array | undefined> {
    return this.#at(source, (line) => line.blmove(source, destination, from, to, options));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  protected call(command: string, args: readonly Argument[]): Promise<unknown> {
    return this.#at(String(args[0]), (line) => line.call(command, args));
  }

  async #close(): Promise<void> {
    const lines = await Promise.allSettled(this.#lines.values());
    await Promise.all(lines.flatMap((line) => (line.status === 'fulfilled' ? [line.value.close()] : [])));
    this.#options.onClose();
  }

  async #at<T>(key: string, use: (line: RedisConnection) => Promise<T>): Promise<T> {
    let target: Redirection = { node: this.#options.nodeOf(keySlot(key)) ?? '', isOnce: false };
    for (let redirections = 0; ; redirections++) {
      if (this.#closing) throw new ClosedError('connection', { driver: 'redis' });
      const line = await this.#line(target.node);
      try {
        // A node that is not yet the slot's own answers only what comes right after this.
        const [, answer] = await Promise.all([target.isOnce ? line.call('ASKING', []) : undefined, use(line)]);
        return answer;
      } catch (error) {
        const next = redirection(error);
        if (next === undefined || redirections === redirectionsMax) throw error;
        target = next;
      }
    }
  }

  #line(node: NodeAddress): Promise<RedisConnection> {
    const known = this.#lines.get(node);
    if (known) return known;
    const opening = this.#options.connect(node);
    this.#lines.set(node, opening);
    // A node that could not be reached may be later.
    opening.catch(() => this.#lines.delete(node));
    return opening;
  }
}

/** Where a command is to be sent instead. */
interface Redirection {
  readonly node: NodeAddress;
  /** The slot is on its way there: this command only. */
  readonly isOnce: boolean;
}

/** What a `MOVED slot host:port` or an `ASK slot host:port` tells. */
function redirection(error: unknown): Redirection | undefined {
  const reply = error instanceof Error ? error.cause : undefined;
  const code = replyCode(reply);
  if ((code !== 'MOVED' && code !== 'ASK') || !(reply instanceof Error)) return undefined;
  return { node: reply.message.split(' ')[2] ?? '', isOnce: code === 'ASK' };
}
