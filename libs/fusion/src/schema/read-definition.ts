import { FusionError } from '../errors.js';
import { describeJson, JsonObject, type JsonValue } from '../json/json-value.js';
import { membersMax, relationDepthMax, ttlMsMax } from '../limits.js';
import type { Catalogue } from './catalogue.js';
import { ClassDefinition, type Member } from './class-definition.js';
import { checkClassName, checkMemberName, shorten } from './names.js';
import { scalarTypes, type ScalarType } from './scalar.js';

/**
 * A class from its definition in JSON, every member compact (`"city":"string"`) or expanded
 * (`"city":{"_type":"string","_index":true}`), and `_ttl` for how long objects live. A class that a member
 * refers to must be in the catalogue, so relations never form a circle. Throws {@link FusionError} 1001 to 1003, 1100, 1101, 1200 to 1202, 1503 or 1800.
 *
 * @see docs/spec/fusion.md
 */
export function readClassDefinition(name: string, json: JsonValue, catalogue: Catalogue): ClassDefinition {
  checkClassName(name);
  if (catalogue.find(name)) throw new FusionError(1001, name);
  if (!(json instanceof JsonObject)) throw new FusionError(1002, `${name} is ${describeJson(json)}, not an object`);
  const ttlMs = readTtl(name, json.get('_ttl'));
  const entries = Array.from(json).filter(([key]) => key !== '_ttl');
  if (entries.length === 0) throw new FusionError(1002, `${name} has no member`);
  if (entries.length > membersMax) throw new FusionError(1002, `${name} has more than ${membersMax} members`);
  const members = entries.map(([member, type], position) => readMember(name, member, position, type, catalogue));
  const definition = new ClassDefinition(name, members, ttlMs);
  if (definition.relationDepth > relationDepthMax)
    throw new FusionError(1002, `${name} would begin a chain of more than ${relationDepthMax} classes`);
  return definition;
}

/** How long objects live, a whole number of milliseconds from 1. */
function readTtl(className: string, json: JsonValue | undefined): number | undefined {
  if (json === undefined) return undefined;
  const isInteger = typeof json === 'bigint' || (typeof json === 'number' && Number.isInteger(json));
  if (!isInteger || json < 1)
    throw new FusionError(
      1101,
      `_ttl of ${className} must be a whole number of milliseconds from 1, not ${describeJson(json)}`,
    );
  if (json > ttlMsMax) throw new FusionError(1503, `_ttl of ${className} is at most ${ttlMsMax}`);
  return Number(json);
}

function readMember(className: string, name: string, position: number, json: JsonValue, catalogue: Catalogue): Member {
  checkMemberName(className, name);
  const path = `${className}.${name}`;
  const { type, isIndexed } = readExpanded(path, json);
  const isArray = type.endsWith('[]');
  const base = isArray ? type.slice(0, -2) : type;
  if (isScalarType(base)) return { kind: 'scalar', name, position, isArray, type: base, isIndexed };
  const target = catalogue.find(base);
  if (!target) throw new FusionError(1100, `${shorten(type)} of ${path}`);
  if (isIndexed) throw new FusionError(1101, `_index of ${path}: ${type} is a class`);
  return { kind: 'link', name, position, isArray, target };
}

function readExpanded(path: string, json: JsonValue): { type: string; isIndexed: boolean } {
  if (typeof json === 'string') return { type: json, isIndexed: false };
  if (!(json instanceof JsonObject)) throw new FusionError(1002, `${path} is ${describeJson(json)}`);
  for (const key of json.keys)
    if (key !== '_type' && key !== '_index') throw new FusionError(1201, `${shorten(key)} of ${path}`);
  const type = json.get('_type');
  if (type === undefined) throw new FusionError(1202, `_type of ${path}`);
  if (typeof type !== 'string') throw new FusionError(1101, `_type of ${path} is ${describeJson(type)}`);
  const isIndexed = json.get('_index');
  if (isIndexed !== undefined && typeof isIndexed !== 'boolean')
    throw new FusionError(1101, `_index of ${path} is ${describeJson(isIndexed)}`);
  return { type, isIndexed: isIndexed === true };
}

function isScalarType(text: string): text is ScalarType {
  return (scalarTypes as readonly string[]).includes(text);
}
