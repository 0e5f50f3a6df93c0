import type { BrokerCommands } from '@syncytium/transport';
import { inflightKeyOf } from '../wire/protocol.js';
import { touch } from './key-expiry.js';

/**
 * Puts items that are in flight under a name back where they were popped, the oldest to be popped first; resolves with how
 * many. No more than were there at first: a pop that waits may take them as they come.
 */
export async function putBack(broker: BrokerCommands, key: string, holder: string, expiryMs: number): Promise<number> {
  const inFlight = inflightKeyOf(key, holder);
  const count = await broker.llen(inFlight);
  let moved = 0;
  // Each goes behind the one before it, so that the oldest, which is moved last, is popped first.
  while (moved < count && (await broker.lmove(inFlight, key, 'left', 'right'))) moved++;
  if (moved > 0) touch(broker, key, expiryMs);
  return moved;
}
