import type { ClassDefinition, LinkMember, Member } from '../schema/class-definition.js';
import type { StagedLink, StagedRows } from '../store/staged-rows.js';
import {
  arrayClose,
  arrayOpen,
  colon,
  comma,
  objectClose,
  objectOpen,
  quote,
  skipSpace,
  standsAt,
  unexpectedAt,
  unusual,
} from './json-bytes.js';
import { makeValueReader, type ValueReader } from './value-readers.js';

interface MemberReader {
  /** The key with its quotes. */
  readonly key: Uint8Array;
  /** `undefined` for a member whose values only the long way takes. */
  readonly value: ValueReader | undefined;
}

/**
 * Reads objects of one class from bytes into staged rows: what is written in the usual way, and right. All else it calls
 * `unusual`, and leaves to others what it is.
 */
export class ClassReader {
  readonly rows: StagedRows;
  readonly #members: readonly MemberReader[];
  /** The class with its quotes, where an object may be wrapped in it. */
  readonly #wrapping: Uint8Array | undefined;
  /** By a member's position + 1, the position of the one that came next last time; 0 is for the first. */
  readonly #followers: Uint16Array;

  constructor(rows: StagedRows, readerOf: (definition: ClassDefinition) => ClassReader) {
    const { name, members } = rows.definition;
    this.rows = rows;
    // A member of the class's own name makes that ambiguous.
    this.#wrapping = rows.definition.member(name) ? undefined : quoted(name);
    this.#followers = Uint16Array.from({ length: members.length + 1 }, (_, i) => i % members.length);
    this.#members = members.map((member) => ({ key: quoted(member.name), value: makeReader(member, rows, readerOf) }));
  }

  /** Reads the object at a place into a row of its own. Says where it ends, or `incomplete` or `unusual`. */
  read(bytes: Buffer, at: number, end: number): number {
    if (bytes[at] !== objectOpen) return unexpectedAt(at, end);
    const inner = this.#unwrap(bytes, at);
    if (inner === at) return this.#readMembers(bytes, at, end);
    const innerEnd = this.#readMembers(bytes, inner, end);
    if (innerEnd < 0) return innerEnd;
    const close = skipSpace(bytes, innerEnd);
    return bytes[close] === objectClose ? close + 1 : unexpectedAt(close, end);
  }

  /** Where the object begins that is wrapped in the name of its class; the same place when none is. */
  #unwrap(bytes: Uint8Array, from: number): number {
    if (!this.#wrapping) return from;
    let at = skipSpace(bytes, from + 1);
    if (!standsAt(bytes, at, this.#wrapping)) return from;
    at = skipSpace(bytes, at + this.#wrapping.length);
    if (bytes[at] !== colon) return from;
    at = skipSpace(bytes, at + 1);
    return bytes[at] === objectOpen ? at : from;
  }

  #readMembers(bytes: Buffer, from: number, end: number): number {
    const row = this.rows.add();
    let at = skipSpace(bytes, from + 1);
    if (bytes[at] === objectClose) return at + 1;
    for (let before = 0; ; at = skipSpace(bytes, at + 1)) {
      const position = this.#findMember(bytes, at, before);
      if (position < 0) return unexpectedAt(at, end);
      const { key, value } = this.#members[position] as MemberReader;
      // A key that comes twice is an error, which others tell.
      if (!value || this.rows.has(row, position)) return unusual;
      at = skipSpace(bytes, at + key.length);
      if (bytes[at] !== colon) return unexpectedAt(at, end);
      at = value.read(bytes, skipSpace(bytes, at + 1), end, row);
      if (at < 0) return at;
      at = skipSpace(bytes, at);
      if (bytes[at] === objectClose) return at + 1;
      if (bytes[at] !== comma) return unexpectedAt(at, end);
      before = position + 1;
    }
  }

  /** The position of the member whose key stands at a place; -1 where there is none. */
  #findMember(bytes: Uint8Array, at: number, before: number): number {
    const guess = this.#followers[before] as number;
    if (standsAt(bytes, at, (this.#members[guess] as MemberReader).key)) return guess;
    const position = this.#searchMember(bytes, at);
    if (position >= 0) this.#followers[before] = position;
    return position;
  }

  /** By itself, since what its function refers to is made anew with each call: for each member of each object otherwise. */
  #searchMember(bytes: Uint8Array, at: number): number {
    return bytes[at] === quote ? this.#members.findIndex(({ key }) => standsAt(bytes, at, key)) : -1;
  }
}

function makeReader(
  member: Member,
  rows: StagedRows,
  readerOf: (definition: ClassDefinition) => ClassReader,
): ValueReader | undefined {
  if (member.kind === 'link') return new LinkReader(member, rows, readerOf(member.target));
  return makeValueReader(member, rows.column(member));
}

/** Reads a new object, or a list of them, that a member links to. */
class LinkReader implements ValueReader {
  readonly #member: LinkMember;
  readonly #rows: StagedRows;
  readonly #target: ClassReader;

  constructor(member: LinkMember, rows: StagedRows, target: ClassReader) {
    this.#member = member;
    this.#rows = rows;
    this.#target = target;
  }

  read(bytes: Buffer, from: number, end: number, row: number): number {
    if (this.#member.isArray) return this.#readList(bytes, from, end, row);
    const link = this.#target.rows.count;
    const at = this.#target.read(bytes, from, end);
    if (at >= 0) this.#rows.setLink(row, this.#member, link);
    return at;
  }

  #readList(bytes: Buffer, from: number, end: number, row: number): number {
    if (bytes[from] !== arrayOpen) return unexpectedAt(from, end);
    const links: StagedLink[] = [];
    let at = skipSpace(bytes, from + 1);
    if (bytes[at] !== arrayClose) {
      for (; ; at = skipSpace(bytes, at + 1)) {
        links.push(this.#target.rows.count);
        at = this.#target.read(bytes, at, end);
        if (at < 0) return at;
        at = skipSpace(bytes, at);
        if (bytes[at] === arrayClose) break;
        if (bytes[at] !== comma) return unexpectedAt(at, end);
      }
    }
    this.#rows.setLinks(row, this.#member, links);
    return at + 1;
  }
}

function quoted(name: string): Uint8Array {
  return Buffer.from(`"${name}"`);
}
