import { parseSelector } from '@syncytium/selector-parser';
import { busyLoop } from '../busy-loop.js';
import type { BenchEntry } from '../entry.js';

const text = 'actor!=CUST,tier in (a,b)';
const labels = { actor: 'VM', tier: 'b' };

/** The limit is the same question in JavaScript, written by hand for this one selector. */
export const selector: BenchEntry = {
  name: 'selector-parser/parse-and-match',
  question: `how fast is ${text} parsed and matched?`,
  unit: 'operations',
  prepare: () => {
    const parsed = parseSelector(text);
    let holds = 0;
    return Promise.resolve([
      {
        name: 'parse',
        role: 'ours',
        run: (s) => Promise.resolve(busyLoop(s, 1000, () => (holds += parseSelector(text).requirements.length))),
      },
      {
        name: 'match',
        role: 'ours',
        run: (s) => Promise.resolve(busyLoop(s, 1000, () => (holds += Number(parsed.matches(labels))))),
      },
      {
        name: 'written by hand',
        role: 'limit',
        run: (s) =>
          Promise.resolve(
            busyLoop(s, 1000, () => (holds += Number(labels.actor !== 'CUST' && ['a', 'b'].includes(labels.tier)))),
          ),
      },
    ]);
  },
};
