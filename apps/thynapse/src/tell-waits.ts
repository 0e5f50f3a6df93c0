import type { Clock, Log, Timer, WaitTable } from '@syncytium/kit';

export interface TellWaitsOptions {
  readonly log: Log;
  readonly clock: Clock;
}

/** Who waits for less is not told why. */
const momentMs = 1000;

const lookEveryMs = 250;

/**
 * Logs every wait of a command that lasts longer than a second, once, with who is waited for: nobody is to look at a silent
 * terminal. Returns a function that ends it.
 */
export function tellWaits(waits: WaitTable, { log, clock }: TellWaitsOptions): () => void {
  let told = new Set<string>();
  let timer: Timer;
  const look = (): void => {
    const long = waits.list().filter(({ waitedMs }) => waitedMs >= momentMs);
    const all = new Set(long.map(({ what, whom }) => `${what} from ${whom.join(', ')}`));
    for (const one of all) if (!told.has(one)) log.warn(`waiting for ${one}`);
    told = all;
    timer = clock.setTimer(lookEveryMs, look);
  };
  timer = clock.setTimer(lookEveryMs, look);
  return () => timer.cancel();
}
