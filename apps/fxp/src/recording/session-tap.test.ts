import { describe, expect, test } from 'vitest';
import { formatEvent, type RecordedEvent } from './recording-line.js';
import { SessionTap } from './session-tap.js';

const words = (...each: string[]): Uint8Array[] => each.map((word) => Buffer.from(word));

/** What a tap writes of commands, one each millisecond. */
function record(tap: SessionTap, commands: readonly (readonly string[])[]): unknown[] {
  const events = commands.flatMap((command, i): RecordedEvent[] => tap.see({ at: 1000 + i, words: words(...command) }));
  return events.map((event) => JSON.parse(formatEvent(event)) as unknown);
}

describe('a tap of a session', () => {
  test('hears a plain session, and nothing else', () => {
    const tap = new SessionTap('s');
    const heard = record(tap, [
      ['DEL', 's__X__pro2req'],
      ['PUBLISH', 'X', 's'],
      ['LPUSH', 's__X__req2pro', '{"n":1.0}'],
      ['LPUSH', 't__X__req2pro', '{"n":2}'],
      ['LPUSH', 's__Y__req2pro', '{"n":3}'],
      ['BRPOP', 's__X__req2pro', '10'],
      ['lpush', 's__X__pro2req', 'not JSON'],
      ['SET', 's__X__pro2req', '{}'],
      ['LPUSH', 's__X__pro2req', '[1]', '{"n":4}'],
    ]);
    expect(heard).toEqual([
      { ms: 0, from: 'requestor', item: { n: 1 } },
      { ms: 4, from: 'provider', base64: 'bm90IEpTT04=' },
      { ms: 6, from: 'provider', base64: 'WzFd' },
      { ms: 6, from: 'provider', item: { n: 4 } },
    ]);
    expect(tap.session).toEqual({ service: 'X', id: 's' });
    expect(tap.counts).toEqual({ requestor: 1, provider: 3 });
    expect(tap.isOver).toBe(false);
    record(tap, [['DEL', 's__X__pro2req']]);
    expect(tap.isOver).toBe(true);
    expect(record(tap, [['LPUSH', 's__X__req2pro', '{}']])).toEqual([]);
  });

  test('hears each item of an extended session once, in one piece, and its end', () => {
    const tap = new SessionTap('a__b', 'c__d');
    const [input, output] = ['a__b__c__d__req2pro', 'a__b__c__d__pro2req'];
    const heard = record(tap, [
      ['LPUSH', output, 'fxp1 claim 0\n{}'],
      ['LPUSH', input, 'fxp1 item 1\n{"n":1}'],
      ['LPUSH', input, 'fxp1 item 2\n{"n":2}'],
      ['LPUSH', input, 'fxp1 item 1\n{"n":1}', 'fxp1 item 2\n{"n":2}', 'fxp1 sync 2\n{}'],
      ['LPUSH', output, 'fxp1 part 1 2 2\n"n":1}'],
      ['LPUSH', output, 'fxp1 part 1 1 2\n{     '],
      ['LPUSH', output, 'fxp1 part 1 1 2\n{     '],
      ['LPUSH', output, 'fxp1 error 2\n{"name":"RangeError","message":"beyond"}'],
    ]);
    expect(heard).toEqual([
      { ms: 0, from: 'requestor', item: { n: 1 } },
      { ms: 1, from: 'requestor', item: { n: 2 } },
      { ms: 4, from: 'provider', item: { n: 1 } },
      { ms: 6, from: 'provider', error: { name: 'RangeError', message: 'beyond' } },
    ]);
    expect(tap.isOver).toBe(true);
  });

  test('is not over when the requestor has said its last input', () => {
    const tap = new SessionTap('s');
    const heard = record(tap, [
      ['LPUSH', 's__X__req2pro', 'fxp1 end 1\n'],
      ['LPUSH', 's__X__pro2req', 'fxp1 item 1\n{}'],
      ['LPUSH', 's__X__pro2req', 'fxp1 end 2\n'],
    ]);
    expect(heard.slice(0, 1)).toEqual([{ ms: 0, from: 'requestor', end: true }]);
    expect(heard).toHaveLength(3);
    expect(tap.isOver).toBe(true);
  });
});
