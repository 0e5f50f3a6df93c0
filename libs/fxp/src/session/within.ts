import type { Clock } from '@syncytium/kit';

/** Resolves with the work, or with nothing when it takes too long or fails. */
export function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(ms, () => resolve(undefined));
    work.then(resolve, () => resolve(undefined)).finally(() => timer.cancel());
  });
}
