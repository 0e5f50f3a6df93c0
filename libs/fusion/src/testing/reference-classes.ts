import { checkAttributes, fail, headKeys, isRecord, name, names, readTexts, scalars } from './reference-checks.js';
import type { Json, JsonRecord } from './reference-values.js';
import type { ClassMembers, MemberType, ReferenceWorld } from './reference-world.js';

/** CREATE_CLASSES. */
export function createClasses(world: ReferenceWorld, content: JsonRecord): unknown {
  const given = names(content);
  checkAttributes(content, headKeys);
  if (given.length === 0) fail(1304);
  for (const [className, definition] of given) createClass(world, className, definition);
  return Object.fromEntries(given.map(([className]) => [className, {}]));
}

export function createClass(world: ReferenceWorld, className: string, definition: Json): void {
  if (!name.test(className) || scalars.includes(className)) fail(1003);
  if (world.state.classes.has(className)) fail(1001);
  if (!isRecord(definition)) fail(1002);
  const { _ttl: ttl, ...types } = definition as Readonly<Record<string, Json>>;
  if (ttl !== undefined) {
    if (typeof ttl !== 'number' || !Number.isInteger(ttl) || ttl < 1) fail(1101);
    if (ttl > 10 * 365 * 24 * 60 * 60 * 1000) fail(1503);
  }
  if (Object.keys(types).length === 0) fail(1002);
  const members: ClassMembers = new Map();
  for (const [member, type] of Object.entries(types)) {
    if (!name.test(member)) fail(1800);
    members.set(member, memberType(world, type));
  }
  world.state.classes.set(className, { members, ttl });
}

function memberType(world: ReferenceWorld, json: Json): MemberType {
  let written: Json | undefined = json;
  let isIndexed: Json | undefined;
  if (isRecord(json)) {
    if (Object.keys(json).some((key) => key !== '_type' && key !== '_index')) fail(1201);
    written = json['_type'];
    isIndexed = json['_index'];
    if (written === undefined) fail(1202);
    if (typeof written !== 'string') fail(1101);
    if (isIndexed !== undefined && typeof isIndexed !== 'boolean') fail(1101);
  }
  if (typeof written !== 'string') fail(1002);
  const isArray = written.endsWith('[]');
  const base = written.replace(/\[\]$/, '');
  if (!scalars.includes(base) && !world.state.classes.has(base)) fail(1100);
  if (!scalars.includes(base) && isIndexed) fail(1101);
  return { base, isArray, isIndexed: isIndexed === true };
}

/** CREATE_INDEX and DROP_INDEX. */
export function changeIndexes(world: ReferenceWorld, content: JsonRecord, isIndexed: boolean): unknown {
  checkAttributes(content, headKeys);
  const given = names(content);
  if (given.length === 0) fail(1304);
  for (const [, members] of given) readTexts(members);
  for (const [className, members] of given) {
    world.members(className);
    for (const member of members as string[]) if (!scalars.includes(world.member(className, member).base)) fail(1101);
  }
  for (const [className, members] of given) {
    for (const member of members as string[]) {
      const type = world.member(className, member);
      if (type.isIndexed === isIndexed) fail(isIndexed ? 1802 : 1803);
      world.members(className).set(member, { ...type, isIndexed });
    }
  }
  return Object.fromEntries(given.map(([className]) => [className, {}]));
}
