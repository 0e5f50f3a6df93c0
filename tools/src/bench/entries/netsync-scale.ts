import { Netsync } from '@syncytium/netsync';
import { closedLoop } from '../closed-loop.js';
import { counted } from '../counted.js';
import type { BenchEntry, Contender } from '../entry.js';
import { withCpu } from '../with-cpu.js';

const waiterCounts = [0, 100, 1000, 10_000, 100_000];

/** A pair beside more and more waiters, in one process, without sockets. */
export const netsyncScale: BenchEntry = {
  name: 'netsync/scale-waiters',
  question: 'what does a pair cost beside waiters that cannot match it?',
  unit: 'pairs',
  scale: { axis: 'waiters', figure: 'cpu' },
  prepare: () =>
    Promise.resolve(
      waiterCounts.flatMap((count) => [
        besideWaiters('on the same event', count, () => 'shared'),
        besideWaiters('each on an event of its own', count, (i) => `event-${i}`),
      ]),
    ),
};

function besideWaiters(series: string, count: number, eventOf: (i: number) => string): Contender {
  return {
    name: `${counted(count, 'waiter')} ${series}`,
    role: 'ours',
    at: { series, x: count },
    async run(seconds) {
      // Made for the round, so that the others do not run beside the garbage of all.
      const netsync = new Netsync({ limits: { pendingMax: count + 2, pendingPerEventMax: count + 2 } });
      const waiters = Array.from({ length: count }, (_, i) =>
        netsync.send({ event: eventOf(i), actor: `waiter-${i}`, selector: 'actor=nobody' }),
      );
      const left = Promise.allSettled(waiters);
      const sample = await withCpu(() => closedLoop(seconds, () => meet(netsync)));
      netsync.close();
      await left;
      return sample;
    },
  };
}

async function meet(netsync: Netsync): Promise<void> {
  const left = netsync.send({ event: 'shared', actor: 'left', selector: 'actor=right' });
  await Promise.all([left, netsync.send({ event: 'shared', actor: 'right', selector: 'actor=left' })]);
}
