import { closedLoop } from './closed-loop.js';
import { openLoop } from './open-loop.js';
import type { MeasureRound } from './process-host.js';
import { checkAnswer, smallItem, type SmallItem } from './small-item.js';

export interface CallsOptions {
  /** Calls that begin in a second, whether or not those before have been answered; one after the other unless told. */
  readonly callsPerSecond?: number;
  /** Calls under way at once. */
  readonly window?: number;
}

/** Calls with a 100-byte JSON object each, which `call` resolves with the answer to. */
export function measureCalls(
  { callsPerSecond, window = 1 }: CallsOptions,
  call: (item: SmallItem) => Promise<unknown>,
): MeasureRound {
  let index = 0;
  const once = async (): Promise<void> => {
    const mine = index++;
    checkAnswer(await call(smallItem(mine)), mine);
  };
  return (seconds) =>
    callsPerSecond === undefined ? closedLoop(seconds, once, window) : openLoop(seconds, callsPerSecond, once);
}
