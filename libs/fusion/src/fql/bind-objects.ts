import { isOid } from '@syncytium/codec';
import { FusionError } from '../errors.js';
import { JsonObject, type JsonValue } from '../json/json-value.js';
import type { Oid } from '../oid.js';
import type { ClassDefinition, LinkMember, Member } from '../schema/class-definition.js';
import { shorten } from '../schema/names.js';
import { isArray, unexpectedAttribute, wrongType } from './attributes.js';
import { misfit, requireMember, requireScalar } from './bind-terms.js';
import type { Change, LinkedObject, MemberValue, NewObject } from './plan.js';
import { unwrap } from './unwrap.js';

/**
 * An object that STORE is to make, together with those it contains. Throws {@link FusionError} 1101, 1102, 1200, 1201,
 * 1700 or 1801.
 */
export function bindObject(json: JsonObject, definition: ClassDefinition): NewObject {
  return bindMembers(unwrapObject(json, definition), definition);
}

/** What UPDATE is to change. Throws as {@link bindObject} does, and {@link FusionError} 1305 for an empty change. */
export function bindChanges(json: JsonObject, definition: ClassDefinition): readonly Change[] {
  return Array.from(json, ([name, value]) => bindChange(requireMember(name, definition), value, definition));
}

function bindMembers(json: JsonObject, definition: ClassDefinition): NewObject {
  const values = new Array<MemberValue | undefined>(definition.members.length).fill(undefined);
  for (const [name, value] of json) {
    const member = requireMember(name, definition);
    values[member.position] = bindValue(member, value, definition);
  }
  return { kind: 'new', definition, values };
}

function bindValue(member: Member, value: JsonValue, definition: ClassDefinition): MemberValue {
  if (member.kind === 'scalar') {
    if (!member.isArray) return requireScalar(member, value, definition);
    if (!isArray(value)) throw misfit(member, value, definition);
    return value.map((item) => requireScalar(member, item, definition));
  }
  if (!member.isArray) return bindLinked(member, value, definition);
  if (!isArray(value)) throw misfit(member, value, definition);
  return value.map((item) => bindLinked(member, item, definition));
}

/** The object a member links to: `{"_oid":".."}` for one that exists, anything else for one to be made. */
function bindLinked(member: LinkMember, value: JsonValue, definition: ClassDefinition): LinkedObject {
  if (!(value instanceof JsonObject)) throw misfit(member, value, definition);
  const json = unwrapObject(value, member.target);
  const oid = readLink(json, member.target);
  return oid === undefined ? bindMembers(json, member.target) : { kind: 'existing', definition: member.target, oid };
}

function bindChange(member: Member, value: JsonValue, definition: ClassDefinition): Change {
  if (member.kind === 'scalar' || !(value instanceof JsonObject))
    return { kind: 'set', member, value: bindValue(member, value, definition) };
  const json = unwrapObject(value, member.target);
  const oid = readLink(json, member.target);
  if (oid === undefined) {
    if (json.size === 0) throw new FusionError(1305, `${member.name} of ${definition.name}`);
    return { kind: 'inside', member, changes: bindChanges(json, member.target) };
  }
  if (member.isArray) throw misfit(member, value, definition);
  return { kind: 'set', member, value: { kind: 'existing', definition: member.target, oid } };
}

/** The OID of an object that is nothing but a link; `undefined` for any other. */
function readLink(json: JsonObject, target: ClassDefinition): Oid | undefined {
  const oid = json.get('_oid');
  if (oid === undefined) return undefined;
  if (typeof oid !== 'string') throw wrongType('_oid', 'a string', oid);
  if (json.size > 1) throw unexpectedAttribute('_oid', `${target.name} beside members`);
  if (!isOid(oid)) throw new FusionError(1700, shorten(oid));
  return oid.toLowerCase();
}

/** A value of a scalar member is never an object, so only a link of the class's own name is ambiguous. */
function unwrapObject(json: JsonObject, definition: ClassDefinition): JsonObject {
  return unwrap(json, definition, (member) => member.kind === 'link');
}
