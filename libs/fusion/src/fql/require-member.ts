import { FusionError } from '../errors.js';
import { describeJson, type JsonValue } from '../json/json-value.js';
import { formatType, type ClassDefinition, type Member, type ScalarMember } from '../schema/class-definition.js';
import { shorten } from '../schema/names.js';
import { toScalar, type Scalar } from '../schema/scalar.js';
import { unexpectedAttribute } from './attributes.js';

/** The member of that name. Throws {@link FusionError} 1200 or 1201 for an attribute, 1801 for no member. */
export function requireMember(name: string, definition: ClassDefinition): Member {
  const member = definition.member(name);
  if (member) return member;
  if (name.startsWith('_')) throw unexpectedAttribute(name, definition.name);
  throw new FusionError(1801, `${shorten(name)} of ${definition.name}`);
}

/** The value as the member holds it (one element, for a list). Throws {@link FusionError} 1102. */
export function requireScalar(member: ScalarMember, value: JsonValue, definition: ClassDefinition): Scalar {
  const scalar = toScalar(member.type, value);
  if (scalar === undefined) throw misfit(member, value, definition);
  return scalar;
}

/** The error for a value that is of another type than its member, or does not fit. */
export function misfit(member: Member, value: JsonValue, { name }: ClassDefinition): FusionError {
  return new FusionError(1102, `${member.name} of ${name} is ${formatType(member)}, given ${describeJson(value)}`);
}
