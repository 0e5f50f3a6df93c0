import { fetchJson } from './fetch-json.js';
import type { Print } from './take-tour.js';

/** Two linked classes, two objects, a search through the link, and a change. */
export async function tourFusion([rest = '']: readonly string[], print: Print): Promise<void> {
  const ask = async (query: unknown): Promise<void> => {
    print(`POST /  ${JSON.stringify(query)}`);
    print(`        ${await fetchJson(rest, query)}`);
  };
  // The cache stays: these names leave Person and Address to whoever uses it next.
  await ask({
    CREATE_CLASSES: { TourAddress: { city: 'string' }, TourPerson: { name: 'string', address: 'TourAddress' } },
  });
  await ask({
    STORE: {
      _class: 'TourPerson',
      _objects: [
        { name: 'Ada', address: { city: 'London' } },
        { name: 'Emmy', address: { city: 'Erlangen' } },
      ],
    },
  });
  await ask({ FIND: { TourPerson: { address: { city: 'Erlangen' } } } });
  await ask({ UPDATE: { TourPerson: { name: 'Noether', _where: { name: 'Emmy' } } } });
  await ask({ COUNT: { TourPerson: { name: 'Noether' } } });
}
