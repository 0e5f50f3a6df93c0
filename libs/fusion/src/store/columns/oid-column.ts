import { formatOid, oidBytes, oidTextLength, parseOid, randomOid, writeOidWords } from '@syncytium/codec';
import type { Prng } from '@syncytium/kit';
import type { Oid } from '../../oid.js';
import type { JsonTarget } from '../json-target.js';
import { SlotTable } from '../memory/slot-table.js';
import type { SharedBuffers } from '../memory/shared-buffers.js';
import { SharedVector } from '../memory/shared-vector.js';
import type { Row } from './column.js';

const oidWords = oidBytes / 4;

/** The OIDs of the objects of a class, and their rows by OID. */
export class OidColumn {
  readonly #oids: SharedVector;
  /** Row + 1 by the last four bytes of the OID, which are random enough. */
  readonly #rows: SlotTable;
  readonly #scratch = Buffer.alloc(oidBytes);
  readonly #scratchWords = new Int32Array(this.#scratch.buffer, this.#scratch.byteOffset, oidWords);

  constructor(buffers: SharedBuffers, what: string, rowsMax: number) {
    this.#oids = new SharedVector(buffers, what, rowsMax * oidWords);
    this.#rows = new SlotTable(buffers, what, rowsMax, 2);
  }

  rowOf(oid: Oid): Row | undefined {
    parseOid(oid, this.#scratch);
    return this.#rowOfScratch();
  }

  /** The row of an OID that stands as 16 bytes at an offset. */
  rowOfBytes(bytes: Uint8Array, offset: number): Row | undefined {
    for (let i = 0; i < oidBytes; i++) this.#scratch[i] = bytes[offset + i] as number;
    return this.#rowOfScratch();
  }

  /** The OID of a row that has one. */
  oidOf(row: Row): Oid {
    this.#load(row);
    return formatOid(this.#scratch);
  }

  /** Writes the OID of a row with quotes. */
  writeJson(row: Row, target: JsonTarget): void {
    target.reserve(oidTextLength + 2);
    target.bytes[target.at] = 0x22;
    this.writeText(row, target.bytes, target.at + 1);
    target.at += oidTextLength + 2;
    target.bytes[target.at - 1] = 0x22;
  }

  /** See {@link Table.touch}. */
  touch(row: Row): number {
    return this.#oids.view[row * oidWords] as number;
  }

  /** Writes the OID of a row without quotes. */
  writeText(row: Row, bytes: Uint8Array, at: number): void {
    writeOidWords(this.#oids.view, row * oidWords, bytes, at);
  }

  set(row: Row, oid: Oid): void {
    parseOid(oid, this.#scratch);
    this.#store(row);
    this.addRow(row, this.hashAt(row));
  }

  /** Makes a new random OID for a row, by which the row is found after {@link OidColumn.addRow}. */
  make(row: Row, prng: Prng): void {
    randomOid(prng, this.#scratch);
    this.#store(row);
  }

  /** The hash of a row's OID. */
  hashAt(row: Row): number {
    return this.#oids.view[(row + 1) * oidWords - 1] as number;
  }

  /** How many homes there are for hashes, a power of two. */
  get homes(): number {
    return this.#rows.capacity;
  }

  /** Gets ready for so many more rows, for which there has to be room. */
  grow(more: number): Generator<undefined, void> {
    return this.#rows.grow(more);
  }

  /** Lets a row be found by its OID, which has this hash. */
  addRow(row: Row, hash: number): void {
    this.#rows.add(hash, row + 1);
  }

  /** Forgets the OID of a row. */
  clear(row: Row): void {
    this.#load(row);
    this.#rows.remove(this.#findScratch());
  }

  /** Lets these rows, and no others, be found by their OIDs, after the death of the thread that wrote. */
  rebuild(rows: Iterable<Row>): void {
    this.#rows.clear();
    for (const row of rows) this.addRow(row, this.hashAt(row));
  }

  /** Makes room for so many rows, of which `more` are new. Throws `LimitError` when there is none. */
  reserve(rows: number, more: number): void {
    this.#oids.ensure(rows * oidWords);
    this.#rows.reserve(more);
  }

  #rowOfScratch(): Row | undefined {
    const slot = this.#findScratch();
    return slot === 0 ? undefined : (this.#rows.memory.view[slot] as number) - 1;
  }

  #findScratch(): number {
    const hash = this.#scratchWords[oidWords - 1] as number;
    const rows = this.#rows.memory.view;
    for (let slot = this.#rows.find(hash); slot !== 0; slot = this.#rows.findAfter(slot, hash))
      if (this.#isScratch((rows[slot] as number) - 1)) return slot;
    return 0;
  }

  #store(row: Row): void {
    this.#oids.ensure((row + 1) * oidWords);
    const { view } = this.#oids;
    for (let i = 0; i < oidWords; i++) view[row * oidWords + i] = this.#scratchWords[i] as number;
  }

  #isScratch(row: Row): boolean {
    const { view } = this.#oids;
    const at = row * oidWords;
    const words = this.#scratchWords;
    return view[at] === words[0] && view[at + 1] === words[1] && view[at + 2] === words[2] && view[at + 3] === words[3];
  }

  #load(row: Row): void {
    const { view } = this.#oids;
    for (let i = 0; i < oidWords; i++) this.#scratchWords[i] = view[row * oidWords + i] as number;
  }
}
