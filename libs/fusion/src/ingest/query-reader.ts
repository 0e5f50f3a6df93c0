import { FusionError, JsonSyntaxError } from '../errors.js';
import { parseQuery, type ParsedQuery } from '../fql/parse-query.js';
import type { InterfaceName } from '../fql/query-names.js';
import { plainHead } from '../fql/query.js';
import { JsonReader } from '../json/json-reader.js';
import { notUtf8 } from '../json/parse-json.js';
import { jsonDepthMax } from '../limits.js';
import type { Store } from '../store/store.js';
import { ByteWindow } from './byte-window.js';
import { incomplete, unexpectedAt } from './json-bytes.js';
import { ObjectSink } from './object-sink.js';
import { ObjectsReader } from './objects-reader.js';
import { readStoreOpening, type StoreOpening } from './store-opening.js';
import { Utf8Check } from './utf8-check.js';

/** Longest text, in bytes, of a query that is no STORE, or tells its class behind its objects or as a definition. */
const plainBytesMax = 16 * 2 ** 20;

/** Most bytes of a STORE beside its objects. */
const besideBytesMax = 2 ** 20;

/**
 * Reads a query that comes in pieces, cut anywhere. Of a STORE it keeps the objects in the form they are stored in, and
 * all else as it is; of any other query everything. It judges as {@link parseQuery} does.
 */
export class QueryReader {
  /** What is to be stored; `undefined` while that is not known, and for any other query. */
  sink: ObjectSink | undefined;
  readonly #store: Store;
  readonly #from: InterfaceName;
  readonly #utf8 = new Utf8Check();
  readonly #window = new ByteWindow();
  /** How much has to be in the window before it is worth another look. */
  #wanted = 1;
  #part: 'opening' | 'objects' | 'closing' | 'any' | 'wrong' = 'opening';
  #opening: Buffer = Buffer.alloc(0);
  #objects: ObjectsReader | undefined;
  #error: Error | undefined;

  constructor(store: Store, from: InterfaceName) {
    this.#store = store;
    this.#from = from;
  }

  push(piece: Uint8Array): void {
    this.#utf8.push(piece);
    if (this.#part === 'wrong') return;
    this.#window.push(piece);
    if (this.#window.left >= this.#wanted) this.#advance(false);
  }

  /** The query, when all of it has come. */
  end(): ParsedQuery {
    if (this.#part !== 'wrong') this.#advance(true);
    if (!this.#utf8.end()) return reject(notUtf8());
    if (this.#error) return reject(this.#error);
    const closing = this.#window.unread();
    if (this.#part === 'any' || !this.#objects) return parseQuery(closing, this.#from);
    // What follows the objects is judged as if they were one, which stands for what was found of them.
    const start = Buffer.concat([this.#opening, this.#sample(this.#objects)]);
    const shift = { from: start.length, by: this.#window.offset + this.#window.at - start.length };
    return parseQuery(Buffer.concat([start, closing]), this.#from, shift);
  }

  #sample({ hasEmptyKey, nonObject, count }: ObjectsReader): Uint8Array {
    if (hasEmptyKey) return Buffer.from('{"":0}');
    return nonObject ?? Buffer.from(count > 0 ? '{}' : '');
  }

  #advance(isAll: boolean): void {
    try {
      if (this.#part === 'opening') this.#readOpening(isAll);
      if (this.#part === 'objects' && this.#objects?.read(isAll) === true) this.#part = 'closing';
      this.#checkLength();
      this.#wanted = 2 * this.#window.left;
    } catch (error) {
      this.#error = error as Error;
      this.#part = 'wrong';
    }
  }

  #readOpening(isAll: boolean): void {
    const bytes = this.#window.unread();
    const reader = new JsonReader(bytes, jsonDepthMax);
    const opening = tryReading(reader);
    const isOpen = !isAll && bytes.length <= besideBytesMax && unexpectedAt(reader.at, bytes.length) === incomplete;
    const isUsual = opening && typeof opening.className === 'string' && opening.className !== '';
    // Where others have to make room, room can be made only in the turn of the query.
    if (isUsual && !this.#store.evicts) {
      this.#opening = Buffer.from(bytes.subarray(0, opening.end));
      this.sink = new ObjectSink(this.#store, opening.className);
      this.#objects = new ObjectsReader(this.#window, this.sink);
      this.#window.at = opening.end;
      this.#part = 'objects';
    } else if (opening || !isOpen) {
      this.#part = 'any';
    }
  }

  #checkLength(): void {
    const { left } = this.#window;
    if (this.#part === 'any' && left > plainBytesMax) {
      const instead = this.#store.evicts
        ? 'is not taken where objects are evicted'
        : 'has to be a STORE with the name of its _class before its _objects';
      throw new FusionError(1503, `a query of more than ${plainBytesMax} bytes ${instead}`);
    }
    if (this.#part === 'closing' && left > besideBytesMax)
      throw new FusionError(1503, `what follows the _objects of a long STORE is limited to ${besideBytesMax} bytes`);
  }
}

function tryReading(reader: JsonReader): StoreOpening | undefined {
  try {
    return readStoreOpening(reader);
  } catch (error) {
    // Told when all of it is read, or not there, for the text may end here.
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

function reject(error: Error): ParsedQuery {
  const reason = error instanceof FusionError ? error : new FusionError(1300, error.message);
  return { ok: false, rejected: { name: undefined, access: 'read', head: plainHead, error: reason } };
}
