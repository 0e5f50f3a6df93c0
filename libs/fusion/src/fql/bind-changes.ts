import { FusionError } from '../errors.js';
import { JsonObject, type JsonValue } from '../json/json-value.js';
import type { ClassDefinition, Member, ScalarMember } from '../schema/class-definition.js';
import { toAmount } from '../schema/scalar.js';
import { unexpectedAttribute } from './attributes.js';
import { bindValue, readLink, unwrapObject } from './bind-object.js';
import { misfit, requireMember } from './require-member.js';
import type { Change } from './plan.js';

/**
 * What UPDATE is to change. Throws as `bindObject` does, and {@link FusionError} 1305 for an empty change, 1101 for an
 * addition to what is no number.
 */
export function bindChanges(json: JsonObject, definition: ClassDefinition): readonly Change[] {
  return Array.from(json, ([name, value]) => bindChange(requireMember(name, definition), value, definition));
}

function bindChange(member: Member, value: JsonValue, definition: ClassDefinition): Change {
  if (!(value instanceof JsonObject)) return { kind: 'set', member, value: bindValue(member, value, definition) };
  if (member.kind === 'scalar') return bindAddition(member, value, definition);
  const json = unwrapObject(value, member.target);
  const oid = readLink(json, member.target);
  if (oid === undefined) {
    if (json.size === 0) throw new FusionError(1305, `${member.name} of ${definition.name}`);
    return { kind: 'inside', member, changes: bindChanges(json, member.target) };
  }
  if (member.isArray) throw misfit(member, value, definition);
  return { kind: 'set', member, value: { kind: 'existing', definition: member.target, oid } };
}

/** `{"_inc":n}`, the only object that a member which holds values takes. */
function bindAddition(member: ScalarMember, json: JsonObject, definition: ClassDefinition): Change {
  const given = json.get('_inc');
  if (given === undefined) throw misfit(member, json, definition);
  if (json.size > 1) throw unexpectedAttribute('_inc', `${member.name} of ${definition.name} beside others`);
  const { type, isArray } = member;
  if (isArray || type === 'string' || type === 'bool')
    throw new FusionError(1101, `_inc on ${member.name} of ${definition.name}`);
  const amount = toAmount(type, given);
  if (amount === undefined) throw misfit(member, given, definition);
  return { kind: 'add', member, type, amount };
}
