import { FusionError } from '../errors.js';
import { describeJson, JsonObject, type JsonValue } from '../json/json-value.js';
import { formatType, type ClassDefinition, type Member, type ScalarMember } from '../schema/class-definition.js';
import { shorten } from '../schema/names.js';
import { toScalar, type Scalar } from '../schema/scalar.js';
import { isArray, unexpectedAttribute, wrongType } from './attributes.js';
import type { Term, Test } from './plan.js';
import { unwrap } from './unwrap.js';

/**
 * Terms as they apply to a class. Throws {@link FusionError} 1101, 1102, 1200, 1201, 1305, 1501 or 1801.
 */
export function bindTerms(terms: JsonObject, definition: ClassDefinition): readonly Term[] {
  return Array.from(terms, ([name, value]) => bindTerm(requireMember(name, definition), value, definition));
}

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

function bindTerm(member: Member, value: JsonValue, definition: ClassDefinition): Term {
  if (member.kind === 'scalar') return { kind: 'scalar', member, tests: bindTests(member, value, definition) };
  if (!(value instanceof JsonObject)) throw misfit(member, value, definition);
  // A member of the class's own name could hold an object of operators as well as linked objects.
  const terms = unwrap(value, member.target, () => true);
  if (terms.size === 0) throw new FusionError(1305, `${member.name} of ${definition.name}`);
  return { kind: 'link', member, terms: bindTerms(terms, member.target) };
}

function bindTests(member: ScalarMember, value: JsonValue, definition: ClassDefinition): readonly Test[] {
  if (!(value instanceof JsonObject)) return [{ operator: '==', value: requireScalar(member, value, definition) }];
  if (value.size === 0) throw new FusionError(1305, `${member.name} of ${definition.name}`);
  return Array.from(value, ([operator, operand]) => bindTest(member, operator, operand, definition));
}

function bindTest(member: ScalarMember, operator: string, operand: JsonValue, definition: ClassDefinition): Test {
  switch (operator) {
    case '<':
    case '<=':
    case '>':
    case '>=':
      if (member.type === 'bool') throw new FusionError(1101, `${operator} on ${member.name} of ${definition.name}`);
      return { operator, value: requireScalar(member, operand, definition) };
    case '==':
    case '!=':
      return { operator, value: requireScalar(member, operand, definition) };
    case 'in':
      return { operator, values: bindAlternatives(member, operand, definition) };
    case 'prefix':
      if (member.type !== 'string') throw new FusionError(1101, `prefix on ${member.name} of ${definition.name}`);
      if (typeof operand !== 'string') throw misfit(member, operand, definition);
      return { operator, value: operand };
    default:
      throw new FusionError(1201, `operator ${shorten(operator)} on ${member.name} of ${definition.name}`);
  }
}

function bindAlternatives(member: ScalarMember, operand: JsonValue, definition: ClassDefinition): ReadonlySet<Scalar> {
  if (!isArray(operand)) throw wrongType(`in on ${member.name} of ${definition.name}`, 'an array', operand);
  if (operand.length === 0) throw new FusionError(1501, `in on ${member.name} of ${definition.name}`);
  return new Set(operand.map((value) => requireScalar(member, value, definition)));
}
