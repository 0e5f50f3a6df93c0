import { assert } from '@syncytium/kit';
import { linkedObjects, type LinkedObject, type MemberValue, type NewObject } from '../fql/plan.js';
import type { Oid } from '../oid.js';
import type { Member } from '../schema/class-definition.js';
import type { Row, StoredValue } from '../store/columns/column.js';
import type { Store } from '../store/store.js';

/** What objects have from their beginning. */
export interface Origin {
  /** Gives the OID of the next. */
  readonly nextOid: () => Oid;
  /** From when on they live, where they expire. */
  readonly now: number;
}

/** Makes an object as a part of a change, then all new objects in it in the order of the members; gives its row. */
export function insertObject(store: Store, object: NewObject, origin: Origin): Row {
  const table = store.table(object.definition);
  const row = table.insert(origin.nextOid(), origin.now);
  object.values.forEach((value, position) => {
    const member = object.definition.members[position];
    if (value !== undefined && member) table.fill(row, member, toStored(store, member, value, origin));
  });
  return row;
}

/** A value as the store keeps it, after the new objects in it are made. */
export function toStored(store: Store, member: Member, value: MemberValue, origin: Origin): StoredValue {
  if (member.kind === 'scalar') return value as StoredValue;
  const rows = linkedObjects(value).map((linked) => linkedRow(store, linked, origin));
  return member.isArray ? rows : (rows[0] as Row);
}

function linkedRow(store: Store, linked: LinkedObject, origin: Origin): Row {
  if (linked.kind === 'new') return insertObject(store, linked, origin);
  const row = store.table(linked.definition).rowOf(linked.oid);
  assert(row !== undefined, `${linked.oid} of ${linked.definition.name} is gone`);
  return row;
}
