/**
 * JSON as queries need it: integers stay exact, objects keep the order of their keys and have no prototype to pollute.
 *
 * Numbers come in three forms. An integer that is written without fraction and exponent is a `number` where that is
 * exact and a `bigint` beyond (up to 20 digits). A number that is no integer is a `number`. Every other one (`1.0`,
 * `5e3`, an integer of more than 20 digits, an overflow) is a {@link JsonFraction}: a decimal, never an integer.
 */
export type JsonValue = null | boolean | string | number | bigint | JsonFraction | readonly JsonValue[] | JsonObject;

/** A number whose value is an integer, or infinite, but which was not written as an integer of at most 20 digits. */
export class JsonFraction {
  /** @param text How it was written. */
  constructor(
    readonly value: number,
    readonly text = String(value),
  ) {}
}

/** An object of JSON: keys and values in the order of the text, every key once. */
export class JsonObject {
  constructor(
    readonly keys: readonly string[],
    readonly values: readonly JsonValue[],
  ) {}

  get size(): number {
    return this.keys.length;
  }

  get(key: string): JsonValue | undefined {
    const at = this.keys.indexOf(key);
    return at < 0 ? undefined : this.values[at];
  }

  *[Symbol.iterator](): IterableIterator<readonly [key: string, value: JsonValue]> {
    for (let i = 0; i < this.keys.length; i++) yield [this.keys[i] as string, this.values[i] as JsonValue];
  }
}

/** `Array.isArray` that knows readonly arrays. */
export function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Characters of a number that are told of it. */
const numberCharsMax = 40;

/** What a value is, for error details: `a string`, `null`, `the number 1.0`. */
export function describeJson(value: JsonValue): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'an array';
  if (value instanceof JsonObject) return 'an object';
  if (typeof value === 'string') return 'a string';
  if (typeof value === 'boolean') return String(value);
  const text = value instanceof JsonFraction ? value.text : String(value);
  return `the number ${text.length <= numberCharsMax ? text : `${text.slice(0, numberCharsMax)}...`}`;
}
