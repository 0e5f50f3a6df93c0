import type { GetPlan } from '../fql/plan.js';
import type { Store } from '../store/store.js';
import type { ResponseBytes } from './response-bytes.js';
import { writeObject } from './write-object.js';

/** GET: the objects asked for, in the order asked for, those that do not exist left out. */
export function getObjects(text: ResponseBytes, store: Store, { definition, oids }: GetPlan): void {
  const table = store.table(definition);
  text.add(`{"_class":"${definition.name}","_objects":[`);
  let separator = '';
  for (const oid of oids) {
    const row = table.rowOf(oid);
    if (row === undefined) continue;
    text.add(separator);
    writeObject(text, store, table, row);
    separator = ',';
  }
  text.add(']}');
}
