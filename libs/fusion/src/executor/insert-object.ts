import { assert } from '@syncytium/kit';
import { linkedObjects, type LinkedObject, type MemberValue, type NewObject } from '../fql/plan.js';
import type { Oid } from '../oid.js';
import type { ClassDefinition, Member } from '../schema/class-definition.js';
import type { Row, StoredValue } from '../store/columns/column.js';
import type { Store } from '../store/store.js';

/** Gives the OID of a new object of a class. */
export type NextOid = (definition: ClassDefinition) => Oid;

/** Makes an object as a part of a change, then all new objects in it in the order of the members; gives its row. */
export function insertObject(store: Store, object: NewObject, nextOid: NextOid): Row {
  const table = store.table(object.definition);
  const row = table.insert(nextOid(object.definition));
  object.values.forEach((value, position) => {
    const member = object.definition.members[position];
    if (value !== undefined && member) table.fill(row, member, toStored(store, member, value, nextOid));
  });
  return row;
}

/** A value as the store keeps it, after the new objects in it are made. */
export function toStored(store: Store, member: Member, value: MemberValue, nextOid: NextOid): StoredValue {
  if (member.kind === 'scalar') return value as StoredValue;
  const rows = linkedObjects(value).map((linked) => linkedRow(store, linked, nextOid));
  return member.isArray ? rows : (rows[0] as Row);
}

function linkedRow(store: Store, linked: LinkedObject, nextOid: NextOid): Row {
  if (linked.kind === 'new') return insertObject(store, linked, nextOid);
  const row = store.table(linked.definition).rowOf(linked.oid);
  assert(row !== undefined, `${linked.oid} of ${linked.definition.name} is gone`);
  return row;
}
