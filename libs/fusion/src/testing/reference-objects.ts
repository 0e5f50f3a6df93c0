import { attribute, checkLink, fail, headKeys, isList, isRecord, names, scalars, text } from './reference-checks.js';
import { createClass } from './reference-classes.js';
import { type Json, type JsonRecord, fits } from './reference-values.js';
import type { ReferenceWorld } from './reference-world.js';

/** STORE. */
export function store(world: ReferenceWorld, content: JsonRecord): unknown {
  const given = attribute(content, '_class', [...headKeys, '_class', '_objects']);
  if (names(content).length > 0) fail(1200);
  let className: string;
  let definition: Json | undefined;
  if (isRecord(given)) {
    const entries = Object.entries(given);
    if (entries.length === 0) fail(1501);
    if (entries.length > 1) fail(1002);
    [className, definition] = entries[0] as [string, Json];
  } else {
    className = text(given);
  }
  const objects = content['_objects'];
  if (objects === undefined) fail(1202);
  if (!isList(objects)) fail(1101);
  if (objects.length === 0) fail(1501);
  if (!objects.every(isRecord)) fail(1101);
  if (definition !== undefined) createClass(world, className, definition);
  world.members(className);
  const bare = objects.map((object) => world.unwrap(className, object));
  for (const object of bare)
    for (const [member, value] of Object.entries(object)) checkValue(world, className, member, value);
  for (const object of bare) checkLinks(world, className, object);
  return bare.map((object) => ({ [className]: oidsIn(world, className, object, world.insert(className, object)) }));
}

export function checkValue(world: ReferenceWorld, className: string, member: string, value: Json): void {
  const type = world.member(className, member);
  if (type.isArray && !isList(value)) fail(1102);
  for (const item of type.isArray ? (value as readonly Json[]) : [value]) {
    if (scalars.includes(type.base)) {
      if (!fits(type.base, item)) fail(1102);
      continue;
    }
    if (!isRecord(item)) fail(1102);
    const object = world.unwrap(type.base, item);
    if (object['_oid'] !== undefined) checkLink(object);
    else for (const [inner, innerValue] of Object.entries(object)) checkValue(world, type.base, inner, innerValue);
  }
}

/** Every object that is linked has to exist. */
export function checkLinks(world: ReferenceWorld, className: string, object: JsonRecord): void {
  for (const [member, value] of Object.entries(object)) {
    const type = world.members(className).get(member);
    if (!type || scalars.includes(type.base)) continue;
    for (const item of isList(value) ? value : [value]) checkLinksOf(world, type.base, item as JsonRecord);
  }
}

function checkLinksOf(world: ReferenceWorld, className: string, item: JsonRecord): void {
  const object = world.unwrap(className, item);
  const oid = object['_oid'];
  if (oid === undefined) checkLinks(world, className, object);
  else if (world.state.objects.get(oid as string)?.className !== className) fail(1701);
}

/** The OIDs of an object and of the new objects in it. */
function oidsIn(world: ReferenceWorld, className: string, object: JsonRecord, oid: string): unknown {
  const answer: Record<string, unknown> = {};
  for (const [member, type] of world.members(className)) {
    const value = object[member];
    if (value === undefined || scalars.includes(type.base)) continue;
    const stored = world.object(oid).values.get(member);
    const one = (item: Json, linked: string): unknown => {
      const inner = world.unwrap(type.base, item as JsonRecord);
      return { [type.base]: inner['_oid'] !== undefined ? { _oid: linked } : oidsIn(world, type.base, inner, linked) };
    };
    answer[member] = type.isArray
      ? (value as readonly Json[]).map((item, i) => one(item, (stored as string[])[i] as string))
      : one(value, stored as string);
  }
  return { ...answer, _oid: oid };
}
