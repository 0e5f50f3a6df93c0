import { expect } from 'vitest';
import type { LinkMember, ScalarMember } from '../schema/class-definition.js';
import type { Scalar } from '../schema/scalar.js';
import { formatDefinitions } from '../schema/definitions-json.js';
import type { Row } from '../store/columns/column.js';
import type { ExpiryQueue } from '../store/expiry-queue.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';

/** All that a store holds, but for its OIDs: classes, indexes, and every object with when it expires and what it links to. */
export function contentsOf(store: Store): readonly string[] {
  const lines = [formatDefinitions(store.catalogue)];
  for (const table of store.tables()) {
    const { name, members } = table.definition;
    const indexed = members.filter((member) => member.kind === 'scalar' && table.indexOf(member));
    lines.push(`${name} has indexes of ${indexed.map((member) => member.name).join()}`);
    lines.push(...Array.from(table.rows(), (row) => `${name} ${describe(store, table, row)}`).sort());
  }
  return lines;
}

function describe(store: Store, table: Table, row: Row): string {
  const parts = table.definition.members.map((member) => {
    if (member.kind === 'scalar') return `${member.name}=${JSON.stringify(table.get(row, member), bigintsAsText)}`;
    const targets = store.table(member.target);
    const linked = table.targetsOf(row, member).map((target) => describe(store, targets, target));
    return `${member.name}=${table.has(row, member) ? `[${linked.join()}]` : 'none'}`;
  });
  if (table.expiries) parts.push(`expires at ${table.expiries.timeOf(row)}`);
  return `{${parts.join()}}`;
}

function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** Indexes, links, OIDs, queues and counts say the same as a look at all objects. */
export function expectSound(store: Store): void {
  let [size, bytes] = [0, 0];
  for (const table of store.tables()) {
    const rows = [...table.rows()];
    expect(table.size).toBe(rows.length);
    expect(rows.map((row) => table.rowOf(table.oidOf(row)))).toEqual(rows);
    if (table.expiries) expectQueue(table.expiries, rows);
    for (const member of table.definition.members)
      if (member.kind === 'link') expectLinks(store, table, member);
      else expectIndex(table, member);
    size += table.size;
    bytes += table.memory.bytes;
  }
  expect(store.size).toBe(size);
  expect(store.memoryBytes).toBe(bytes);
}

function expectQueue(expiries: ExpiryQueue, rows: readonly Row[]): void {
  const queued = expiries.due(Infinity, Infinity);
  expect(sorted(queued)).toEqual(rows);
  const times = queued.map((row) => expiries.timeOf(row));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(expiries.earliest).toBe(times[0] ?? Infinity);
}

function expectLinks(store: Store, table: Table, member: LinkMember): void {
  const targets = store.table(member.target);
  const referrers = new Map<Row, Set<Row>>(Array.from(targets.rows(), (target) => [target, new Set()]));
  // What leads nowhere would be missed here.
  for (const row of table.rows()) for (const target of table.targetsOf(row, member)) referrers.get(target)!.add(row);
  const found = Array.from(referrers.keys(), (target) => sorted(table.referrersOf(target, member)));
  expect(found).toEqual(Array.from(referrers.values(), sorted));
}

function expectIndex(table: Table, member: ScalarMember): void {
  const index = table.indexOf(member);
  if (!index) return;
  const rowsOf = new Map<Scalar, Set<Row>>();
  for (const row of table.rows())
    for (const value of [table.get(row, member) ?? []].flat())
      rowsOf.set(value, (rowsOf.get(value) ?? new Set()).add(row));
  expect(index.keyCount).toBe(rowsOf.size);
  const slots = Array.from(rowsOf.keys(), (value) => index.seek(value));
  expect(slots.map((slot) => sorted(index.rowsAt(slot)))).toEqual(Array.from(rowsOf.values(), sorted));
  expect(slots.map((slot) => index.countAt(slot))).toEqual(Array.from(rowsOf.values(), ({ size }) => size));
}

function sorted(rows: Iterable<Row>): readonly Row[] {
  return [...rows].sort((a, b) => a - b);
}
