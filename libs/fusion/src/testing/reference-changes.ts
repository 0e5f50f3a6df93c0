import {
  checkAddition,
  checkBoolean,
  checkLink,
  fail,
  isRecord,
  readOids,
  readRecord,
  readRoot,
  scalars,
} from './reference-checks.js';
import { checkLinks, checkValue } from './reference-objects.js';
import { checkSomeTerms, satisfies } from './reference-terms.js';
import { type Json, type JsonRecord, canonical, fits } from './reference-values.js';
import type { MemberType, ReferenceWorld } from './reference-world.js';

function targetsOf(world: ReferenceWorld, className: string, options: JsonRecord): string[] {
  const oids = readOids(options['_oids']);
  const where = options['_where'] as JsonRecord | undefined;
  return world
    .oidsOf(className)
    .filter((oid) => (!oids || oids.includes(oid)) && (!where || satisfies(world, oid, where)));
}

/** UPDATE. */
export function update(world: ReferenceWorld, content: JsonRecord): unknown {
  const [className, options, changes] = readRoot(
    content,
    ['_where', '_if', '_explain'],
    ['_oids', '_where', '_if', '_explain'],
  );
  if (Object.keys(changes).length === 0) fail(1305);
  readOids(options['_oids']);
  readRecord(options['_where']);
  const condition = readRecord(options['_if']);
  checkBoolean(options['_explain']);
  world.members(className);
  checkSomeTerms(world, className, options['_where']);
  checkSomeTerms(world, className, condition);
  checkChanges(world, className, changes);
  checkChangedLinks(world, className, changes);
  const targets = targetsOf(world, className, options);
  const changed = targets.filter((oid) => !condition || satisfies(world, oid, condition));
  change(world, className, changed, changes);
  const unmet = condition && { _unmet: targets.length - changed.length };
  return { [className]: { _cnt: changed.length, ...unmet } };
}

/** Whether a change is one inside the linked objects, and which. */
function changesInside(world: ReferenceWorld, type: MemberType, value: Json): JsonRecord | undefined {
  if (scalars.includes(type.base) || !isRecord(value)) return undefined;
  const object = world.unwrap(type.base, value);
  return object['_oid'] === undefined ? object : undefined;
}

function checkChanges(world: ReferenceWorld, className: string, changes: JsonRecord): void {
  for (const [member, value] of Object.entries(changes)) {
    const type = world.member(className, member);
    const inside = changesInside(world, type, value);
    if (!inside) {
      // A single link to a list of links is of the wrong type, but is first looked at as a link.
      if (type.isArray && !scalars.includes(type.base) && isRecord(value)) checkLink(world.unwrap(type.base, value));
      if (scalars.includes(type.base) && isRecord(value)) checkAddition(type, value);
      else checkValue(world, className, member, value);
    } else {
      if (Object.keys(inside).length === 0) fail(1305);
      checkChanges(world, type.base, inside);
    }
  }
}

function checkChangedLinks(world: ReferenceWorld, className: string, changes: JsonRecord): void {
  for (const [member, value] of Object.entries(changes)) {
    const type = world.member(className, member);
    const inside = changesInside(world, type, value);
    if (inside) checkChangedLinks(world, type.base, inside);
    else checkLinks(world, className, { [member]: value });
  }
}

function change(world: ReferenceWorld, className: string, oids: readonly string[], changes: JsonRecord): void {
  for (const [member, value] of Object.entries(changes)) {
    const type = world.member(className, member);
    const inside = changesInside(world, type, value);
    const linked = (oid: string): string[] => [world.object(oid).values.get(member) ?? []].flat() as string[];
    if (inside) change(world, type.base, [...new Set(oids.flatMap(linked))], inside);
    else if (scalars.includes(type.base) && isRecord(value))
      for (const oid of oids) add(world, oid, member, type, value);
    else for (const oid of oids) world.object(oid).values.set(member, world.toStored(type, value));
  }
}

function add(world: ReferenceWorld, oid: string, member: string, type: MemberType, value: JsonRecord): void {
  const { values } = world.object(oid);
  const exact = type.base !== 'decimal';
  const before = values.get(member) ?? 0;
  const amount = value['_inc'] ?? 0;
  const sum = exact ? BigInt(before as number) + BigInt(amount as number) : Number(before) + Number(amount);
  if (!fits(type.base, sum)) fail(1102);
  values.set(member, canonical(type.base, sum));
}

/** DELETE. */
export function remove(world: ReferenceWorld, content: JsonRecord): unknown {
  const [className, options, rest] = readRoot(
    content,
    ['_where', '_explain'],
    ['_oids', '_where', '_deep', '_explain'],
  );
  if (Object.keys(rest).length > 0) fail(1200);
  readOids(options['_oids']);
  readRecord(options['_where']);
  const isDeep = checkBoolean(options['_deep']);
  checkBoolean(options['_explain']);
  world.members(className);
  checkSomeTerms(world, className, options['_where']);
  const doomed = new Set<string>();
  const targets = targetsOf(world, className, options);
  const counts = doom(world, className, targets, doomed, isDeep);
  world.takeOut(doomed);
  return { [className]: counts };
}

function doom(
  world: ReferenceWorld,
  className: string,
  oids: readonly string[],
  doomed: Set<string>,
  isDeep: boolean,
): unknown {
  const fresh = [...new Set(oids)].filter((oid) => !doomed.has(oid));
  for (const oid of fresh) doomed.add(oid);
  const counts: Record<string, unknown> = {};
  if (isDeep) {
    for (const [member, type] of world.members(className)) {
      if (scalars.includes(type.base)) continue;
      const linked = fresh.flatMap((oid) => [world.object(oid).values.get(member) ?? []].flat() as string[]);
      const isFresh = linked.some((oid) => !doomed.has(oid));
      counts[member] = { [type.base]: isFresh ? doom(world, type.base, linked, doomed, true) : { _cnt: 0 } };
    }
  }
  return { ...counts, _cnt: fresh.length };
}
