import type { CellTopology, ServiceTopology, Topology } from '@syncytium/thynapse';
import { describe, expect, test } from 'vitest';
import { topTable } from './top-table.js';

function cell(done: number): CellTopology {
  const name = 'mail/c1';
  return { id: 'c1', via: null, name, patterns: ['mail::*'], capacity: 16, inFlight: 3, done, silentMs: 0 };
}

function service(more: Partial<ServiceTopology>): ServiceTopology {
  const counts = { waiting: 0, inFlight: 0, lagMs: 0, done: 0, dead: 0 };
  return { name: 'mail', patterns: ['mail::*'], ...counts, cells: [], ...more };
}

function reading(clockMs: number, events: number, services: ServiceTopology[]): Topology {
  const transmitter = { id: 'abcdef0123', command: 'tcp://127.0.0.1:5454', event: '' };
  return { clockMs, events, transmitter, transmitters: [], services };
}

describe('the table of top', () => {
  test('has the rates between two readings, and what is so now', () => {
    const before = reading(0, 100, [service({ done: 10, dead: 1, cells: [cell(10)] })]);
    const now = reading(2000, 300, [
      service({ done: 15, dead: 2, inFlight: 3, waiting: 4, lagMs: 1500, cells: [cell(14)] }),
      service({ name: 'audit', done: 40, lagMs: 20 }),
    ]);
    expect(topTable(before, now)).toEqual([
      'transmitter abcdef01 at tcp://127.0.0.1:5454',
      '100 events/s, 1 cell',
      '',
      'SERVICE    CELLS  DONE/S  DEAD/S  IN FLIGHT  WAITING    LAG  PATTERNS',
      'audit          0      20       0          0        0  20 ms  mail::*',
      'mail           1     2.5     0.5          3        4  1.5 s  mail::*',
      '  mail/c1            2.0               3/16                  mail::*',
    ]);
  });

  test('tells how many other transmitters there are, and how many are out of reach', () => {
    const other = (id: string, isReachable: boolean) => ({ id, command: '', event: '', isReachable, neighbours: [] });
    const countsOf = (...transmitters: ReturnType<typeof other>[]) =>
      topTable(reading(0, 0, []), { ...reading(1000, 0, []), transmitters })[1];
    expect(countsOf()).toBe('0 events/s, 0 cells');
    expect(countsOf(other('a', true))).toBe('0 events/s, 0 cells, 1 other transmitter');
    expect(countsOf(other('a', true), other('b', false))).toMatch(/, 2 other transmitters \(1 out of reach\)$/);
  });

  test('fits into the columns that there are, and names of cells keep their ends', () => {
    const long = {
      name: 'a-service-with-quite-a-long-name',
      patterns: ['mail::*', 'letter::*', 'parcel::*'],
      inFlight: 12,
      lagMs: 123_456,
      cells: [{ ...cell(10), name: 'a-service-with-quite-a-long-name/3fa9c1d2' }],
    };
    const read = reading(0, 0, [service(long)]);
    const [, , , ...lines] = topTable(read, { ...read, clockMs: 1000 }, 80);
    expect(lines).toEqual([
      'SERVICE             CELLS  DONE/S  DEAD/S  IN FLIGHT  WAITING      LAG  PATTERNS',
      'a-service-with-qu…      1       0       0         12        0  123.5 s  mail::*…',
      '  a-serv…/3fa9c1d2              0               3/16                    mail::*',
    ]);
    for (const line of topTable(read, read, 100)) expect(line.length).toBeLessThanOrEqual(100);
    expect(topTable(read, read).join('\n')).toContain('a-service-with-quite-a-long-name/3fa9c1d2');
  });

  test('shortens long lists of patterns, and has no rates after a restart', () => {
    const before = reading(5000, 100, [service({ done: 10 })]);
    const now = reading(1000, 0, [service({ patterns: ['a'.repeat(100)] })]);
    const restarted = { ...now, transmitter: { ...now.transmitter, id: 'another' } };
    const [, counts, , , row] = topTable(before, restarted);
    expect(counts).toContain('- events/s');
    expect(row).toMatch(/ a{39}…$/);
  });
});
