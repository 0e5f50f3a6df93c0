import { InvalidArgumentError, type Clock, type Log } from '@syncytium/kit';
import type { Broker } from '@syncytium/transport';
import { FxpDriverMissingError } from './errors.js';

/**
 * Where the lists and channels are: `memory:` or `memory:NAME` (one per name and process, shared by everybody who
 * connects to it), `redis://...` or `rediss://...` (the forms of `RedisBroker`), or a broker, which stays the caller's.
 */
export type BrokerTarget = string | Broker;

/** A broker, and how to give it back. */
export interface BrokerLease {
  readonly broker: Broker;
  /** Closes the broker if nobody else uses it and it is not the caller's. */
  release(): Promise<void>;
}

export interface ConnectBrokerOptions {
  readonly log: Log;
  readonly clock: Clock;
}

interface SharedMemory {
  readonly broker: Broker;
  users: number;
}

const memories = new Map<string, SharedMemory>();

/** Throws `InvalidArgumentError`, `BrokerError` (`broker_unreachable`, ...), {@link FxpDriverMissingError}. */
export async function connectBroker(target: BrokerTarget, { log, clock }: ConnectBrokerOptions): Promise<BrokerLease> {
  if (typeof target !== 'string') return { broker: target, release: () => Promise.resolve() };
  if (target.startsWith('memory:')) return shareMemory(target, clock);
  if (!/^rediss?:/.test(target))
    throw new InvalidArgumentError('target', 'must be memory:, redis://HOST:PORT, rediss://HOST:PORT or a broker');
  const { RedisBroker } = await importRedis();
  const broker = await RedisBroker.connect({ url: target, log, clock });
  return { broker, release: () => broker.close() };
}

async function shareMemory(name: string, clock: Clock): Promise<BrokerLease> {
  const { MemoryBroker } = await import('@syncytium/transport/memory');
  const memory = memories.get(name) ?? { broker: new MemoryBroker({ clock }), users: 0 };
  memories.set(name, memory);
  memory.users++;
  let isReleased = false;
  return {
    broker: memory.broker,
    async release() {
      if (isReleased) return;
      isReleased = true;
      if (--memory.users > 0) return;
      memories.delete(name);
      await memory.broker.close();
    },
  };
}

/** Only who asks for a Redis needs the package that speaks with one. */
async function importRedis() {
  try {
    return await import('@syncytium/transport/redis');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')
      throw new FxpDriverMissingError('ioredis', error);
    throw error;
  }
}
