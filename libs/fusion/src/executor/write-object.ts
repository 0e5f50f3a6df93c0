import type { LinkMember, Member } from '../schema/class-definition.js';
import { formatScalar, type Scalar } from '../schema/scalar.js';
import type { Row, StoredValue } from '../store/columns/column.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import type { ResponseText } from './response-text.js';

/**
 * Writes an object with everything it links to: members in the order of the definition, absent ones left out, linked
 * objects wrapped in the names of their classes, the OID last. `select` limits the members of the object itself.
 */
export function writeObject(
  text: ResponseText,
  store: Store,
  table: Table,
  row: Row,
  select?: ReadonlySet<Member>,
): void {
  text.add('{');
  for (const member of table.definition.members) {
    if (select && !select.has(member)) continue;
    const value = table.get(row, member);
    if (value === undefined) continue;
    text.add(`"${member.name}":`);
    if (member.kind === 'scalar') text.add(formatScalars(value));
    else writeLinks(text, store, table, row, member);
    text.add(',');
  }
  text.add(`"_oid":"${table.oidOf(row)}"}`);
}

function writeLinks(text: ResponseText, store: Store, table: Table, row: Row, member: LinkMember): void {
  const target = store.table(member.target);
  const opening = `{"${member.target.name}":`;
  if (member.isArray) text.add('[');
  table.targetsOf(row, member).forEach((linked, i) => {
    text.add(i > 0 ? `,${opening}` : opening);
    writeObject(text, store, target, linked);
    text.add('}');
  });
  if (member.isArray) text.add(']');
}

function formatScalars(value: StoredValue): string {
  if (!isList(value)) return formatScalar(value);
  return `[${value.map((item) => formatScalar(item)).join(',')}]`;
}

function isList(value: StoredValue): value is readonly Scalar[] {
  return Array.isArray(value);
}
