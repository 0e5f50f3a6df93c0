import { FusionError } from '../errors.js';
import { JsonObject, type JsonValue } from '../json/json-value.js';
import type { ClassDefinition, Member } from '../schema/class-definition.js';
import { bindValue, readLink, unwrapObject } from './bind-object.js';
import { misfit, requireMember } from './require-member.js';
import type { Change } from './plan.js';

/** What UPDATE is to change. Throws as `bindObject` does, and {@link FusionError} 1305 for an empty change. */
export function bindChanges(json: JsonObject, definition: ClassDefinition): readonly Change[] {
  return Array.from(json, ([name, value]) => bindChange(requireMember(name, definition), value, definition));
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
