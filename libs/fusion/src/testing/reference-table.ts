import type { LinkMember, Member, ScalarMember } from '../schema/class-definition.js';
import { compareScalars, type Scalar } from '../schema/scalar.js';
import type { ValueTest } from '../schema/value-test.js';
import type { StoredValue } from '../store/columns/column.js';

/** What a table holds, as plain as can be: values by OID and member. Links are OIDs. */
export class ReferenceTable {
  readonly objects = new Map<string, Map<Member, Scalar | readonly Scalar[]>>();

  get(oid: string, member: Member): Scalar | readonly Scalar[] | undefined {
    return this.objects.get(oid)?.get(member);
  }

  set(oid: string, member: Member, value: Scalar | readonly Scalar[] | undefined): void {
    if (value === undefined) this.objects.get(oid)?.delete(member);
    else this.objects.get(oid)?.set(member, value);
  }

  /** The OIDs of the objects in which a value passes all tests. */
  find(member: ScalarMember, tests: readonly ValueTest[]): string[] {
    return this.#where(member, (value) => tests.every((test) => passes(value, test)));
  }

  referrersOf(target: string, member: LinkMember): string[] {
    return this.#where(member, (value) => value === target);
  }

  /** How many different values there are. */
  keyCount(member: ScalarMember): number {
    return new Set([...this.objects.keys()].flatMap((oid) => each(this.get(oid, member)))).size;
  }

  /** Takes an object of another class out of all links. */
  unlink(target: string, members: readonly LinkMember[]): void {
    for (const oid of this.objects.keys())
      for (const member of members) {
        const value = this.get(oid, member);
        if (value === target) this.set(oid, member, undefined);
        else if (member.isArray && value !== undefined)
          this.set(
            oid,
            member,
            each(value).filter((other) => other !== target),
          );
      }
  }

  #where(member: Member, holds: (value: Scalar) => boolean): string[] {
    return [...this.objects.keys()].filter((oid) => each(this.get(oid, member)).some(holds)).sort();
  }
}

function each(value: StoredValue | undefined): readonly Scalar[] {
  return value === undefined ? [] : [value].flat();
}

function passes(value: Scalar, test: ValueTest): boolean {
  if (test.operator === 'in') return test.values.has(value);
  if (test.operator === 'prefix') return String(value).startsWith(test.value);
  const order = compareScalars(value, test.value);
  const holds = {
    '==': order === 0,
    '!=': order !== 0,
    '<': order < 0,
    '<=': order <= 0,
    '>': order > 0,
    '>=': order >= 0,
  };
  return holds[test.operator];
}
