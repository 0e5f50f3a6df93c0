import { isJsonObject } from '../json-object.js';

/** Where two values are not the same. */
export interface Difference {
  /** `$.coils[3].current` */
  readonly path: string;
  /** What was expected there, and what is; `undefined` for nothing. */
  readonly expected: unknown;
  readonly actual: unknown;
}

export interface DifferenceOptions {
  /**
   * How far numbers may be apart: by so much, or by so much of the larger one where that is more than 1. 0: they must be
   * equal.
   */
  readonly tolerance: number;
  /** Most differences that are looked for. */
  readonly max: number;
}

/** The first differences of two values, in the order of the expected one. Numeric arrays are arrays of numbers. */
export function findDifferences(
  expected: unknown,
  actual: unknown,
  { tolerance, max }: DifferenceOptions,
): Difference[] {
  const found: Difference[] = [];
  const compare = (left: unknown, right: unknown, path: string): void => {
    if (found.length >= max || Object.is(left, right) || areClose(left, right, tolerance)) return;
    const [these, those] = [elementsOf(left), elementsOf(right)];
    if (these && those) compareLists(these, those, path);
    else if (!these && !those && isJsonObject(left) && isJsonObject(right)) compareObjects(left, right, path);
    else found.push({ path, expected: left, actual: right });
  };
  const compareLists = (left: readonly unknown[], right: readonly unknown[], path: string): void => {
    const length = Math.max(left.length, right.length);
    for (let i = 0; i < length && found.length < max; i++) compare(left[i], right[i], `${path}[${i}]`);
  };
  const compareObjects = (
    left: Readonly<Record<string, unknown>>,
    right: Readonly<Record<string, unknown>>,
    path: string,
  ): void => {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)]))
      compare(left[key], right[key], `${path}${stepTo(key)}`);
  };
  compare(expected, actual, '$');
  return found;
}

function areClose(left: unknown, right: unknown, tolerance: number): boolean {
  if (typeof left !== 'number' || typeof right !== 'number') return false;
  if (left === right) return true;
  return Math.abs(left - right) <= tolerance * Math.max(1, Math.abs(left), Math.abs(right));
}

function elementsOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as readonly unknown[];
  return ArrayBuffer.isView(value) && Symbol.iterator in value ? [...(value as Iterable<unknown>)] : undefined;
}

function stepTo(key: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
