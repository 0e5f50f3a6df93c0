import { fail, isList, isRecord, scalars } from './reference-checks.js';
import { type Json, type JsonRecord, fits, passes } from './reference-values.js';
import type { MemberType, ReferenceWorld } from './reference-world.js';

export function checkTerms(world: ReferenceWorld, className: string, terms: JsonRecord): void {
  for (const [member, value] of Object.entries(terms)) {
    const type = world.member(className, member);
    if (scalars.includes(type.base)) {
      checkTests(type, value);
    } else {
      if (!isRecord(value)) fail(1102);
      const inner = world.unwrap(type.base, value);
      if (Object.keys(inner).length === 0) fail(1305);
      checkTerms(world, type.base, inner);
    }
  }
}

function checkTests(type: MemberType, value: Json): void {
  const check = (operand: Json): void => {
    if (!fits(type.base, operand)) fail(1102);
  };
  if (!isRecord(value)) {
    check(value);
    return;
  }
  if (Object.keys(value).length === 0) fail(1305);
  for (const [operator, operand] of Object.entries(value)) {
    if (operator === 'in') {
      if (!isList(operand)) fail(1101);
      if (operand.length === 0) fail(1501);
      operand.forEach(check);
    } else if (operator === 'prefix') {
      if (type.base !== 'string') fail(1101);
      check(operand);
    } else if (['==', '!=', '<', '<=', '>', '>='].includes(operator)) {
      if (type.base === 'bool' && operator !== '==' && operator !== '!=') fail(1101);
      check(operand);
    } else {
      fail(1201);
    }
  }
}

/** Whether an object is among those that terms, which have been checked, are about. */
export function satisfies(world: ReferenceWorld, oid: string, terms: JsonRecord): boolean {
  const { className, values } = world.object(oid);
  return Object.entries(terms).every(([member, term]) => {
    const type = world.member(className, member);
    const value = values.get(member);
    if (value === undefined) return false;
    return (type.isArray ? (value as unknown[]) : [value]).some((item) =>
      scalars.includes(type.base)
        ? passes(type.base, item, term)
        : satisfies(world, item as string, world.unwrap(type.base, term as JsonRecord)),
    );
  });
}

export function checkSomeTerms(world: ReferenceWorld, className: string, terms: Json | undefined): void {
  if (terms === undefined) return;
  if (Object.keys(terms as JsonRecord).length === 0) fail(1305);
  checkTerms(world, className, terms as JsonRecord);
}
