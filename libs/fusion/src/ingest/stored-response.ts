import { oidTextLength } from '@syncytium/codec';
import type { ClassDefinition, LinkMember } from '../schema/class-definition.js';
import { inSteps } from '../store/in-steps.js';
import { viewOf, writeAscii, writeByte, type JsonTarget } from '../store/json-target.js';
import type { RowAdopter } from '../store/row-adopter.js';
import type { StagedRows } from '../store/staged-rows.js';
import { arrayClose, arrayOpen, comma, objectClose } from './json-bytes.js';
import { pieceBytes, type ResponsePiece, type ResponsePieces } from './response-pieces.js';
import { linkMembersOf } from './staged-links.js';
import type { Staging } from './staging.js';

const oidLength = '"_oid":""'.length + oidTextLength;

/** How many bytes {@link StoredWriter.write} writes of a staged object. */
export function storedLength(staging: Staging, rows: StagedRows, row: number): number {
  let length = wrappedLength(rows.definition, oidLength);
  for (const member of linkMembersOf(rows)) {
    if (!rows.has(row, member.position)) continue;
    const links = rows.linksAt(row, member);
    // The key with quotes and colon, and the comma behind; brackets and commas of a list.
    length += member.name.length + 4 + (member.isArray ? 2 + Math.max(0, links.length - 1) : 0);
    for (const link of links)
      length +=
        link < 0 ? wrappedLength(member.target, oidLength) : storedLength(staging, staging.rowsOf(member.target), link);
  }
  return length;
}

/** `{"Name":{...}}` around so many bytes. */
function wrappedLength({ name }: ClassDefinition, inside: number): number {
  return name.length + inside + 7;
}

/** Something done in steps, between which others may have their turn; some of them give a piece of the response. */
export type BulkSteps<T> = Generator<ResponsePiece | undefined, T>;

/** What a response has around its contents, and the memory it is written to. */
export interface Frame {
  readonly opening: string;
  readonly closing: string;
  readonly pieces: ResponsePieces;
}

/** Writes the response to a STORE of adopted objects, in steps. Gives the last of its pieces. */
export function writeResponse(
  staging: Staging,
  adopters: ReadonlyMap<StagedRows, RowAdopter>,
  frame: Frame,
): BulkSteps<Uint8Array> {
  const { roots } = staging;
  const adopter = adopters.get(roots);
  const isFlat = adopter !== undefined && linkMembersOf(roots).length === 0;
  return isFlat ? writeFlatResponse(adopter, frame) : writeNestedResponse(staging, adopters, frame);
}

/** Of objects that link to no others: all of them look alike but for the digits of their OIDs. */
function* writeFlatResponse(adopter: RowAdopter, { opening, closing, pieces }: Frame): BulkSteps<Uint8Array> {
  const { count, definition } = adopter.staged;
  const object = Buffer.from(`,{"${definition.name}":{"_oid":"${'0'.repeat(oidTextLength)}"}}`);
  const oidAt = object.length - oidTextLength - '"}}'.length;
  const start = Buffer.byteLength(opening);
  const ending = `]${closing}`;
  const countMax = Math.floor((pieceBytes - start - ending.length) / object.length);
  // A short response does not need all of its memory.
  const end = start + Math.min(countMax, count) * object.length;
  const prepare = (bytes: Buffer): void => void bytes.fill(object, start, end);
  for (let from = 0; ; from += countMax) {
    const { bytes, lease } = pieces.take(pieceBytes, prepare);
    const pieceCount = Math.min(countMax, count - from);
    yield* inSteps(
      pieceCount,
      (position) => adopter.writeOidText(from + position, bytes, start + position * object.length + oidAt),
      'light',
    );
    bytes[start] = from === 0 ? arrayOpen : comma;
    const pieceStart = from === 0 ? start - bytes.write(opening) : start;
    const pieceEnd = start + pieceCount * object.length;
    if (from + pieceCount === count) return bytes.subarray(pieceStart, pieceEnd + bytes.write(ending, pieceEnd));
    yield { bytes: bytes.subarray(pieceStart, pieceEnd), lease };
  }
}

function* writeNestedResponse(
  staging: Staging,
  adopters: ReadonlyMap<StagedRows, RowAdopter>,
  { opening, closing, pieces }: Frame,
): BulkSteps<Uint8Array> {
  const { roots } = staging;
  const writer = new StoredWriter(staging, adopters);
  const full: ResponsePiece[] = [];
  let target = new PieceTarget(pieces.take(Buffer.byteLength(opening)));
  target.at = target.bytes.write(opening);
  const write = (row: number): void => {
    // A bracket or a comma, and the end.
    const length = storedLength(staging, roots, row) + 2 + closing.length;
    if (!target.hasRoom(length)) {
      full.push(target.written());
      target = new PieceTarget(pieces.take(length));
    }
    writeByte(target, row === 0 ? arrayOpen : comma);
    writer.write(target, roots, row);
  };
  const steps = inSteps(roots.count, write, 'heavy');
  while (steps.next().done !== true) {
    yield* full.splice(0);
    yield;
  }
  writeByte(target, arrayClose);
  writeAscii(target, closing);
  return target.written().bytes;
}

/** A piece of a response, with as much room as is needed. */
class PieceTarget implements JsonTarget {
  readonly bytes: Buffer;
  readonly view: DataView;
  at = 0;
  readonly #lease: number;

  constructor({ bytes, lease }: { readonly bytes: Buffer; readonly lease: number }) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.#lease = lease;
  }

  hasRoom(length: number): boolean {
    return this.at + length <= this.bytes.length;
  }

  reserve(): void {
    // Whoever writes has looked for room.
  }

  written(): ResponsePiece {
    return { bytes: this.bytes.subarray(0, this.at), lease: this.#lease };
  }
}

/** Writes what the response to a STORE tells of adopted objects: their OIDs, and those of the objects they link to. */
class StoredWriter {
  readonly #staging: Staging;
  readonly #adopters: ReadonlyMap<StagedRows, RowAdopter>;
  /** `{"Name":{` of each class. */
  readonly #openings = new Map<StagedRows, Uint8Array>();
  readonly #linkMembers = new Map<StagedRows, readonly LinkMember[]>();

  constructor(staging: Staging, adopters: ReadonlyMap<StagedRows, RowAdopter>) {
    this.#staging = staging;
    this.#adopters = adopters;
    for (const rows of staging.all) {
      this.#openings.set(rows, Buffer.from(`{"${rows.definition.name}":{`));
      this.#linkMembers.set(rows, linkMembersOf(rows));
    }
  }

  write(target: JsonTarget, rows: StagedRows, position: number): void {
    writeBytes(target, this.#openings.get(rows) as Uint8Array);
    for (const member of this.#linkMembers.get(rows) as readonly LinkMember[])
      if (rows.has(position, member.position)) this.#writeLinks(target, rows, position, member);
    writeBytes(target, oidKey);
    this.#adopters.get(rows)?.writeOid(position, target);
    writeBytes(target, closing);
  }

  #writeLinks(target: JsonTarget, rows: StagedRows, position: number, member: LinkMember): void {
    writeAscii(target, `"${member.name}":`);
    if (member.isArray) writeByte(target, arrayOpen);
    rows.linksAt(position, member).forEach((link, i) => {
      if (i > 0) writeByte(target, comma);
      if (link >= 0) this.write(target, this.#staging.rowsOf(member.target), link);
      else writeAscii(target, `{"${member.target.name}":{"_oid":"${rows.oidOf(link)}"}}`);
    });
    if (member.isArray) writeByte(target, arrayClose);
    writeByte(target, comma);
  }
}

const oidKey = Buffer.from('"_oid":');
const closing = Uint8Array.of(objectClose, objectClose);

/** So few bytes are copied more quickly one by one. */
function writeBytes(target: JsonTarget, piece: Uint8Array): void {
  const { bytes, at } = target;
  const { length } = piece;
  for (let i = 0; i < length; i++) bytes[at + i] = piece[i] as number;
  target.at = at + length;
}
