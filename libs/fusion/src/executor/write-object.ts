import type { LinkMember, Member } from '../schema/class-definition.js';
import type { Row } from '../store/columns/column.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import type { ResponseBytes } from './response-bytes.js';

/**
 * Writes an object with everything it links to: members in the order of the definition, absent ones left out, linked
 * objects wrapped in the names of their classes, the OID last. `select` limits the members of the object itself.
 */
export function writeObject(
  text: ResponseBytes,
  store: Store,
  table: Table,
  row: Row,
  select?: ReadonlySet<Member>,
): void {
  text.add('{');
  for (const member of table.definition.members) {
    if (select && !select.has(member)) continue;
    if (!table.has(row, member)) continue;
    text.addBytes(table.keyOf(member));
    if (member.kind === 'scalar') table.writeValue(row, member, text);
    else writeLinks(text, store, table, row, member);
    text.add(',');
  }
  text.add('"_oid":');
  table.writeOid(row, text);
  text.add('}');
}

function writeLinks(text: ResponseBytes, store: Store, table: Table, row: Row, member: LinkMember): void {
  const target = store.table(member.target);
  if (member.isArray) text.add('[');
  const count = table.targetCount(row, member);
  for (let i = 0; i < count; i++) {
    if (i > 0) text.add(',');
    text.addBytes(target.opening);
    writeObject(text, store, target, table.targetAt(row, member, i));
    text.add('}');
  }
  if (member.isArray) text.add(']');
}
