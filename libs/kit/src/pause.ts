import type { Clock } from './clock.js';
import { AbortedError, throwIfAborted } from './errors.js';

/**
 * Resolves after `ms` milliseconds of the clock (at most 2^31 - 1), at once for 0 and less. Throws {@link AbortedError}
 * as soon as the signal fires, or when it has fired already.
 */
export async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  throwIfAborted(signal, pauseName);
  if (ms <= 0) return;
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      timer.cancel();
      reject(new AbortedError(pauseName, signal?.reason));
    };
    const timer = clock.setTimer(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

const pauseName = 'the pause';
