import { FusionError } from '../errors.js';
import { reserveAdditions } from '../executor/additions.js';
import type { Member } from '../schema/class-definition.js';
import { ColumnDemand, nodeWords } from '../store/columns/column-demand.js';
import type { Row } from '../store/columns/column.js';
import { inSteps } from '../store/in-steps.js';
import type { RowAdopter } from '../store/row-adopter.js';
import type { StagedLink, StagedRows } from '../store/staged-rows.js';
import type { Store } from '../store/store.js';
import { existingRow, linkMembersOf, requireStagedLinks } from './staged-links.js';
import type { Staging } from './staging.js';
import { storedLength, writeResponse, type BulkSteps, type Frame } from './stored-response.js';

export interface AdoptionOptions {
  readonly store: Store;
  /** From when on the objects live. */
  readonly now: number;
  /** Longest contents of a response, in bytes. */
  readonly responseBytesMax: number;
}

/**
 * Puts staged objects into their tables, all or none, a few at a time: with the last of them all become visible. From the
 * first until the response is written others may read in between, but not write. Gives what writes the response.
 *
 * Throws {@link FusionError} 1503 or 1701, and `LimitError` when there is no memory; nothing has changed then.
 */
export function* adoptObjects(
  { store, now, responseBytesMax }: AdoptionOptions,
  staging: Staging,
  frame: Frame | undefined,
): Generator<undefined, BulkSteps<Uint8Array> | undefined> {
  const all = staging.all.filter(({ count }) => count > 0);
  if (all.some(({ hasOids }) => hasOids))
    yield* inSteps(staging.roots.count, (row) => requireStagedLinks(store, staging, staging.roots, row));
  for (const rows of all) reserveAdditions(rows.table, rows.count, yield* demandsOf(rows));
  const length = frame && (yield* responseLength(staging));
  if (length !== undefined && length > responseBytesMax)
    throw new FusionError(1503, `the response is limited to ${responseBytesMax} bytes; ask for less`);
  const adopters = new Map(all.map((rows) => [rows, rows.table.adopter(rows)]));
  store.changes.journal.reserve(Array.from(adopters.values()).reduce((sum, { entriesMax }) => sum + entriesMax, 0));
  for (const adopter of adopters.values()) yield* adopter.adopt(store.prng, now);
  for (const [rows, adopter] of adopters) yield* link(store, staging, rows, adopter, adopters);
  store.changes.make(() => {
    for (const adopter of adopters.values()) adopter.show();
  });
  return frame && writeResponse(staging, adopters, frame);
}

/** What rows will take of their columns, but for what they have already. */
function* demandsOf(rows: StagedRows): Generator<undefined, ReadonlyMap<Member, ColumnDemand>> {
  const demands = new Map<Member, ColumnDemand>();
  for (const member of rows.definition.members) {
    const demand = new ColumnDemand();
    demands.set(member, demand);
    if (member.kind === 'scalar' && !member.isArray) {
      demand.keys = rows.count;
    } else if (member.isArray && (member.kind === 'link' || rows.table.indexOf(member))) {
      const { present, highs } = rows.column(member);
      yield* inSteps(rows.count, (row) => {
        const count = highs[row] as number;
        if (present[row] === 0) return;
        if (member.kind === 'link') demand.addLinks(count, 1);
        else if (count > 0) demand.postings.add(count * nodeWords, 1);
        demand.keys += count;
      });
    }
  }
  return demands;
}

function* link(
  store: Store,
  staging: Staging,
  rows: StagedRows,
  adopter: RowAdopter,
  adopters: ReadonlyMap<StagedRows, RowAdopter>,
): Generator<undefined, void> {
  for (const member of linkMembersOf(rows)) {
    const target = adopters.get(staging.rowsOf(member.target));
    const toRow = (to: StagedLink): Row =>
      to < 0 || !target ? existingRow(store, rows, member, to) : target.rowAt(to);
    yield* inSteps(
      rows.count,
      (row) => {
        if (rows.has(row, member.position)) adopter.link(row, member, rows.linksAt(row, member).map(toRow));
      },
      'heavy',
    );
  }
}

/** How long the contents of the response will be. */
function* responseLength(staging: Staging): Generator<undefined, number> {
  const { roots } = staging;
  // Brackets, and commas between the objects.
  let length = roots.count + 1;
  if (linkMembersOf(roots).length === 0) return length + roots.count * storedLength(staging, roots, 0);
  yield* inSteps(
    roots.count,
    (row) => {
      length += storedLength(staging, roots, row);
    },
    'heavy',
  );
  return length;
}
