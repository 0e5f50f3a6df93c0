import { isOid } from '@syncytium/codec';
import type { ErrorCode } from '../error-codes.js';
import { FusionError } from '../errors.js';
import { isArray, JsonObject, type JsonValue } from '../json/json-value.js';
import { findObjectsMax } from '../limits.js';
import type { Oid } from '../oid.js';
import { shorten } from '../schema/names.js';
import {
  headAttributes,
  readBoolean,
  readCount,
  readObject,
  readText,
  readTexts,
  requireObject,
  requireTexts,
  splitAttributes,
  unexpectedAttribute,
  wrongType,
  type Parts,
} from './attributes.js';
import type { QueryName } from './query-names.js';
import type { BareQuery, FindOptions, IndexQuery, QueryBody, SortKey, Targets } from './query.js';

/** The word without which CLEAR does nothing. */
const confirmation = 'IKnowWhatImDoing';

const findAttributes = ['_limit', '_offset', '_sort', '_select', '_explain'] as const;

const countAttributes = ['_explain'] as const;

const updateAttributes = ['_where', '_if', '_explain'] as const;

const deleteAttributes = ['_where', '_explain'] as const;

const noTerms = new JsonObject([], []);

/** The contents of a query as its kind wants them. Throws {@link FusionError}. */
export function parseBody(name: QueryName, content: JsonObject): QueryBody {
  switch (name) {
    case 'CREATE_CLASSES':
      return parseCreateClasses(content);
    case 'CREATE_INDEX':
    case 'DROP_INDEX':
      return parseIndex(name, content);
    case 'STORE':
      return parseStore(content);
    case 'GET':
      return parseGet(content);
    case 'FIND':
      return parseFind(content);
    case 'COUNT':
      return parseCount(content);
    case 'UPDATE':
      return parseUpdate(content);
    case 'DELETE':
      return parseDelete(content);
    case 'CLEAR':
      return parseClear(content);
    case 'OIDS':
      return parseOids(content);
    case 'CLASSES':
    case 'INDEXES':
    case 'SERVER_INFO':
    case 'STATS':
    case 'ERRORS':
      return parseBare(name, content);
  }
}

function parseBare(name: BareQuery['name'], content: JsonObject): QueryBody {
  requireNoNames(splitAttributes(content, name, headAttributes), 1500, name);
  return { name };
}

function parseCreateClasses(content: JsonObject): QueryBody {
  const { names } = splitAttributes(content, 'CREATE_CLASSES', headAttributes);
  if (names.size === 0) throw new FusionError(1304, 'CREATE_CLASSES needs a class');
  return { name: 'CREATE_CLASSES', classes: names };
}

function parseIndex(name: IndexQuery['name'], content: JsonObject): QueryBody {
  const { names } = splitAttributes(content, name, headAttributes);
  if (names.size === 0) throw new FusionError(1304, `${name} needs a class`);
  const classes = Array.from(names, ([className, value]) => ({
    className,
    members: requireTexts(`${name} ${shorten(className)}`, value),
  }));
  return { name, classes };
}

function parseStore(content: JsonObject): QueryBody {
  const parts = splitAttributes(content, 'STORE', [...headAttributes, '_class', '_objects']);
  requireNoNames(parts, 1200, 'STORE');
  const [className, definition] = readStoreClass(parts.attributes);
  const objects = parts.attributes.get('_objects');
  if (objects === undefined) throw new FusionError(1202, '_objects');
  if (!isArray(objects)) throw wrongType('_objects', 'an array of objects', objects);
  if (objects.length === 0) throw new FusionError(1501, '_objects');
  for (const object of objects) requireObject('each of _objects', object);
  return { name: 'STORE', className, definition, objects: objects as readonly JsonObject[] };
}

/** `_class` of STORE: the name of a class, or the definition of one that is to be created first. */
function readStoreClass(
  attributes: ReadonlyMap<string, JsonValue>,
): readonly [className: string, definition: JsonValue | undefined] {
  const value = attributes.get('_class');
  if (!(value instanceof JsonObject)) return [readText(attributes, '_class'), undefined];
  const [entry, second] = value;
  if (!entry) throw new FusionError(1501, '_class');
  if (second) throw new FusionError(1002, `_class defines one class, not also ${shorten(second[0])}`);
  return entry;
}

function parseGet(content: JsonObject): QueryBody {
  const { className, attributes, names } = readRootClass('GET', content, [], ['_oids']);
  const oids = readOids(attributes);
  if (!oids) throw new FusionError(1202, '_oids');
  requireNoTerms('GET', names);
  return { name: 'GET', className, oids };
}

function parseFind(content: JsonObject): QueryBody {
  const { className, attributes, names } = readRootClass('FIND', content, findAttributes, findAttributes);
  const options = readFindOptions(attributes);
  return { name: 'FIND', className, terms: names, options, isExplained: readBoolean(attributes, '_explain') };
}

function parseCount(content: JsonObject): QueryBody {
  if (content.keys.every((key) => key.startsWith('_'))) {
    splitAttributes(content, 'COUNT of all classes', headAttributes);
    return { name: 'COUNT', className: undefined, terms: noTerms, isExplained: false };
  }
  const { className, attributes, names } = readRootClass('COUNT', content, countAttributes, countAttributes);
  return { name: 'COUNT', className, terms: names, isExplained: readBoolean(attributes, '_explain') };
}

function parseUpdate(content: JsonObject): QueryBody {
  const inside = ['_oids', ...updateAttributes];
  const { className, attributes, names } = readRootClass('UPDATE', content, updateAttributes, inside);
  if (names.size === 0) throw new FusionError(1305, `UPDATE of ${shorten(className)} changes no member`);
  return {
    name: 'UPDATE',
    className,
    targets: readTargets(attributes),
    condition: readObject(attributes, '_if'),
    changes: names,
    isExplained: readBoolean(attributes, '_explain'),
  };
}

function parseDelete(content: JsonObject): QueryBody {
  const root = readRootClass('DELETE', content, deleteAttributes, ['_oids', '_deep', ...deleteAttributes]);
  requireNoTerms('DELETE', root.names);
  return {
    name: 'DELETE',
    className: root.className,
    targets: readTargets(root.attributes),
    isDeep: readBoolean(root.attributes, '_deep'),
    isExplained: readBoolean(root.attributes, '_explain'),
  };
}

function parseClear(content: JsonObject): BareQuery {
  const parts = splitAttributes(content, 'CLEAR', [...headAttributes, '_confirm']);
  requireNoNames(parts, 1200, 'CLEAR');
  if (readText(parts.attributes, '_confirm') !== confirmation)
    throw new FusionError(1202, `_confirm must be "${confirmation}"`);
  return { name: 'CLEAR' };
}

function parseOids(content: JsonObject): QueryBody {
  const parts = splitAttributes(content, 'OIDS', [...headAttributes, '_class']);
  requireNoNames(parts, 1200, 'OIDS');
  return { name: 'OIDS', className: readText(parts.attributes, '_class') };
}

interface RootClass extends Parts {
  readonly className: string;
}

/**
 * The one class of a query with what is said about it. Attributes that may stand beside the class as well as inside
 * are taken from either place, but not from both.
 */
function readRootClass(
  query: QueryName,
  content: JsonObject,
  besideClass: readonly string[],
  insideClass: readonly string[],
): RootClass {
  const outer = splitAttributes(content, query, [...headAttributes, ...besideClass]);
  const [entry, second] = outer.names;
  if (!entry) throw new FusionError(1304, `${query} needs a class`);
  if (second) throw new FusionError(1300, `${shorten(second[0])} is a second class; ${query} takes one`);
  const [className, value] = entry;
  const place = `${query} ${shorten(className)}`;
  const inner = splitAttributes(requireObject(place, value), place, insideClass);
  const attributes = new Map(inner.attributes);
  for (const key of besideClass) {
    const beside = outer.attributes.get(key);
    if (beside === undefined) continue;
    if (attributes.has(key)) throw unexpectedAttribute(key, `${query}, for it is also in ${place}`);
    attributes.set(key, beside);
  }
  return { className, attributes, names: inner.names };
}

function readFindOptions(attributes: ReadonlyMap<string, JsonValue>): FindOptions {
  return {
    limit: readCount(attributes, '_limit', findObjectsMax, findObjectsMax),
    offset: readCount(attributes, '_offset', 0, Number.MAX_SAFE_INTEGER),
    sort: readSort(attributes),
    select: readTexts(attributes, '_select'),
  };
}

/** `_sort`: one member or a list, the first counting most; a minus before the name turns the order round. */
function readSort(attributes: ReadonlyMap<string, JsonValue>): readonly SortKey[] {
  const value = attributes.get('_sort');
  const keys = typeof value === 'string' ? [readText(attributes, '_sort')] : (readTexts(attributes, '_sort') ?? []);
  return keys.map((key) =>
    key.startsWith('-') ? { member: key.slice(1), isDescending: true } : { member: key, isDescending: false },
  );
}

function readTargets(attributes: ReadonlyMap<string, JsonValue>): Targets {
  return { oids: readOids(attributes), where: readObject(attributes, '_where') };
}

function readOids(attributes: ReadonlyMap<string, JsonValue>): readonly Oid[] | undefined {
  const texts = readTexts(attributes, '_oids');
  if (!texts) return undefined;
  return texts.map((text) => {
    if (!isOid(text)) throw new FusionError(1700, shorten(text));
    return text.toLowerCase();
  });
}

function requireNoTerms(query: QueryName, names: JsonObject): void {
  const [first] = names.keys;
  if (first !== undefined) throw new FusionError(1200, `${query} takes no terms such as ${shorten(first)}`);
}

function requireNoNames({ names }: Parts, errorCode: ErrorCode, query: QueryName): void {
  const [first] = names.keys;
  if (first !== undefined) throw new FusionError(errorCode, `${query} takes no ${shorten(first)}`);
}
