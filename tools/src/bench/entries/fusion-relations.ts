import { orSkipped, type BenchEntry, type Sample } from '../entry.js';
import { Latencies } from '../latencies.js';
import { asked, relationStores } from '../relation-stores.js';

const unindexed = ['Fusion', 'Fusion, other order'];
const indexed = ['Fusion, indexed', 'Fusion, indexed, other order'];

/** Customers by their address and by the items of their orders, among a million objects in one process. */
export const fusionRelations: BenchEntry = {
  name: 'fusion/relations',
  question: 'how long does finding customers by the city they live in and a thing they have ordered take?',
  unit: 'queries',
  aims: [
    ...unindexed.map((of) => ({ figure: 'p50', of, usMax: 5000 }) as const),
    ...indexed.map((of) => ({ figure: 'p50', of, usMax: 100 }) as const),
  ],
  async prepare() {
    const contenders = [];
    for (const { name, role, fill } of relationStores)
      contenders.push(
        await orSkipped(name, role, async () => {
          const { versions, find } = await fill();
          return { versions, run: (seconds) => askOver(find, seconds) };
        }),
      );
    return contenders;
  },
};

async function askOver(find: () => number | Promise<number>, seconds: number): Promise<Sample> {
  const latencies = new Latencies();
  const cpu = process.cpuUsage();
  const began = performance.now();
  let operations = 0;
  let now = began;
  do {
    const found = find();
    if ((typeof found === 'number' ? found : await found) !== asked.found)
      throw new Error('the wrong number was found');
    const before = now;
    now = performance.now();
    latencies.record(now - before);
    operations++;
  } while (now - began < seconds * 1000);
  const { user, system } = process.cpuUsage(cpu);
  return {
    operations,
    seconds: (now - began) / 1000,
    cpuSeconds: (user + system) / 1e6,
    latencyUs: latencies.percentiles(),
  };
}
