import type { Oid } from '../oid.js';
import type { ClassDefinition, LinkMember, Member, ScalarMember } from '../schema/class-definition.js';
import type { NumberType, Scalar } from '../schema/scalar.js';
import type { ValueTest } from '../schema/value-test.js';
import type { BareQuery } from './query.js';

/** One condition on a value. */
export type Test = ValueTest;

/** Holds when the value, or one element of a list, passes every test. */
export interface ScalarTerm {
  readonly kind: 'scalar';
  readonly member: ScalarMember;
  readonly tests: readonly Test[];
}

/** Holds when the linked object, or one of a list, satisfies every term. */
export interface LinkTerm {
  readonly kind: 'link';
  readonly member: LinkMember;
  readonly terms: readonly Term[];
}

export type Term = ScalarTerm | LinkTerm;

/** An object that is to be made; `values` by the members' positions. */
export interface NewObject {
  readonly kind: 'new';
  readonly definition: ClassDefinition;
  readonly values: readonly (MemberValue | undefined)[];
}

/** An object that exists already and is to be linked. */
export interface ExistingObject {
  readonly kind: 'existing';
  readonly definition: ClassDefinition;
  readonly oid: Oid;
}

export type LinkedObject = NewObject | ExistingObject;

/** What a member is set to; which of the four forms it is follows from the member. */
export type MemberValue = Scalar | readonly Scalar[] | LinkedObject | readonly LinkedObject[];

/** The objects in the value of a member that links: one, or a list. */
export function linkedObjects(value: MemberValue): readonly LinkedObject[] {
  return (Array.isArray(value) ? value : [value]) as readonly LinkedObject[];
}

/** What UPDATE does to one member: set it, add to its number, or change the objects it links to. */
export type Change =
  | { readonly kind: 'set'; readonly member: Member; readonly value: MemberValue }
  | {
      readonly kind: 'add';
      readonly member: ScalarMember;
      /** The type of the member. */
      readonly type: NumberType;
      readonly amount: number | bigint;
    }
  | { readonly kind: 'inside'; readonly member: LinkMember; readonly changes: readonly Change[] };

export interface CreateClassesPlan {
  readonly name: 'CREATE_CLASSES';
  readonly definitions: readonly ClassDefinition[];
}

export interface IndexPlan {
  readonly name: 'CREATE_INDEX' | 'DROP_INDEX';
  /** The members whose index is meant, each class once. */
  readonly classes: readonly { readonly definition: ClassDefinition; readonly members: readonly ScalarMember[] }[];
}

export interface StorePlan {
  readonly name: 'STORE';
  readonly definition: ClassDefinition;
  /** Whether the class has to be created first. */
  readonly isNewClass: boolean;
  readonly objects: readonly NewObject[];
}

export interface GetPlan {
  readonly name: 'GET';
  readonly definition: ClassDefinition;
  readonly oids: readonly Oid[];
}

export interface BoundSortKey {
  readonly member: ScalarMember;
  readonly isDescending: boolean;
}

export interface FindPlan {
  readonly name: 'FIND';
  readonly definition: ClassDefinition;
  readonly terms: readonly Term[];
  readonly limit: number;
  readonly offset: number;
  readonly sort: readonly BoundSortKey[];
  /** Members to return; `undefined` for all. */
  readonly select: ReadonlySet<Member> | undefined;
}

export interface CountPlan {
  readonly name: 'COUNT';
  /** `undefined` for every class. */
  readonly definition: ClassDefinition | undefined;
  readonly terms: readonly Term[];
}

/** Which objects of the class a write is about: those listed and those that fit, or all. */
export interface BoundTargets {
  readonly oids: readonly Oid[] | undefined;
  readonly where: readonly Term[];
}

export interface UpdatePlan {
  readonly name: 'UPDATE';
  readonly definition: ClassDefinition;
  readonly targets: BoundTargets;
  /** Which of the targets are changed; `undefined` for all. */
  readonly condition: readonly Term[] | undefined;
  readonly changes: readonly Change[];
}

export interface DeletePlan {
  readonly name: 'DELETE';
  readonly definition: ClassDefinition;
  readonly targets: BoundTargets;
  readonly isDeep: boolean;
}

export interface OidsPlan {
  readonly name: 'OIDS';
  readonly definition: ClassDefinition;
}

/** A query whose names and values have been compared with the classes that exist: what an executor carries out. */
export type Plan =
  | CreateClassesPlan
  | IndexPlan
  | StorePlan
  | GetPlan
  | FindPlan
  | CountPlan
  | UpdatePlan
  | DeletePlan
  | OidsPlan
  | BareQuery;
