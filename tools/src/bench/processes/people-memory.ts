import { peopleStores, type People } from '../people-stores.js';
import { hostProcess, type MeasureRound } from '../process-host.js';

export interface PeopleMemoryOptions {
  readonly store: string;
  readonly count: number;
}

/** Kept: what the process takes is seen from outside. */
const kept: People[] = [];

/** A store that is filled when it is measured. */
function prepare({ store: name, count }: PeopleMemoryOptions): Promise<MeasureRound> {
  const store = peopleStores.find((one) => one.name === name);
  if (!store) throw new Error(`no store ${name}`);
  return Promise.resolve(async () => {
    const began = performance.now();
    kept.push(await store.fill(count));
    return { operations: count, seconds: (performance.now() - began) / 1000 };
  });
}

hostProcess(prepare);
