import { collectGarbage } from '@syncytium/kit';
import { letHeapGrow } from './heap-growth.js';
import type { Message } from './sockets.js';

/**
 * V8 marks its whole heap when what has grown old and what lies outside of the heap have grown by 8 MB or a little more
 * since it last did: each buffer that a socket is read into does, zeromq.js counts each message twice, and what is sent on
 * counts, too. Below that, the young generation is collected instead: nearly all of it is garbage then.
 */
const collectEveryBytes = 1024 * 1024;

/**
 * A collection takes about a millisecond, and what two of them find in use grows old: they must be further apart than
 * requests take that are under way.
 */
const collectEveryMs = 100;

/** So long at the most. */
const bytesMax = 8 * 1024 * 1024;

/** zeromq.js copies messages up to this length into V8's heap. */
const copiedBytesMax = 128;

/**
 * Counts received messages and collects young garbage after every MiB, or every 8 MiB where many come, and lets the heap
 * grow. A process that only passes messages on, or copies them to memory of its own, makes so little garbage on V8's heap
 * that V8 would else collect all of it up to twenty times a second, five to ten milliseconds each time. The flags of V8 that
 * this needs concern the whole process.
 *
 * @param now milliseconds from any beginning
 */
export function youngGarbageCollector(now: () => number = () => performance.now()): (message: Message) => void {
  let bytes = 0;
  let collectedMs = now();
  return (message) => {
    for (const { length } of message) if (length > copiedBytesMax) bytes += length;
    if (bytes < collectEveryBytes) return;
    const nowMs = now();
    if (nowMs - collectedMs < collectEveryMs && bytes < bytesMax) return;
    bytes = 0;
    collectedMs = nowMs;
    collectGarbage('young');
    letHeapGrow();
  };
}
