import { expect, it } from 'vitest';
import { statsTable } from './stats-table.js';

const request = (actor: string, created_at: string, selector = `actor!=${actor}`) => ({
  params: { event: 'coin', actor, payload: '', labels: { actor, k: 'v' }, selector, mates: 1 },
  created_at,
});
const now = Date.parse('2020-01-01T00:01:00.000Z');

it('shows who waits in columns', () => {
  const stats = {
    coin: {
      VM: { x1: request('VM', '2020-01-01T00:00:57.500Z') },
      CUSTOMER: { x2: request('CUSTOMER', '2020-01-01T00:01:05.000Z', '') },
    },
  };
  expect(statsTable(stats, now)).toEqual([
    'EVENT  ACTOR     WAITS  MATES  LABELS              SELECTOR',
    'coin   VM        2.5s   1      actor=VM,k=v        actor!=VM',
    'coin   CUSTOMER  0.0s   1      actor=CUSTOMER,k=v',
  ]);
});

it('says so when nobody waits', () => {
  expect(statsTable({}, now)).toEqual(['nobody waits']);
});

it('keeps a line a line', () => {
  const stats = { e: { a: { x: request('a\n\u001b[2J', '2020-01-01T00:00:00.000Z', 'k'.repeat(100)) } } };
  const lines = statsTable(stats, now);
  expect(lines).toHaveLength(2);
  expect(lines[1]).not.toMatch(/\p{Cc}/u);
  expect(lines[1]).toContain(`${'k'.repeat(59)}…`);
});
