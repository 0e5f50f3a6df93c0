import type { WorkerThread } from './worker-thread.js';

/**
 * The thread that is to carry out a read: of those that have room, the one with the fewest long queries in hand, for these
 * hold up what comes behind, and then with the fewest.
 */
export function pickReader(threads: readonly WorkerThread[]): WorkerThread | undefined {
  let best: WorkerThread | undefined;
  for (const thread of threads) if (!thread.isFull && (!best || isLessBusy(thread, best))) best = thread;
  return best;
}

function isLessBusy(thread: WorkerThread, other: WorkerThread): boolean {
  if (thread.heavyCount !== other.heavyCount) return thread.heavyCount < other.heavyCount;
  return thread.inHandCount < other.inHandCount;
}
