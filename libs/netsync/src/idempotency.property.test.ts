import { propertyRuns, SimulatedClock } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Netsync } from './netsync.js';

const step = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  act: fc.constantFrom('ask', 'ask', 'ask', 'lose', 'wait'),
  timeout: fc.constantFrom(undefined, 50, 500),
});

/**
 * Laws, for clients that ask again and again under the same ids, with their connections lost at any time:
 * a request is counted into one group at most; everybody who is told of its sync is told the same; nobody is told
 * twice; and nothing is left behind.
 */
it('a request that is asked again is counted once', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = new SimulatedClock();
      const groupsOf = new Map<string, number>();
      const netsync = new Netsync({
        clock,
        onTrace: (entry) => {
          if (entry.kind !== 'match') return;
          for (const { actor } of entry.requests) groupsOf.set(actor, (groupsOf.get(actor) ?? 0) + 1);
        },
      });
      const toldOf = new Map<string, Set<string>>();
      const cancels = new Map<string, () => void>();
      for (const { key, act, timeout } of steps) {
        if (act === 'wait') clock.advance(100);
        else if (act === 'lose') cancels.get(key)?.();
        else {
          let told = 0;
          const once = () => expect(++told).toBe(1);
          const cancel = netsync.submit(
            { event: 'e', actor: key, idempotency: key, timeout },
            {
              onSync(sync, request) {
                once();
                const answers = toldOf.get(key) ?? new Set();
                toldOf.set(key, answers.add(JSON.stringify([sync.id, sync.payloads, request.id, sync.at])));
              },
              onError: once,
            },
          );
          cancels.set(key, cancel);
        }
      }
      for (const count of groupsOf.values()) expect(count).toBe(1);
      for (const answers of toldOf.values()) expect(answers.size).toBe(1);
      expect(netsync.waits.openCount).toBe(netsync.pending);
      netsync.close();
      expect(netsync.waits.openCount).toBe(0);
      expect(clock.pending).toBe(0);
    }),
    propertyRuns(500),
  );
});
