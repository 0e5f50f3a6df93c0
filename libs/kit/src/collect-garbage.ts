import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options?: { readonly type: 'minor' }) => void;

/** Made once for all. */
let collect: Collect | undefined;

/**
 * Has V8 collect the garbage of the calling thread now: `young`, what was made lately, or `all`. By itself it does so when it
 * sees need, and what lies outside of its heap, as shared memory does, it does not see. Takes about a millisecond for `young`,
 * some for `all`, more where the heap is large.
 */
export function collectGarbage(which: 'young' | 'all'): void {
  collect ??= exposedCollector();
  if (which === 'young') collect?.({ type: 'minor' });
  else collect?.();
}

/** So often another thread may take the flag back between two lines of this one before it is believed to do nothing. */
const attemptsMax = 100;

/**
 * Only contexts that are made while the flag is set have the function. The flag is the whole process's, and threads that have
 * lost the same memory collect at the same moment: where another takes the flag back too early, it is set again.
 */
function exposedCollector(): Collect | undefined {
  for (let i = 0; i < attemptsMax; i++) {
    setFlagsFromString('--expose-gc');
    const exposed = runInNewContext('globalThis.gc') as Collect | undefined;
    setFlagsFromString('--no-expose-gc');
    if (exposed !== undefined) return exposed;
  }
  return undefined;
}
