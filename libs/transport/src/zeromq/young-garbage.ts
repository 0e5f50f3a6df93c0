import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Message } from '../sockets.js';

/**
 * V8 collects its whole heap when what lies outside of it has grown by 64 MB since it last did, and zeromq.js counts each
 * message twice. Well below that, the young generation is collected instead: nearly all of it is garbage then.
 */
const collectEveryBytes = 8 * 1024 * 1024;

/** zeromq.js copies messages up to this length into V8's heap. */
const copiedBytesMax = 128;

type Collect = (options: { readonly type: 'minor' }) => void;

/**
 * Counts received messages and collects young garbage after every 8 MiB, which takes about a millisecond. A process that
 * only passes messages on makes so little garbage of its own that V8 would else collect its whole heap twenty times a
 * second, five to ten milliseconds each time. The flag of V8 that this needs is set when the first one is made.
 */
export function youngGarbageCollector(): (message: Message) => void {
  const collect = exposedCollector();
  let bytes = 0;
  return (message) => {
    for (const { length } of message) if (length > copiedBytesMax) bytes += length;
    if (bytes < collectEveryBytes) return;
    bytes = 0;
    collect({ type: 'minor' });
  };
}

/** Only contexts that are made while the flag is set have the function. */
function exposedCollector(): Collect {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
