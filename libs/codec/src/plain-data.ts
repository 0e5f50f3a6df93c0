/**
 * What a value is made of: `json` (null, booleans, finite numbers, well-formed texts, arrays and plain objects),
 * `binary` (typed arrays as well), or `foreign` (something else somewhere in it, a loop, or too many levels).
 */
export type DataKind = 'json' | 'binary' | 'foreign';

/** Judges a value in one quick pass. Why a value is foreign is for {@link describeForeign} to find out. */
export function dataKind(value: unknown, depthMax: number): DataKind {
  switch (typeof value) {
    case 'string':
      return isWellFormed(value) ? 'json' : 'foreign';
    case 'number':
      return Number.isFinite(value) ? 'json' : 'foreign';
    case 'boolean':
      return 'json';
    case 'object':
      if (value === null) return 'json';
      if (Array.isArray(value)) return arrayKind(value, depthMax - 1);
      if (isPlainObject(value)) return objectKind(value, depthMax - 1);
      return isTypedArray(value) ? 'binary' : 'foreign';
    default:
      return 'foreign';
  }
}

/** Typed arrays of every element type, Buffer included. */
export type TypedArray = Exclude<NodeJS.ArrayBufferView, DataView>;

export function isTypedArray(value: object): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** An object as a literal makes it: whatever has another prototype has a meaning that its properties do not tell. */
export function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether a text has a UTF-8 form: no half of a surrogate pair stands alone in it. */
export function isWellFormed(text: string): boolean {
  return wellFormed.call(text);
}

function arrayKind(values: readonly unknown[], depthLeft: number): DataKind {
  if (depthLeft < 0) return 'foreign';
  let kind: DataKind = 'json';
  // By index and not by iterator: a hole is `undefined`, and that is foreign.
  for (let at = 0; at < values.length; at++) {
    const inner = dataKind(values[at], depthLeft);
    if (inner === 'foreign') return inner;
    if (inner === 'binary') kind = inner;
  }
  return kind;
}

function objectKind(object: Record<string, unknown>, depthLeft: number): DataKind {
  if (depthLeft < 0) return 'foreign';
  let kind: DataKind = 'json';
  for (const key in object) {
    if (key === '__proto__' || !isWellFormed(key)) return 'foreign';
    const inner = dataKind(object[key], depthLeft);
    if (inner === 'foreign') return inner;
    if (inner === 'binary') kind = inner;
  }
  return kind;
}

// In every Node this runs on, but only newer type libraries declare it.
const wellFormed = (String.prototype as unknown as { isWellFormed: (this: string) => boolean }).isWellFormed;
