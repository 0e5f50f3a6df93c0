import { allKeys, fail, isRecord, scalars } from './reference-checks.js';
import { type Json, type JsonRecord, canonical } from './reference-values.js';

export interface MemberType {
  readonly base: string;
  readonly isArray: boolean;
  readonly isIndexed: boolean;
}

export type ClassMembers = Map<string, MemberType>;

export interface ModelClass {
  readonly members: ClassMembers;
  /** How long objects live, in milliseconds. */
  readonly ttl: number | undefined;
}

/** Values are scalars, arrays of scalars, OIDs or arrays of OIDs. */
export interface ModelObject {
  readonly className: string;
  readonly values: Map<string, unknown>;
  /** When it expires, in milliseconds of the model's time. */
  readonly expiresAt: number;
}

export interface State {
  readonly classes: Map<string, ModelClass>;
  readonly objects: Map<string, ModelObject>;
}

/** All classes and objects, and the time. */
export class ReferenceWorld {
  state: State = { classes: new Map(), objects: new Map() };
  #made = 0;
  #now = 0;

  /** Lets time go by, and objects expire. */
  advance(ms: number): void {
    this.#now += ms;
    const { objects } = this.state;
    this.takeOut(new Set([...objects].flatMap(([oid, { expiresAt }]) => (expiresAt <= this.#now ? [oid] : []))));
  }

  /** The OIDs of all objects of a class. */
  oidsOf(className: string): string[] {
    return [...this.state.objects].filter(([, object]) => object.className === className).map(([oid]) => oid);
  }

  members(className: string): ClassMembers {
    return (this.state.classes.get(className) ?? fail(1000)).members;
  }

  member(className: string, member: string): MemberType {
    const type = this.members(className).get(member);
    if (type) return type;
    return fail(member.startsWith('_') ? (allKeys.includes(member) ? 1200 : 1201) : 1801);
  }

  object(oid: string): ModelObject {
    const object = this.state.objects.get(oid);
    if (!object) throw new Error(`the model lost ${oid}`);
    return object;
  }

  unwrap(className: string, object: JsonRecord): JsonRecord {
    const inner = object[className];
    return Object.keys(object).length === 1 && isRecord(inner ?? null) ? (inner as JsonRecord) : object;
  }

  insert(className: string, object: JsonRecord): string {
    const oid = `00000000-0000-4000-8000-${String(++this.#made).padStart(12, '0')}`;
    const values = new Map<string, unknown>();
    const expiresAt = this.#now + (this.state.classes.get(className)?.ttl ?? Infinity);
    this.state.objects.set(oid, { className, values, expiresAt });
    for (const [member, value] of Object.entries(object))
      values.set(member, this.toStored(this.member(className, member), value));
    return oid;
  }

  toStored(type: MemberType, value: Json): unknown {
    const one = (item: Json): unknown => {
      if (scalars.includes(type.base)) return canonical(type.base, item);
      const object = this.unwrap(type.base, item as JsonRecord);
      return object['_oid'] ?? this.insert(type.base, object);
    };
    return type.isArray ? (value as readonly Json[]).map(one) : one(value);
  }

  /** Takes objects out, with all links to them. */
  takeOut(doomed: ReadonlySet<string>): void {
    for (const oid of doomed) this.state.objects.delete(oid);
    for (const { values } of this.state.objects.values()) {
      for (const [member, value] of values) {
        if (typeof value === 'string' && doomed.has(value)) values.delete(member);
        if (Array.isArray(value))
          values.set(
            member,
            value.filter((item) => !doomed.has(item as string)),
          );
      }
    }
  }
}
