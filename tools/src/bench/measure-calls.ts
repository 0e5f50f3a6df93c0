import { closedLoop } from './closed-loop.js';
import { openLoop } from './open-loop.js';
import type { MeasureRound } from './process-host.js';
import { checkAnswer, padFor, smallItem, type SmallItem } from './small-item.js';

export interface CallsOptions {
  /** Calls that begin in a second, whether or not those before have been answered; one after the other unless told. */
  readonly callsPerSecond?: number;
  /** Calls under way at once. */
  readonly window?: number;
  /** The size of each object in JSON: 16, or 25 and more; 100 unless told. */
  readonly bytes?: number;
}

/** Calls with a JSON object each, which `call` resolves with the answer to. */
export function measureCalls(
  { callsPerSecond, window = 1, bytes = 100 }: CallsOptions,
  call: (item: SmallItem) => Promise<unknown>,
): MeasureRound {
  const pad = padFor(bytes);
  let index = 0;
  const once = async (): Promise<void> => {
    const mine = index++;
    checkAnswer(await call(smallItem(mine, pad)), mine, pad);
  };
  return (seconds) =>
    callsPerSecond === undefined ? closedLoop(seconds, once, window) : openLoop(seconds, callsPerSecond, once);
}
