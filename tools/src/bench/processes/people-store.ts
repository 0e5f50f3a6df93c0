import { peopleStores, type People } from '../people-stores.js';
import { hostProcess, type MeasureRound } from '../process-host.js';

export interface PeopleStoreOptions {
  readonly store: string;
  readonly question: keyof typeof questions;
  readonly count: number;
}

/** What is asked of a store with so many objects, and how many of them are found: every thousandth, or one by its name. */
const questions = {
  count: { ask: (people: People) => people.countCity('city7'), part: 1000 },
  find: { ask: (people: People) => people.findCity('city7'), part: 1000 },
  get: { ask: (people: People, index: number) => people.findName(`name${index}`), part: undefined },
} as const;

/** One store, filled and asked in a process of its own, so that nobody else's objects are in the way. */
async function prepare({ store: name, question, count }: PeopleStoreOptions): Promise<MeasureRound> {
  const store = peopleStores.find((one) => one.name === name);
  if (!store) throw new Error(`no store ${name}`);
  const people = await store.fill(count);
  const { ask, part } = questions[question];
  const expected = part === undefined ? 1 : count / part;
  let index = 0;
  return async (seconds) => {
    const cpu = process.cpuUsage();
    const began = performance.now();
    let operations = 0;
    let elapsed: number;
    do {
      // A name that has not been asked for lately, so that it is not in the processor's cache.
      const found = ask(people, (index++ * 7919) % count);
      if ((typeof found === 'number' ? found : await found) !== expected) throw new Error('the wrong number was found');
      operations++;
      elapsed = (performance.now() - began) / 1000;
    } while (elapsed < seconds);
    const { user, system } = process.cpuUsage(cpu);
    return { operations, seconds: elapsed, cpuSeconds: (user + system) / 1e6, figures: people.figures };
  };
}

hostProcess(prepare);
