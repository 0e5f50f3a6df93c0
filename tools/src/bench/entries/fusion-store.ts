import { BenchProcess } from '../bench-process.js';
import { loadPeer, peerVersion } from '../bench-peers.js';
import { formatCount } from '../counted.js';
import { orSkipped, type BenchEntry, type Contender } from '../entry.js';
import { peopleStores, type PeopleStore } from '../people-stores.js';
import type { PeopleStoreOptions } from '../processes/people-store.js';

const objectCount = 1_000_000;

/** A million objects in the process that asks: no server, no socket. Fusion from query bytes to response bytes. */
function storeEntry(
  question: PeopleStoreOptions['question'],
  text: string,
  ahead: Readonly<Record<string, number>>,
): BenchEntry {
  return {
    name: `fusion/store-${question}`,
    question: `${text}, among ${formatCount(objectCount)} in one process?`,
    unit: 'queries',
    aims: Object.entries(ahead).map(([against, ratio]) => ({ figure: 'rate', of: 'Fusion', against, ratio }) as const),
    async prepare() {
      const contenders = [];
      for (const store of peopleStores)
        contenders.push(await orSkipped(store.name, store.role, () => startStore(store, question)));
      return contenders;
    },
  };
}

async function startStore(
  { name, packageName }: PeopleStore,
  question: PeopleStoreOptions['question'],
): Promise<Omit<Contender, 'name' | 'role'>> {
  if (packageName !== undefined) await loadPeer(packageName);
  const options: PeopleStoreOptions = { store: name, question, count: objectCount };
  const process = await BenchProcess.start('people-store', options);
  return {
    ...(packageName !== undefined && { versions: { [packageName]: peerVersion(packageName) } }),
    run: (seconds) => process.measure(seconds),
    close: () => process.stop(),
  };
}

/** How many times as fast as others a search without an index is to be. */
const scansAhead = { DuckDB: 5, 'better-sqlite3': 50, LokiJS: 15 };

export const fusionStore: readonly BenchEntry[] = [
  storeEntry('count', 'how long does counting by an unindexed text take', scansAhead),
  storeEntry('find', 'how long does finding 0.1 % by an unindexed text take', scansAhead),
  storeEntry('get', 'how long does finding one by an indexed text take', { 'better-sqlite3': 1 }),
];
