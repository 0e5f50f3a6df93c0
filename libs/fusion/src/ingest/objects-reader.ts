import { FusionError, JsonSyntaxError } from '../errors.js';
import { JsonReader } from '../json/json-reader.js';
import { JsonObject } from '../json/json-value.js';
import { jsonDepthMax } from '../limits.js';
import type { ByteWindow } from './byte-window.js';
import { arrayClose, comma, incomplete, skipSpace, unexpectedAt } from './json-bytes.js';
import type { ObjectSink } from './object-sink.js';

/** How deep an object of a STORE is within arrays and objects. */
const objectDepth = 3;

/** Longest object, in bytes, that is read in the long way, which takes several times as much memory. */
const slowObjectBytesMax = 64 * 2 ** 20;

/** Reads the array of a STORE's objects from a window, as far as it has come, one object after the other. */
export class ObjectsReader {
  /** How many there were. */
  count = 0;
  /** Whether some key has no characters. */
  hasEmptyKey = false;
  /** The first element that is no object, as it was written. */
  nonObject: Buffer | undefined;
  readonly #window: ByteWindow;
  readonly #sink: ObjectSink;
  #expected: 'element or end' | 'element' | 'comma or end' = 'element or end';

  constructor(window: ByteWindow, sink: ObjectSink) {
    this.#window = window;
    this.#sink = sink;
  }

  /**
   * Reads on; `true` when the end of the array is next. Throws {@link JsonSyntaxError}.
   *
   * @param isAll Whether nothing more comes.
   */
  read(isAll: boolean): boolean {
    const window = this.#window;
    for (;;) {
      window.at = skipSpace(window.bytes, window.at);
      if (window.left <= 0 && !isAll) return false;
      const byte = window.bytes[window.at];
      if (this.#expected === 'comma or end') {
        if (byte === arrayClose) return true;
        if (byte !== comma) throw new JsonSyntaxError('array without its end', window.offset + window.at);
        this.#expected = 'element';
        window.at++;
      } else if (byte === arrayClose && this.#expected === 'element or end') {
        return true;
      } else {
        const next = this.#readElement(isAll);
        if (next < 0) return false;
        window.at = next;
        this.count++;
        this.#expected = 'comma or end';
      }
    }
  }

  #readElement(isAll: boolean): number {
    const { bytes, at, end } = this.#window;
    const next = this.#sink.read(bytes, at, end);
    if (next >= 0 || (next === incomplete && !isAll)) return next;
    return this.#readAnyElement(isAll);
  }

  /** Reads what is not usual, or not right. */
  #readAnyElement(isAll: boolean): number {
    const { bytes, at, end, offset, left } = this.#window;
    if (left > slowObjectBytesMax)
      throw new FusionError(1503, `an object that is not written plainly is limited to ${slowObjectBytesMax} bytes`);
    const reader = new JsonReader(bytes.subarray(0, end), jsonDepthMax, { from: 0, by: offset }, at);
    let value;
    try {
      value = reader.readValue(objectDepth);
    } catch (error) {
      if (!isAll && unexpectedAt(reader.at, end) === incomplete) return incomplete;
      throw error;
    }
    // A number may go on.
    if (!isAll && reader.at === end && !(value instanceof JsonObject)) return incomplete;
    this.hasEmptyKey ||= reader.hasEmptyKey;
    if (value instanceof JsonObject) this.#sink.take(value);
    else this.nonObject ??= Buffer.from(bytes.subarray(at, reader.at));
    return reader.at;
  }
}
