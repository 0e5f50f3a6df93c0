import { isOid } from '@syncytium/codec';
import { FusionError } from '../errors.js';
import { isArray, JsonObject, type JsonValue } from '../json/json-value.js';
import type { Oid } from '../oid.js';
import type { ClassDefinition, LinkMember, Member } from '../schema/class-definition.js';
import { shorten } from '../schema/names.js';
import { unexpectedAttribute, wrongType } from './attributes.js';
import { misfit, requireMember, requireScalar } from './require-member.js';
import type { LinkedObject, MemberValue, NewObject } from './plan.js';
import { unwrap } from './unwrap.js';

/**
 * An object that STORE is to make, together with those it contains. Throws {@link FusionError} 1101, 1102, 1200, 1201,
 * 1700 or 1801.
 */
export function bindObject(json: JsonObject, definition: ClassDefinition): NewObject {
  return bindMembers(unwrapObject(json, definition), definition);
}

function bindMembers(json: JsonObject, definition: ClassDefinition): NewObject {
  const values = new Array<MemberValue | undefined>(definition.members.length).fill(undefined);
  for (const [name, value] of json) {
    const member = requireMember(name, definition);
    values[member.position] = bindValue(member, value, definition);
  }
  return { kind: 'new', definition, values };
}

/** A member's value in a new object. Throws as {@link bindObject} does. */
export function bindValue(member: Member, value: JsonValue, definition: ClassDefinition): MemberValue {
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

/** The OID of an object that is nothing but a link; `undefined` for any other. */
export function readLink(json: JsonObject, target: ClassDefinition): Oid | undefined {
  const oid = json.get('_oid');
  if (oid === undefined) return undefined;
  if (typeof oid !== 'string') throw wrongType('_oid', 'a string', oid);
  if (json.size > 1) throw unexpectedAttribute('_oid', `${target.name} beside members`);
  if (!isOid(oid)) throw new FusionError(1700, shorten(oid));
  return oid.toLowerCase();
}

/**
 * An object without the name of its class around it. A value of a scalar member is never an object, so only a link of the
 * class's own name is ambiguous.
 */
export function unwrapObject(json: JsonObject, definition: ClassDefinition): JsonObject {
  return unwrap(json, definition, (member) => member.kind === 'link');
}
