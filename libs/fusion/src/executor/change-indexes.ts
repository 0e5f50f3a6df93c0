import { FusionError } from '../errors.js';
import type { IndexPlan } from '../fql/plan.js';
import { objectsPerClassMax } from '../limits.js';
import type { ScalarMember } from '../schema/class-definition.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import { tooManyKeys } from './additions.js';
import type { ResponseBytes } from './response-bytes.js';

/** CREATE_INDEX and DROP_INDEX: all the indexes named, or none. Answers with the classes. */
export function changeIndexes(text: ResponseBytes, store: Store, { name, classes }: IndexPlan): void {
  const isMade = name === 'CREATE_INDEX';
  for (const { definition, members } of classes) checkIndexes(store.table(definition), members, isMade);
  text.add(`{${classes.map(({ definition }) => `"${definition.name}":{}`).join(',')}}`);
  if (isMade) createIndexes(store, classes);
  else
    for (const { definition, members } of classes)
      for (const member of members) store.table(definition).dropIndex(member);
}

/** Takes back those that are made when there is no memory for the next. */
function createIndexes(store: Store, classes: IndexPlan['classes']): void {
  const made: (() => void)[] = [];
  try {
    for (const { definition, members } of classes) {
      const table = store.table(definition);
      for (const member of members) {
        table.createIndex(member);
        made.push(() => table.dropIndex(member));
      }
    }
  } catch (error) {
    for (const drop of made) drop();
    throw error;
  }
}

function checkIndexes(table: Table, members: readonly ScalarMember[], isMade: boolean): void {
  const named = new Set<ScalarMember>();
  for (const member of members) {
    // The second time a member is named, its index is there, or gone, already.
    const isIndexed = named.has(member) ? isMade : table.indexOf(member) !== undefined;
    if (isIndexed === isMade) throw new FusionError(isMade ? 1802 : 1803, `${member.name} of ${table.definition.name}`);
    if (isMade && member.isArray) checkKeys(table, member);
    named.add(member);
  }
}

/** An index of lists may have more keys than there are objects. Throws {@link FusionError} 1503. */
function checkKeys(table: Table, member: ScalarMember): void {
  let valueCount = 0;
  for (const row of table.rows()) valueCount += (table.get(row, member) as readonly unknown[] | undefined)?.length ?? 0;
  if (valueCount > objectsPerClassMax) throw tooManyKeys(member);
}
