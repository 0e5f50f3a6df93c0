import type { Member, ScalarMember } from '../../schema/class-definition.js';
import { makeNumberCells } from '../cells/number-cells.js';
import { TextCells } from '../cells/text-cells.js';
import type { SharedBuffers } from '../memory/shared-buffers.js';
import { BoolColumn } from './bool-column.js';
import { CellColumn } from './cell-column.js';
import type { ScalarColumn } from './column.js';
import { LinkColumn } from './link-column.js';
import { LinkListColumn } from './link-list-column.js';
import type { Links } from './links.js';
import { ListColumn } from './list-column.js';

/** What all tables of a store have in common. */
export interface TableOptions {
  /** Most objects of a class. */
  readonly rowsMax: number;
  /** Most words of the texts, or of the lists, of one member. */
  readonly heapWordsMax: number;
  /** Makes hashes of values differ from those of another store, so that nobody can choose values that collide. */
  readonly hashSeed: number;
  /**
   * Whether objects are taken out when there is no memory for others: it is known of each when it was used, and every
   * table has some room from the start, since it can never have that of another.
   */
  readonly evicts: boolean;
}

/** The column of a member. */
export function makeColumn(
  buffers: SharedBuffers,
  className: string,
  member: Member,
  options: TableOptions,
): ScalarColumn | Links {
  if (member.kind === 'scalar') return makeScalarColumn(buffers, className, member, options);
  const what = `links of ${className}.${member.name}`;
  return member.isArray
    ? new LinkListColumn(buffers, what, options.rowsMax, options.heapWordsMax)
    : new LinkColumn(buffers, what, options.rowsMax);
}

function makeScalarColumn(
  buffers: SharedBuffers,
  className: string,
  { name, type, isArray }: ScalarMember,
  { rowsMax, heapWordsMax, hashSeed }: TableOptions,
): ScalarColumn {
  const path = `${className}.${name}`;
  const cells =
    type === 'string'
      ? new TextCells(buffers, `texts of ${path}`, hashSeed, heapWordsMax)
      : makeNumberCells(type, hashSeed);
  if (isArray) return new ListColumn(buffers, `lists of ${path}`, rowsMax, cells, heapWordsMax);
  return new (type === 'bool' ? BoolColumn : CellColumn)(buffers, `values of ${path}`, rowsMax, cells);
}
