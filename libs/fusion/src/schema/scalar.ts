import { JsonFraction, type JsonValue } from '../json/json-value.js';

/** The types of members that hold values rather than objects. */
export const scalarTypes = ['string', 'int', 'uint', 'decimal', 'bool'] as const;
export type ScalarType = (typeof scalarTypes)[number];

/** Those of them that can be added to. */
export type NumberType = Exclude<ScalarType, 'string' | 'bool'>;

/**
 * One value. An `int` or `uint` is a `number` where that is exact and a `bigint` beyond, so that equal values are
 * always `===`; a `decimal` is a finite `number` that is never -0.
 */
export type Scalar = string | number | bigint | boolean;

const intMin = -(2n ** 63n);
const intMax = 2n ** 63n - 1n;
const uintMax = 2n ** 64n - 1n;

/** The value as the type holds it; `undefined` when it is of another type or does not fit. */
export function toScalar(type: ScalarType, json: JsonValue): Scalar | undefined {
  switch (type) {
    case 'string':
      return typeof json === 'string' ? json : undefined;
    case 'bool':
      return typeof json === 'boolean' ? json : undefined;
    case 'decimal':
      return toDecimal(json);
    case 'int':
      return isInteger(json) && json >= intMin && json <= intMax ? json : undefined;
    case 'uint':
      return isInteger(json) && json >= 0 && json <= uintMax ? json : undefined;
  }
}

/** What may be added to a number of the type: a whole number for whole numbers; `undefined` for anything else. */
export function toAmount(type: NumberType, json: JsonValue): number | bigint | undefined {
  if (type === 'decimal') return toDecimal(json);
  return isInteger(json) ? json : undefined;
}

/** The sum of a number of the type and an amount; `undefined` when the type does not hold it. */
export function addAmount(type: NumberType, value: Scalar, amount: number | bigint): Scalar | undefined {
  if (type === 'decimal') return toDecimal(Number(value) + Number(amount));
  const sum = BigInt(value) + BigInt(amount);
  return toScalar(type, Number.isSafeInteger(Number(sum)) ? Number(sum) : sum);
}

/** Orders two values of one type: numbers by size, strings by code points, `false` before `true`. */
export function compareScalars(a: Scalar, b: Scalar): number {
  if (typeof a === 'string' && typeof b === 'string') return compareByCodePoints(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As JSON writes it. */
export function formatScalar(value: Scalar): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function isInteger(json: JsonValue): json is number | bigint {
  return typeof json === 'bigint' || (typeof json === 'number' && Number.isInteger(json));
}

function toDecimal(json: JsonValue): number | undefined {
  const value = json instanceof JsonFraction ? json.value : typeof json === 'bigint' ? Number(json) : json;
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return value === 0 ? 0 : value;
}

/**
 * The order of the strings' UTF-8 bytes. JavaScript's own compares UTF-16 units and so puts U+10000 before U+FFFF.
 */
function compareByCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return unitRank(left) - unitRank(right);
  }
  return a.length - b.length;
}

/** Surrogates, which stand for the code points from U+10000, rank above all other units. */
function unitRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit > 0xdfff ? unit - 0x800 : unit + 0x2000;
}
