import { systemClock, type Clock } from '@syncytium/kit';

/**
 * The machine's clock as all threads of the process see it: `performance.now()` counts from the start of each thread. What
 * a thread has written down is good for the one that replaces it.
 */
export const processClock: Clock = {
  ...systemClock,
  now() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1000 + nanoseconds / 1e6;
  },
};
