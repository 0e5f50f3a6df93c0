import { setImmediate as nextTick } from 'node:timers/promises';
import type { Sample } from './entry.js';

/** Events between two reports of a listener. */
export const reportEvery = 1000;

/** Most events that the slowest listener has not reported yet; and most bytes, which every system holds without dropping. */
const aheadMax = 100_000;
const bytesAheadMax = 4 * 1024 * 1024;

/** Events published without a look at anything else. */
const burst = 100;

export interface MulticastLoad {
  readonly bytes: number;
  readonly listeners: number;
  /** Publishes one event with so many bytes of data. */
  readonly publish: () => void;
  /** Calls back whenever a listener has reported: which, and how many events it has heard. */
  readonly onReport: (report: (listener: number, heard: number) => void) => Promise<void>;
}

/**
 * Publishes as fast as the slowest listener hears, so that nobody has to drop anything, and counts what all have heard.
 */
export async function multicastLoad({ bytes, listeners, publish, onReport }: MulticastLoad) {
  const heard = new Array<number>(listeners).fill(0);
  const ahead = Math.max(2 * reportEvery, Math.min(aheadMax, Math.floor(bytesAheadMax / bytes)));
  let sent = 0;
  let wake: (() => void) | undefined;
  await onReport((listener, count) => {
    heard[listener] = count;
    wake?.();
  });
  const reported = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  const heardByAll = (): number => Math.min(...heard);
  return async (seconds: number): Promise<Sample> => {
    const began = performance.now();
    const until = began + seconds * 1000;
    const before = sent;
    while (performance.now() < until) {
      if (sent - heardByAll() + burst > ahead) await reported();
      for (let i = 0; i < burst && sent - heardByAll() < ahead; i++, sent++) publish();
      // What is to be read has its turn between bursts.
      if (sent % reportEvery === 0) await nextTick();
    }
    for (; sent % reportEvery !== 0; sent++) publish();
    while (heardByAll() < sent) await reported();
    return { operations: sent - before, seconds: (performance.now() - began) / 1000 };
  };
}
