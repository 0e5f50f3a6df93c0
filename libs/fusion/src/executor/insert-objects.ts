import { assert } from '@syncytium/kit';
import { FusionError } from '../errors.js';
import type { LinkedObject, MemberValue, NewObject } from '../fql/plan.js';
import { objectsPerClassMax } from '../limits.js';
import type { Oid } from '../oid.js';
import type { ClassDefinition, Member } from '../schema/class-definition.js';
import type { Row, StoredValue } from '../store/column.js';
import type { Store } from '../store/store.js';

/** What a write is about to add, counted before anything changes. */
export class Additions {
  readonly #objects = new Map<ClassDefinition, number>();
  #objectCount = 0;
  readonly #values = new Map<Member, number>();

  /** How many new objects there are of all classes. */
  get objectCount(): number {
    return this.#objectCount;
  }

  /** Counts a new object, `times` over, with all new objects in it. */
  addObject(object: NewObject, times = 1): void {
    this.#objectCount += times;
    this.#objects.set(object.definition, (this.#objects.get(object.definition) ?? 0) + times);
    object.values.forEach((value, position) => {
      const member = object.definition.members[position];
      if (value !== undefined && member) this.addValue(member, value, times);
    });
  }

  /** Counts a value that a member is set to in `times` objects. */
  addValue(member: Member, value: MemberValue, times = 1): void {
    if (member.kind === 'scalar') {
      if (member.isIndexed && isList(value))
        this.#values.set(member, (this.#values.get(member) ?? 0) + value.length * times);
      return;
    }
    for (const linked of linkedObjects(value)) if (linked.kind === 'new') this.addObject(linked, times);
  }

  /** Throws {@link FusionError} 1503 when a class or an index would become too large. */
  check(store: Store, newClass?: ClassDefinition): void {
    for (const [definition, count] of this.#objects) {
      const size = definition === newClass ? 0 : store.table(definition).size;
      if (size + count > objectsPerClassMax)
        throw new FusionError(1503, `${definition.name} is limited to ${objectsPerClassMax} objects`);
    }
    for (const table of store.tables()) {
      for (const member of table.definition.members) {
        const count = this.#values.get(member) ?? 0;
        if (member.kind === 'scalar' && (table.indexOf(member)?.keyCount ?? 0) + count > objectsPerClassMax)
          throw new FusionError(1503, `the index of ${member.name} is limited to ${objectsPerClassMax} keys`);
      }
    }
  }
}

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

/** Makes an object, then all new objects in it in the order of the members; gives its row. */
export function insertObject(store: Store, object: NewObject, nextOid: () => Oid): Row {
  const table = store.table(object.definition);
  const row = table.insert(nextOid());
  object.values.forEach((value, position) => {
    const member = object.definition.members[position];
    if (value !== undefined && member) table.set(row, member, toStored(store, member, value, nextOid));
  });
  return row;
}

/** A value as the store keeps it, after the new objects in it are made. */
export function toStored(store: Store, member: Member, value: MemberValue, nextOid: () => Oid): StoredValue {
  if (member.kind === 'scalar') return value as StoredValue;
  const rows = linkedObjects(value).map((linked) => linkedRow(store, linked, nextOid));
  return member.isArray ? rows : (rows[0] as Row);
}

function linkedRow(store: Store, linked: LinkedObject, nextOid: () => Oid): Row {
  if (linked.kind === 'new') return insertObject(store, linked, nextOid);
  const row = store.table(linked.definition).rowOf(linked.oid);
  assert(row !== undefined, `${linked.oid} of ${linked.definition.name} is gone`);
  return row;
}

/** The objects in the value of a member that links: one, or a list. */
export function linkedObjects(value: MemberValue): readonly LinkedObject[] {
  return (isList(value) ? value : [value]) as readonly LinkedObject[];
}

function isList(value: MemberValue): value is readonly never[] {
  return Array.isArray(value);
}
