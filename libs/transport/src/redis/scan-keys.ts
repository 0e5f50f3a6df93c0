import type { Redis } from 'ioredis';
import { arrayReply, bytesReply, namesReply } from './replies.js';

/** Keys that a search found. */
export interface ScannedKeys {
  /** Each once, in no order. */
  readonly keys: readonly string[];
  /** Whether all keys were looked at. */
  readonly isComplete: boolean;
}

/** A node looks at so many keys at a time, during which it serves nobody else. */
const keysPerCall = 1000;

/** Keys of all nodes whose names match the glob; about `keysMax` are looked at. Throws when a node does not answer. */
export async function scanKeys(nodes: readonly Redis[], pattern: string, keysMax: number): Promise<ScannedKeys> {
  const found = new Set<string>();
  let left = keysMax;
  const scan = async (node: Redis): Promise<boolean> => {
    let cursor = '0';
    do {
      if (left <= 0) return false;
      const count = Math.min(keysPerCall, left);
      left -= count;
      const reply = arrayReply(await node.callBuffer('SCAN', [cursor, 'MATCH', pattern, 'COUNT', `${count}`]));
      cursor = bytesReply(reply[0]).toString();
      for (const key of namesReply(reply[1])) found.add(key);
    } while (cursor !== '0');
    return true;
  };
  const complete = await Promise.all(nodes.map(scan));
  return { keys: [...found], isComplete: complete.every(Boolean) };
}
