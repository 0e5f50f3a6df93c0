import { linkedObjects, type LinkedObject, type MemberValue, type NewObject } from '../fql/plan.js';
import type { ClassDefinition, Member } from '../schema/class-definition.js';
import type { Scalar } from '../schema/scalar.js';
import type { StagedLink, StagedRows } from '../store/staged-rows.js';

/**
 * Puts an object, with all new objects in it, into the staged rows of their classes; gives its row. Throws `LimitError`
 * where there is no room.
 */
export function stageObject(object: NewObject, rowsOf: (definition: ClassDefinition) => StagedRows): number {
  const rows = rowsOf(object.definition);
  const row = rows.add();
  object.values.forEach((value, position) => {
    const member = object.definition.members[position];
    if (value !== undefined && member) stageValue(rows, row, member, value, rowsOf);
  });
  return row;
}

function stageValue(
  rows: StagedRows,
  row: number,
  member: Member,
  value: MemberValue,
  rowsOf: (definition: ClassDefinition) => StagedRows,
): void {
  if (member.kind === 'scalar') {
    rows.setValue(row, member, value as Scalar | readonly Scalar[]);
    return;
  }
  const toLink = (linked: LinkedObject): StagedLink =>
    linked.kind === 'new' ? stageObject(linked, rowsOf) : rows.linkTo(linked.oid);
  const links = linkedObjects(value).map(toLink);
  if (member.isArray) rows.setLinks(row, member, links);
  else rows.setLink(row, member, links[0] as StagedLink);
}
