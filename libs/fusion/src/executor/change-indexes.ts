import { FusionError } from '../errors.js';
import type { IndexPlan } from '../fql/plan.js';
import { objectsPerClassMax } from '../limits.js';
import type { ScalarMember } from '../schema/class-definition.js';
import type { Steps } from '../store/in-steps.js';
import type { Store } from '../store/store.js';
import type { BuiltIndex } from '../store/table-indexes.js';
import type { Table } from '../store/table.js';
import { tooManyKeys } from './additions.js';
import type { ResponseBytes } from './response-bytes.js';

/**
 * CREATE_INDEX and DROP_INDEX: all the indexes named, or none. Answers with the classes. In steps, between which others may
 * read; in the last of them all indexes come or go.
 */
export function* changeIndexes(text: ResponseBytes, store: Store, { name, classes }: IndexPlan): Steps<void> {
  const isMade = name === 'CREATE_INDEX';
  for (const { definition, members } of classes) yield* checkIndexes(store.table(definition), members, isMade);
  text.add(`{${classes.map(({ definition }) => `"${definition.name}":{}`).join(',')}}`);
  if (isMade) yield* createIndexes(store, classes);
  else
    for (const { definition, members } of classes)
      for (const member of members) store.table(definition).dropIndex(member);
}

/** Takes back those that are made when there is no memory for the next. */
function* createIndexes(store: Store, classes: IndexPlan['classes']): Steps<void> {
  const built: BuiltIndex[] = [];
  try {
    for (const { definition, members } of classes)
      for (const member of members) built.push(yield* store.table(definition).buildIndex(member));
  } catch (error) {
    for (const { discard } of built) discard();
    throw error;
  }
  for (const { show } of built) show();
}

function* checkIndexes(table: Table, members: readonly ScalarMember[], isMade: boolean): Steps<void> {
  const named = new Set<ScalarMember>();
  for (const member of members) {
    // The second time a member is named, its index is there, or gone, already.
    const isIndexed = named.has(member) ? isMade : table.indexOf(member) !== undefined;
    if (isIndexed === isMade) throw new FusionError(isMade ? 1802 : 1803, `${member.name} of ${table.definition.name}`);
    // An index of lists may have more keys than there are objects.
    if (isMade && member.isArray && (yield* table.countValues(member)) > objectsPerClassMax) throw tooManyKeys(member);
    named.add(member);
  }
}
