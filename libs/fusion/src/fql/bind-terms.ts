import { FusionError } from '../errors.js';
import { isArray, JsonObject, type JsonValue } from '../json/json-value.js';
import type { ClassDefinition, Member, ScalarMember } from '../schema/class-definition.js';
import { shorten } from '../schema/names.js';
import type { Scalar } from '../schema/scalar.js';
import { wrongType } from './attributes.js';
import type { Term, Test } from './plan.js';
import { misfit, requireMember, requireScalar } from './require-member.js';
import { unwrap } from './unwrap.js';

/**
 * Terms as they apply to a class. Throws {@link FusionError} 1101, 1102, 1200, 1201, 1305, 1501 or 1801.
 */
export function bindTerms(terms: JsonObject, definition: ClassDefinition): readonly Term[] {
  return Array.from(terms, ([name, value]) => bindTerm(requireMember(name, definition), value, definition));
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
