import { FusionError } from '../errors.js';
import { describeJson, isArray, JsonObject, type JsonValue } from '../json/json-value.js';
import { shorten } from '../schema/names.js';

/** Every attribute of the language; which of them a place takes is its own matter. */
const knownAttributes: ReadonlySet<string> = new Set([
  '_qid',
  '_metrics',
  '_rsp',
  '_rspMode',
  '_class',
  '_objects',
  '_oid',
  '_oids',
  '_deep',
  '_where',
  '_if',
  '_inc',
  '_confirm',
  '_limit',
  '_offset',
  '_sort',
  '_select',
  '_explain',
  '_ttl',
  '_type',
  '_index',
]);

/** The attributes that a query of any kind may carry beside its contents. */
export const headAttributes = ['_qid', '_metrics', '_rsp', '_rspMode'] as const;

/** An object of the language taken apart: keys that begin with an underscore, and all others. */
export interface Parts {
  readonly attributes: ReadonlyMap<string, JsonValue>;
  /** In the order of the text. */
  readonly names: JsonObject;
}

/**
 * Takes an object apart. Throws {@link FusionError} 1200 for an attribute that has no place here and 1201 for one that
 * does not exist.
 */
export function splitAttributes(object: JsonObject, place: string, allowed: readonly string[]): Parts {
  const attributes = new Map<string, JsonValue>();
  const keys: string[] = [];
  const values: JsonValue[] = [];
  for (const [key, value] of object) {
    if (!key.startsWith('_')) {
      keys.push(key);
      values.push(value);
    } else if (allowed.includes(key)) {
      attributes.set(key, value);
    } else {
      throw unexpectedAttribute(key, place);
    }
  }
  return { attributes, names: keys.length === object.size ? object : new JsonObject(keys, values) };
}

/** The error for an attribute that a place does not take. */
export function unexpectedAttribute(key: string, place: string): FusionError {
  return new FusionError(knownAttributes.has(key) ? 1200 : 1201, `${shorten(key)} in ${place}`);
}

/** The error for an attribute whose value is of a type it does not take. */
export function wrongType(attribute: string, expected: string, given: JsonValue): FusionError {
  return new FusionError(1101, `${attribute} must be ${expected}, not ${describeJson(given)}`);
}

/** An attribute that is `true` or `false`; `false` when absent. */
export function readBoolean(attributes: ReadonlyMap<string, JsonValue>, name: string): boolean {
  const value = attributes.get(name);
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw wrongType(name, 'true or false', value);
  return value;
}

/** An attribute that has to be a text with at least one character. */
export function readText(attributes: ReadonlyMap<string, JsonValue>, name: string): string {
  const value = attributes.get(name);
  if (value === undefined) throw new FusionError(1202, name);
  if (typeof value !== 'string') throw wrongType(name, 'a string', value);
  if (value === '') throw new FusionError(1501, name);
  return value;
}

/** A list with at least one text; `undefined` when the attribute is absent. */
export function readTexts(attributes: ReadonlyMap<string, JsonValue>, name: string): readonly string[] | undefined {
  const value = attributes.get(name);
  return value === undefined ? undefined : requireTexts(name, value);
}

/** A list with at least one text. `what` names it in the error. */
export function requireTexts(what: string, value: JsonValue): readonly string[] {
  if (!isArray(value)) throw wrongType(what, 'an array of strings', value);
  if (value.length === 0) throw new FusionError(1501, what);
  for (const item of value) if (typeof item !== 'string') throw wrongType(`each of ${what}`, 'a string', item);
  return value as readonly string[];
}

/** A whole number from 0 to `max`; `fallback` when the attribute is absent. Beyond `max`, error 1503. */
export function readCount(
  attributes: ReadonlyMap<string, JsonValue>,
  name: string,
  fallback: number,
  max: number,
): number {
  const value = attributes.get(name);
  if (value === undefined) return fallback;
  const isInteger = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  if (!isInteger || value < 0) throw wrongType(name, 'a whole number from 0', value);
  if (value > max) throw new FusionError(1503, `${name} is at most ${max}`);
  return Number(value);
}

/** An attribute that has to be an object; `undefined` when absent. */
export function readObject(attributes: ReadonlyMap<string, JsonValue>, name: string): JsonObject | undefined {
  const value = attributes.get(name);
  return value === undefined ? undefined : requireObject(name, value);
}

/** An object. `what` names it in the error. */
export function requireObject(what: string, value: JsonValue): JsonObject {
  if (!(value instanceof JsonObject)) throw wrongType(what, 'an object', value);
  return value;
}
