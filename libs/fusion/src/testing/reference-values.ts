import { isRecord } from './reference-checks.js';

export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonRecord;
export interface JsonRecord {
  readonly [key: string]: Json;
}

export function fits(type: string, value: Json): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'decimal':
      return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
    default: {
      if (typeof value !== 'bigint' && !Number.isInteger(value)) return false;
      const exact = BigInt(value as number);
      return type === 'int' ? exact === BigInt.asIntN(64, exact) : exact === BigInt.asUintN(64, exact);
    }
  }
}

/** Integers as `bigint`, so that equal ones are equal however they were written. */
export function canonical(type: string, value: Json): Json {
  if (type === 'int' || type === 'uint') return BigInt(value as number);
  return type === 'decimal' ? Number(value) + 0 : value;
}

export function compare(a: unknown, b: unknown): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

export function passes(type: string, value: unknown, term: Json): boolean {
  if (!isRecord(term)) return compare(value, canonical(type, term)) === 0;
  return Object.entries(term).every(([operator, operand]) => {
    if (operator === 'in')
      return (operand as readonly Json[]).some((item) => compare(value, canonical(type, item)) === 0);
    if (operator === 'prefix') return (value as string).startsWith(operand as string);
    const order = compare(value, canonical(type, operand));
    if (operator === '==') return order === 0;
    if (operator === '!=') return order !== 0;
    if (operator.startsWith('<')) return order < 0 || (order === 0 && operator === '<=');
    return order > 0 || (order === 0 && operator === '>=');
  });
}
