import { orSkipped, type BenchEntry, type Contender } from '../entry.js';
import { peopleStores, type People, type PeopleStore } from '../people-stores.js';

const objectCount = 1_000_000;

/** What is asked of every store; the number of objects found is checked. */
type Question = (people: People, index: number) => number | Promise<number>;

/** A million objects in one process, asked directly: no server, no socket. Fusion from query bytes to response bytes. */
function storeEntry(
  what: string,
  question: string,
  found: number,
  ask: Question,
  ahead: Readonly<Record<string, number>>,
): BenchEntry {
  return {
    name: `fusion/store-${what}`,
    question: `${question}, among ${objectCount} in one process?`,
    unit: 'queries',
    aims: Object.entries(ahead).map(([against, ratio]) => ({ figure: 'rate', of: 'Fusion', against, ratio }) as const),
    async prepare() {
      const contenders = [];
      for (const store of peopleStores)
        contenders.push(
          await orSkipped(store.name, store.role, async () => {
            const people = await fillOnce(store);
            return { versions: people.versions, run: runOn(people, found, ask) };
          }),
        );
      return contenders;
    },
  };
}

/** Filled stores, for filling one takes longer than asking it. */
const filled = new Map<PeopleStore, Promise<People>>();

function fillOnce(store: PeopleStore): Promise<People> {
  let people = filled.get(store);
  if (!people) filled.set(store, (people = store.fill(objectCount)));
  return people;
}

function runOn(people: People, found: number, ask: Question): Contender['run'] {
  let index = 0;
  return async (seconds) => {
    const cpu = process.cpuUsage();
    const began = performance.now();
    let operations = 0;
    let elapsed: number;
    do {
      // A name that has not been asked for lately, so that it is not in the processor's cache.
      const count = ask(people, (index++ * 7919) % objectCount);
      if ((typeof count === 'number' ? count : await count) !== found) throw new Error('the wrong number was found');
      operations++;
      elapsed = (performance.now() - began) / 1000;
    } while (elapsed < seconds);
    const { user, system } = process.cpuUsage(cpu);
    return { operations, seconds: elapsed, cpuSeconds: (user + system) / 1e6, figures: people.figures };
  };
}

/** How many times as fast as others a search without an index is to be. */
const scansAhead = { DuckDB: 5, 'better-sqlite3': 50, LokiJS: 15 };

/** Every thousandth object, counted, found by a member that has no index, and one found by a member that has. */
export const fusionStore: readonly BenchEntry[] = [
  storeEntry(
    'count',
    'how long does counting by an unindexed text take',
    objectCount / 1000,
    (people) => people.countCity('city7'),
    scansAhead,
  ),
  storeEntry(
    'find',
    'how long does finding 0.1 % by an unindexed text take',
    objectCount / 1000,
    (people) => people.findCity('city7'),
    scansAhead,
  ),
  storeEntry(
    'get',
    'how long does finding one by an indexed text take',
    1,
    (people, index) => people.findName(`name${index}`),
    { 'better-sqlite3': 1 },
  ),
];
