import { separator } from '@syncytium/fxp';
import { BrokerError } from '@syncytium/transport';
import type { MemoryBroker } from '@syncytium/transport/memory';
import type { RedisBroker } from '@syncytium/transport/redis';

/** Most keys that are looked at for one answer. */
const keysScannedMax = 100_000;

/** Keys that may be those of sessions. */
export interface FoundKeys {
  readonly keys: readonly string[];
  /** Lists that somebody pops, as far as that is known; they may be empty. */
  readonly awaited: readonly string[];
  /** Whether all keys were looked at. */
  readonly isComplete: boolean;
}

export function keysInMemory(broker: MemoryBroker): FoundKeys {
  return broker.execute(({ keyspace, blocked }) => {
    const awaited = firstNames(blocked.keys(), keysScannedMax);
    const left = keysScannedMax - awaited.length;
    const keys = firstNames(keyspace.keys(), left);
    return { keys, awaited, isComplete: keys.length < left };
  });
}

/** A Redis does not tell which lists its clients pop. */
export async function keysInRedis(broker: RedisBroker): Promise<FoundKeys> {
  try {
    const pattern = `*${separator}*${separator}*`;
    return { ...(await broker.scan(pattern, keysScannedMax)), awaited: [] };
  } catch (error) {
    // Not everything that speaks like a Redis has SCAN, and not every user may use it.
    const isForbidden = error instanceof BrokerError && refusals.has(error.code);
    if (!isForbidden) throw error;
    return { keys: [], awaited: [], isComplete: false };
  }
}

const refusals: ReadonlySet<string> = new Set(['broker_refused', 'broker_denied']);

/** Keys of the broker are bytes. */
function firstNames(keys: Iterable<string>, max: number): string[] {
  const names: string[] = [];
  for (const key of keys) {
    if (names.length >= max) break;
    names.push(Buffer.from(key, 'latin1').toString());
  }
  return names;
}
