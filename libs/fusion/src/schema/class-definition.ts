import type { ScalarType } from './scalar.js';

interface MemberBase {
  readonly name: string;
  /** Place among the class's members, from 0. */
  readonly position: number;
  /** Whether it holds a list of values or objects rather than one. */
  readonly isArray: boolean;
}

/** A member that holds values. */
export interface ScalarMember extends MemberBase {
  readonly kind: 'scalar';
  readonly type: ScalarType;
  /** Whether the class begins with an index of equal values; which indexes there are later, its table tells. */
  readonly isIndexed: boolean;
}

/** A member that links to objects of another class. */
export interface LinkMember extends MemberBase {
  readonly kind: 'link';
  readonly target: ClassDefinition;
}

export type Member = ScalarMember | LinkMember;

/** A class: its name and members, in the order of their definition. Never changes once made. */
export class ClassDefinition {
  readonly name: string;
  readonly members: readonly Member[];
  /** How long its objects live after they are stored, in milliseconds; `undefined` for ever. */
  readonly ttlMs: number | undefined;
  /** How many classes follow each other along the longest chain of links from here, this one included. */
  readonly relationDepth: number;
  readonly #byName: ReadonlyMap<string, Member>;

  constructor(name: string, members: readonly Member[], ttlMs?: number) {
    this.name = name;
    this.members = members;
    this.ttlMs = ttlMs;
    this.relationDepth = 1 + members.reduce((depth, member) => Math.max(depth, relationDepthOf(member)), 0);
    this.#byName = new Map(members.map((member) => [member.name, member]));
  }

  member(name: string): Member | undefined {
    return this.#byName.get(name);
  }
}

/** The type as definitions write it: `string`, `int[]`, `Address`, `Address[]`. */
export function formatType(member: Member): string {
  return `${member.kind === 'link' ? member.target.name : member.type}${member.isArray ? '[]' : ''}`;
}

function relationDepthOf(member: Member): number {
  return member.kind === 'link' ? member.target.relationDepth : 0;
}
