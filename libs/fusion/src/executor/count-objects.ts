import type { CountPlan } from '../fql/plan.js';
import type { Store } from '../store/store.js';
import type { ResponseBytes } from './response-bytes.js';
import type { Search } from './search.js';

/** COUNT: how many objects satisfy the terms; without a class, how many there are of each. */
export function countObjects(text: ResponseBytes, store: Store, plan: CountPlan, search: Search): void {
  if (!plan.definition) {
    const counts = Array.from(store.tables(), ({ definition, size }) => `"${definition.name}":{"_cnt":${size}}`);
    text.add(`{${counts.join(',')}}`);
    return;
  }
  const table = store.table(plan.definition);
  const count = plan.terms.length === 0 ? search.countAll(table) : search.count(table, plan.terms);
  text.add(`{"${plan.definition.name}":{"_cnt":${count}}}`);
}
