import { oidBytes } from '@syncytium/codec';
import { FusionError } from '../errors.js';
import { PointQuery, pointObjectsMax } from '../fql/point-query.js';
import type { ClassDefinition } from '../schema/class-definition.js';
import type { Row } from '../store/columns/column.js';
import type { MemberIndex } from '../store/indexes/member-index.js';
import { writePiece } from '../store/json-target.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import { ByteNames } from './byte-names.js';
import { ResponseBytes } from './response-bytes.js';
import { writeObject } from './write-object.js';

/** A point read that has been carried out. */
export interface PointAnswer {
  readonly name: 'GET' | 'FIND';
  readonly hasFailed: false;
  readonly isRefused: false;
  /** The response. */
  readonly bytes: Uint8Array;
}

/** What is known of a class from the first query for it on, until the classes or the indexes change. */
interface PointClass {
  readonly table: Table;
  /** Whether its objects link to no lists of others, so that a few of them are soon shown. */
  readonly isSmall: boolean;
  /** Indexes of the members that a value can be looked up in. */
  readonly indexes: ByteNames<PointIndex>;
}

interface PointIndex {
  readonly index: MemberIndex;
  readonly isText: boolean;
  /** Reads ahead what a row has that will probably be shown. */
  readonly onRow: (row: Row) => void;
}

/**
 * Point reads: queries for a few objects of a class that links to no lists, carried out from their bytes to those of the
 * response. GET of at most 16, or FIND by one value of an indexed member that as few objects have.
 *
 * What it answers is what parser and executor would; what is not as plain as that, right or wrong, it leaves to them.
 *
 * @see docs/spec/fusion.md
 */
export class PointReads {
  readonly #store: Store;
  readonly #query = new PointQuery();
  readonly #response: ResponseBytes;
  readonly #classes = new ByteNames((name) => this.#lookUp(name));
  #layoutVersion: number;

  /** @param responseBytesMax Longest response, in bytes. */
  constructor(store: Store, responseBytesMax: number | undefined) {
    this.#store = store;
    this.#layoutVersion = store.layoutVersion;
    this.#response = new ResponseBytes(responseBytesMax);
  }

  /** Carries out a query; `undefined` when it is none of these. */
  answer(bytes: Uint8Array): PointAnswer | undefined {
    const query = this.#query;
    if (!query.read(bytes)) return undefined;
    if (this.#layoutVersion !== this.#store.layoutVersion) {
      this.#layoutVersion = this.#store.layoutVersion;
      this.#classes.clear();
    }
    const found = this.#classes.find(bytes, query.classStart, query.classEnd);
    if (!found?.isSmall) return undefined;
    const { name } = query;
    try {
      const isDone = name === 'GET' ? this.#get(bytes, found.table) : this.#find(bytes, found);
      if (!isDone) return undefined;
      return { name, hasFailed: false, isRefused: false, bytes: this.#response.copy() };
    } catch (error) {
      // It is too long.
      if (error instanceof FusionError) return undefined;
      throw error;
    }
  }

  #get(bytes: Uint8Array, table: Table): boolean {
    const { oids, oidCount } = this.#query;
    this.#open(bytes, '"GET_RSP":{"_class":"');
    const text = this.#response;
    text.addBytes(bytes, this.#query.classStart, this.#query.classEnd);
    text.add('","_objects":[');
    let isFirst = true;
    for (let i = 0; i < oidCount; i++) {
      const row = table.rowOfBytes(oids, i * oidBytes);
      if (row === undefined) continue;
      if (!isFirst) text.add(',');
      writeObject(text, this.#store, table, row);
      isFirst = false;
    }
    text.add(']}}');
    return true;
  }

  #find(bytes: Uint8Array, { table, indexes }: PointClass): boolean {
    const { memberStart, memberEnd, valueStart, valueEnd, isText } = this.#query;
    const found = indexes.find(bytes, memberStart, memberEnd);
    if (found?.isText !== isText) return false;
    const { index, onRow } = found;
    const slot = index.seekPlain(bytes, valueStart, valueEnd, onRow);
    if (index.countAt(slot) > pointObjectsMax) return false;
    this.#open(bytes, '"FIND_RSP":[');
    const text = this.#response;
    let isFirst = true;
    for (const row of index.rowsAt(slot).sort(ascending)) {
      if (!isFirst) text.add(',');
      writePiece(text, table.opening);
      writeObject(text, this.#store, table, row);
      text.add('}');
      isFirst = false;
    }
    text.add(']}');
    return true;
  }

  #open(bytes: Uint8Array, key: string): void {
    const { qidStart, qidEnd } = this.#query;
    const text = this.#response;
    text.clear();
    text.add('{');
    if (qidStart > 0) {
      text.add('"_qid":"');
      text.addBytes(bytes, qidStart, qidEnd);
      text.add('",');
    }
    text.add(key);
  }

  #lookUp(name: string): PointClass | undefined {
    const definition = this.#store.catalogue.find(name);
    if (!definition) return undefined;
    const table = this.#store.table(definition);
    const indexes = new ByteNames((memberName) => indexOf(table, memberName));
    return { table, isSmall: linksToNoLists(definition), indexes };
  }
}

function indexOf(table: Table, name: string): PointIndex | undefined {
  const member = table.definition.member(name);
  if (member?.kind !== 'scalar' || member.type === 'bool') return undefined;
  const index = table.indexOf(member);
  let touched = 0;
  return index && { index, isText: member.type === 'string', onRow: (row) => void (touched ^= table.touch(row)) };
}

/** Whether objects of a class, and what they link to, link to no lists. */
export function linksToNoLists({ members }: ClassDefinition): boolean {
  return members.every((member) => member.kind === 'scalar' || (!member.isArray && linksToNoLists(member.target)));
}

function ascending(row: Row, other: Row): number {
  return row - other;
}
