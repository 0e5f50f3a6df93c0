import type { OidsPlan } from '../fql/plan.js';
import type { Store } from '../store/store.js';
import type { ResponseBytes } from './response-bytes.js';

/** OIDS: the OIDs of all objects of a class. */
export function listOids(text: ResponseBytes, store: Store, { definition }: OidsPlan): void {
  const table = store.table(definition);
  text.add(`{"_class":"${definition.name}","_oids":[`);
  let separator = '';
  for (const row of table.rows()) {
    text.add(separator);
    table.writeOid(row, text);
    separator = ',';
  }
  text.add(']}');
}
