import { FusionError } from '../errors.js';
import { linkedObjects, type MemberValue, type NewObject } from '../fql/plan.js';
import type { Store } from '../store/store.js';

/** Throws {@link FusionError} 1701 when an object that a new one links to does not exist. */
export function requireLinks(store: Store, object: NewObject): void {
  object.values.forEach((value, position) => {
    const member = object.definition.members[position];
    if (value !== undefined && member?.kind === 'link') requireLinkedObjects(store, value);
  });
}

/** The same for the value of a member that links. */
export function requireLinkedObjects(store: Store, value: MemberValue): void {
  for (const linked of linkedObjects(value)) {
    if (linked.kind === 'new') requireLinks(store, linked);
    else if (store.table(linked.definition).rowOf(linked.oid) === undefined)
      throw new FusionError(1701, `${linked.oid} of ${linked.definition.name}`);
  }
}
