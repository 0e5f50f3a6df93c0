import { describe, expect, it } from 'vitest';
import { jsonLogLines } from './json-log.js';
import type { RequestFacts } from './trace.js';

const request = (id: string): RequestFacts => ({
  id,
  event: 'e',
  actor: 'a',
  payload: 'secret',
  mates: 1,
  labels: { actor: 'a' },
  selector: 'actor!=a',
  ageMs: 1234.5,
});
const fields = { event: 'e', actor: 'a', labels: { actor: 'a' }, selector: 'actor!=a', mates: 1, age: 1.235 };
const time = new Date(0);

describe('the JSON log', () => {
  it('has a line for an arrival', () => {
    expect(jsonLogLines({ kind: 'arrive', request: request('r1'), pending: 3 }, time).map(parse)).toEqual([
      { time: '1970-01-01T00:00:00.000Z', msg: '+', rid: 'r1', ...fields, pending: 3 },
    ]);
  });

  it('has a line for each member of a match', () => {
    const entry = { kind: 'match', matchId: 'm1', requests: [request('r2'), request('r1')], pending: 0 } as const;
    expect(jsonLogLines(entry, time).map(parse)).toMatchObject([
      { msg: 'match', rid: 'r2', match_id: 'm1' },
      { msg: 'match', rid: 'r1', match_id: 'm1' },
    ]);
  });

  it('tells why a request left', () => {
    const entry = { kind: 'leave', request: request('r1'), reason: 'timeout', pending: 0 } as const;
    expect(jsonLogLines(entry, time).map(parse)).toMatchObject([{ msg: '-', reason: 'timeout' }]);
  });

  it('tells no payload', () => {
    expect(jsonLogLines({ kind: 'arrive', request: request('r1'), pending: 3 }, time).join()).not.toContain('secret');
  });
});

function parse(line: string): unknown {
  return JSON.parse(line);
}
