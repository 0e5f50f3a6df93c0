import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { claimRank } from './claim-rank.js';

const provider = fc.record({
  load: fc.constantFrom(0, 0.25, 0.5, 1),
  provider: fc.constantFrom('a', 'b'),
  instance: fc.stringMatching(/^[0-9a-f]{8}$/),
});

test('every provider finds its own rank, the least busy the first', () => {
  fc.assert(
    fc.property(fc.uniqueArray(provider, { selector: ({ instance }) => instance, maxLength: 8 }), (providers) => {
      const ranks = providers.map((own) =>
        claimRank(
          own,
          providers.filter((other) => other !== own),
        ),
      );
      expect([...ranks].sort((a, b) => a - b)).toEqual(providers.map((_, i) => i));
      const byRank = [...providers].sort((a, b) => ranks[providers.indexOf(a)]! - ranks[providers.indexOf(b)]!);
      const loads = byRank.map(({ load }) => load);
      expect(loads).toEqual([...loads].sort((a, b) => a - b));
    }),
    propertyRuns(300),
  );
});
