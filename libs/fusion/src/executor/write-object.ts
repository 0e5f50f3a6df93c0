import type { LinkMember, Member } from '../schema/class-definition.js';
import type { Row } from '../store/columns/column.js';
import { makePiece, writePiece } from '../store/json-target.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import type { ResponseBytes } from './response-bytes.js';

const comma = 0x2c;
const bracketOpen = 0x5b;
const bracketClose = 0x5d;
const braceOpen = 0x7b;
const braceClose = 0x7d;
const oidKey = makePiece(',"_oid":');

/**
 * Writes an object with everything it links to: members in the order of the definition, absent ones left out, linked
 * objects wrapped in the names of their classes, the OID last. `select` limits the members of the object itself. All of
 * them have been used then.
 */
export function writeObject(
  text: ResponseBytes,
  store: Store,
  table: Table,
  row: Row,
  select?: ReadonlySet<Member>,
): void {
  table.noteUse(row);
  const start = text.at;
  for (const member of table.definition.members) {
    if (select && !select.has(member)) continue;
    if (member.kind === 'scalar') table.writeMember(row, member, text);
    else if (table.has(row, member)) writeLinks(text, store, table, row, member);
  }
  writePiece(text, oidKey);
  table.writeOid(row, text);
  text.addByte(braceClose);
  // In place of the first comma.
  text.bytes[start] = braceOpen;
}

function writeLinks(text: ResponseBytes, store: Store, table: Table, row: Row, member: LinkMember): void {
  const target = store.table(member.target);
  table.writeKey(member, text);
  if (member.isArray) text.addByte(bracketOpen);
  const count = table.targetCount(row, member);
  for (let i = 0; i < count; i++) {
    if (i > 0) text.addByte(comma);
    writePiece(text, target.opening);
    writeObject(text, store, target, table.targetAt(row, member, i));
    text.addByte(braceClose);
  }
  if (member.isArray) text.addByte(bracketClose);
}
