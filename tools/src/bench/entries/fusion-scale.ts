import { counted } from '../counted.js';
import type { BenchEntry, Contender } from '../entry.js';
import { peopleStores, type People } from '../people-stores.js';
import { busyLoop } from '../busy-loop.js';

const counts = [10_000, 100_000, 1_000_000];

/** Queries among more and more objects, in one process, from query bytes to response bytes. */
function scaleEntry(what: string, question: string, ask: (people: People, index: number) => unknown): BenchEntry {
  return {
    name: `fusion/scale-${what}`,
    question,
    unit: 'queries',
    scale: { axis: 'objects', figure: 'cpu' },
    async prepare() {
      const chosen = peopleStores.filter(({ role }) => role !== 'peer');
      const contenders: Contender[] = [];
      for (const store of chosen)
        for (const count of counts) {
          const people = await store.fill(count);
          let index = 0;
          contenders.push({
            name: `${store.name}, ${counted(count, 'object')}`,
            role: store.role,
            at: { series: store.name, x: count },
            run: (seconds) => Promise.resolve(busyLoop(seconds, 1, () => ask(people, (index++ * 7919) % count))),
          });
        }
      return contenders;
    },
  };
}

export const fusionScale: readonly BenchEntry[] = [
  scaleEntry('count', 'what does counting by an unindexed text cost?', (people) => people.countCity('city7')),
  scaleEntry('find', 'what does finding one by an indexed text cost?', (people, index) =>
    people.findName(`name${index}`),
  ),
];
