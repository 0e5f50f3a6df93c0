import { Redis } from 'ioredis';

export interface WindowOptions {
  readonly url: string;
  readonly window: number;
}

/** A connection for pushes and one for pops, so that no push stands behind a pop; a turn's commands travel together. */
export class IoredisLines {
  readonly #pushes: Redis;
  readonly #pops: Redis;
  readonly #outbox: string;
  readonly #inbox: string;

  private constructor(pushes: Redis, pops: Redis, outbox: string, inbox: string) {
    this.#pushes = pushes;
    this.#pops = pops;
    this.#outbox = outbox;
    this.#inbox = inbox;
  }

  static async connect(url: string, outbox: string, inbox: string): Promise<IoredisLines> {
    const clients = [new Redis(url, { lazyConnect: true }), new Redis(url, { lazyConnect: true })] as const;
    await Promise.all(clients.map((client) => client.connect()));
    return new IoredisLines(...clients, outbox, inbox);
  }

  async push(item: string): Promise<void> {
    await inOnePacket(this.#pushes).lpush(this.#outbox, item);
  }

  async pop(): Promise<string> {
    const popped = await inOnePacket(this.#pops).brpop(this.#inbox, 0);
    return popped?.[1] ?? '';
  }
}

function inOnePacket(client: Redis): Redis {
  const { stream } = client;
  stream.cork();
  process.nextTick(() => stream.uncork());
  return client;
}
