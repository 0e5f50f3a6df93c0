import { formatDefinition } from '../schema/definitions-json.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import type { ResponseBytes } from './response-bytes.js';

/** CLASSES: every class with the expanded definitions of its members. */
export function describeClasses(text: ResponseBytes, store: Store): void {
  text.add(`[${Array.from(store.tables(), describeClass).join(',')}]`);
}

/** INDEXES: every class that has indexes, with the number of different values in each. */
export function describeIndexes(text: ResponseBytes, store: Store): void {
  const indexed = Array.from(store.tables(), describeIndexesOf).filter((description) => description !== undefined);
  text.add(`[${indexed.join(',')}]`);
}

function describeClass(table: Table): string {
  return `{${formatDefinition(table.definition, (member) => table.indexOf(member) !== undefined)}}`;
}

function describeIndexesOf(table: Table): string | undefined {
  const indexes: string[] = [];
  for (const member of table.definition.members) {
    const keyCount = member.kind === 'scalar' ? table.keyCountOf(member) : undefined;
    if (keyCount !== undefined) indexes.push(`"${member.name}":{"_keys":${keyCount}}`);
  }
  return indexes.length > 0 ? `{"${table.definition.name}":{${indexes.join(',')}}}` : undefined;
}
