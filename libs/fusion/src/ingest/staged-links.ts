import { FusionError } from '../errors.js';
import type { LinkMember } from '../schema/class-definition.js';
import type { Row } from '../store/columns/column.js';
import type { StagedLink, StagedRows } from '../store/staged-rows.js';
import type { Store } from '../store/store.js';
import type { Staging } from './staging.js';

/** The members of a class that link. */
export function linkMembersOf({ definition }: StagedRows): readonly LinkMember[] {
  return definition.members.filter((member) => member.kind === 'link');
}

/** The object that exists and is linked by a staged row: its row. Throws {@link FusionError} 1701 when it is gone. */
export function existingRow(store: Store, rows: StagedRows, { target }: LinkMember, link: StagedLink): Row {
  const oid = rows.oidOf(link);
  const row = store.table(target).rowOf(oid);
  if (row === undefined) throw new FusionError(1701, `${oid} of ${target.name}`);
  return row;
}

/** Throws {@link FusionError} 1701 when an object is gone that a staged row, or a new object in it, links to. */
export function requireStagedLinks(store: Store, staging: Staging, rows: StagedRows, row: number): void {
  for (const member of linkMembersOf(rows))
    for (const link of rows.linksAt(row, member))
      if (link < 0) existingRow(store, rows, member, link);
      else requireStagedLinks(store, staging, staging.rowsOf(member.target), link);
}
