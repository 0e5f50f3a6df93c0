import { systemClock, WaitTable, type Wait } from '@syncytium/kit';
import type { BenchEntry, Contender, Sample } from '../entry.js';
import { busyLoop } from '../busy-loop.js';

const subject = { who: 'VM', what: 'a coin', whom: ['CUST'] };

/** What a wait costs the hot path that opens it, beside the least one could do: read the clock and make an object. */
export const kitWaits: BenchEntry = {
  name: 'kit/waits',
  question: 'what does opening and closing a wait cost?',
  unit: 'waits',
  prepare: () => {
    const table = new WaitTable({ system: 'bench', clock: systemClock });
    const held: Wait[] = [];
    const contender = (name: string, role: Contender['role'], run: (seconds: number) => Sample): Contender => ({
      name,
      role,
      run: (seconds) => Promise.resolve(run(seconds)),
    });
    return Promise.resolve([
      contender('open and close', 'ours', (seconds) =>
        busyLoop(seconds, 1000, () => void table.open(subject).close('done')),
      ),
      contender('among 10,000 open', 'ours', (seconds) => {
        for (let i = 0; i < 10_000; i++) held.push(table.open(subject));
        let at = 0;
        const sample = busyLoop(seconds, 1000, () => {
          held[at]?.close('done');
          held[at] = table.open(subject);
          at = (at + 1) % held.length;
        });
        for (const wait of held.splice(0)) wait.close('done');
        return sample;
      }),
      contender('clock and object', 'limit', (seconds) => {
        let last: unknown;
        const sample = busyLoop(seconds, 1000, () => void (last = { subject, since: systemClock.now() }));
        if (last === undefined) throw new Error('the loop did not run');
        return sample;
      }),
    ]);
  },
};
