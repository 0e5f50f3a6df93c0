import { FusionError } from '../errors.js';
import { linkedObjects, type MemberValue, type NewObject } from '../fql/plan.js';
import { objectsPerClassMax } from '../limits.js';
import type { ClassDefinition, Member } from '../schema/class-definition.js';
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
      if (Array.isArray(value)) this.#values.set(member, (this.#values.get(member) ?? 0) + value.length * times);
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
        const index = member.kind === 'scalar' ? table.indexOf(member) : undefined;
        if (index && index.keyCount + (this.#values.get(member) ?? 0) > objectsPerClassMax) throw tooManyKeys(member);
      }
    }
  }
}

/** The error for an index that would have more values than it can. */
export function tooManyKeys({ name }: Member): FusionError {
  return new FusionError(1503, `the index of ${name} is limited to ${objectsPerClassMax} keys`);
}
