import { decodeFrame, encodeFrame } from '@syncytium/codec';
import type { Message } from '@syncytium/transport';
import { describe, expect, test } from 'vitest';
import { isBatch, unpackFrames } from '../wire/batch.js';
import { thid } from '../testing/transmitter-driver.js';
import { isNews, newsPositions } from '../wire/news.js';
import { MulticastHub } from './multicast-hub.js';
import { totalBytes } from '../wire/total-bytes.js';

function start({ bytesMax = 1000, patternsPerListenerMax = 100, replayMax = 3 } = {}) {
  const got: string[] = [];
  const messages: Message[] = [];
  const hub = new MulticastHub({ bytesMax, patternsPerListenerMax, replayMax, replayBytesMax: 1000 }, (to, message) => {
    messages.push(message);
    const frames = (isNews(message) ? message.slice(1) : message).flatMap((frame) =>
      isBatch(frame) ? unpackFrames(decodeFrame(frame)) : [frame],
    );
    const said = frames.map((bytes) => {
      const frame = decodeFrame(bytes);
      const { n, count } = frame.decode() as { n?: number; count?: number };
      return frame.command === 'LOST' ? `lost ${count}` : String(n);
    });
    got.push(`${to}: ${said.join(' ')}`);
  });
  const event = (n: number, size = 0) => encodeFrame('J', 'EVNT', { n, filler: 'x'.repeat(size) });
  return {
    hub,
    got,
    messages,
    publish: (channel: string, n: number, size = 0) => hub.publish(channel, event(n, size)),
  };
}

describe('those who listen', () => {
  test('get what matches, at once when they were idle, and together what comes until the next flush', () => {
    const { hub, got, publish } = start();
    hub.add('a', 'x::*');
    expect(publish('y', 0)).toBe(false);
    expect(publish('x::1', 1)).toBe(true);
    publish('x::2', 2);
    publish('x::3', 3);
    expect(got).toEqual(['a: 1']);
    expect(hub.flush()).toBe(true);
    expect(got).toEqual(['a: 1', 'a: 2 3']);
    expect(hub.flush()).toBe(false);
    publish('x::4', 4);
    expect(got.at(-1)).toBe('a: 4');
  });

  test('get each event once, however many of their patterns match', () => {
    const { hub, got, publish } = start();
    hub.add('a', 'x');
    hub.add('a', '*');
    hub.add('a', '?');
    publish('x', 1);
    hub.flush();
    expect(got).toEqual(['a: 1']);
  });

  test('who want the same share what is put together for them', () => {
    const { hub, messages, publish } = start();
    for (const peer of ['a', 'b']) {
      hub.add(peer, 'x');
      hub.add(peer, 'y');
    }
    publish('x', 1);
    publish('y', 2);
    publish('y', 3);
    hub.flush();
    expect(messages).toHaveLength(4);
    expect(messages[0]).toBe(messages[1]);
    expect(messages[2]).toBe(messages[3]);
  });

  test('get before a change of their patterns what was meant for them before', () => {
    const { hub, got, publish } = start();
    hub.add('a', 'x');
    publish('x', 1);
    publish('x', 2);
    hub.drop('a', 'x');
    publish('x', 3);
    hub.add('a', 'y');
    publish('y', 4);
    hub.flush();
    expect(got).toEqual(['a: 1', 'a: 2', 'a: 4']);
  });

  test('may have many patterns, up to a limit, and take them back', () => {
    const { hub, got, publish } = start({ patternsPerListenerMax: 50 });
    for (let i = 0; i < 50; i++) hub.add('a', `c${i}`);
    expect(() => hub.add('a', 'one more')).toThrow('a cell listens to at most 50 patterns');
    hub.add('a', 'c49');
    publish('c49', 1);
    hub.drop('a', 'c49');
    publish('c49', 2);
    publish('c0', 3);
    hub.flush();
    expect(got).toEqual(['a: 1', 'a: 3']);
    expect(() => hub.add('b', '')).toThrow(expect.objectContaining({ code: 'bad_pattern' }) as Error);
  });

  test('get nothing when they are gone', () => {
    const { hub, got, publish } = start();
    hub.add('a', 'x');
    hub.add('b', 'x');
    hub.prune((peer) => peer === 'b');
    publish('x', 1);
    hub.remove('b');
    expect(publish('x', 2)).toBe(false);
    expect(got).toEqual(['b: 1']);
  });
});

describe('a listener that does not keep up', () => {
  test('loses events, is told how many before it gets the next one, and holds up nobody', () => {
    const { hub, got, messages, publish } = start();
    hub.add('slow', 'x');
    hub.add('quick', 'x');
    for (let n = 1; n <= 5; n++) {
      publish('x', n, 600);
      hub.flush();
      hub.took('quick', 1000);
    }
    expect(got.filter((line) => line.startsWith('quick'))).toHaveLength(5);
    expect(got.filter((line) => line.startsWith('slow'))).toEqual(['slow: 1', 'slow: 2']);
    hub.took('slow', totalBytes(messages[0]!));
    expect(got.at(-1)).toBe('slow: lost 3');
    expect(hub.dropped).toBe(3);
    publish('x', 6);
    expect(got.filter((line) => line.startsWith('slow')).at(-1)).toBe('slow: 6');
    // What is told once is not told again.
    hub.took('slow', 10_000);
    expect(got.filter((line) => line.includes('lost'))).toHaveLength(1);
  });

  test('may say that it took more than it was sent', () => {
    const { hub, publish } = start();
    hub.add('a', 'x');
    hub.took('a', 1e9);
    hub.took('nobody', 1);
    for (let n = 1; n <= 4; n++) {
      publish('x', n, 600);
      hub.flush();
    }
    hub.took('a', 1e9);
    expect(hub.dropped).toBe(2);
  });
});

describe('[T-64] a listener that did not keep up and makes its line anew', () => {
  const a = thid('a');
  /** It heard the first event; the second one, which is still kept, found no room. */
  const startSlow = () => {
    const started = start({ bytesMax: 200, replayMax: 1 });
    const publish = (n: number) => {
      started.hub.publish('x', encodeFrame('J', 'EVNT', { n, filler: 'x'.repeat(200) }), 1, { origin: a, n });
      started.hub.flush();
    };
    started.hub.add('p', 'x');
    publish(1);
    publish(2);
    return { ...started, publish };
  };

  test('gets what was dropped, and is told of no loss, where it was not told before', () => {
    const { hub, got } = startSlow();
    hub.prune(() => false);
    hub.resume('q', ['x'], { [a]: 1 });
    expect(got).toEqual(['p: 1', 'q: 2']);
    expect(hub.dropped).toBe(0);
  });

  test('gets nothing of what it was told as lost, and is not told again', () => {
    for (const isKept of [true, false]) {
      const { hub, got, messages, publish } = startSlow();
      hub.took('p', totalBytes(messages[0]!));
      expect(got).toEqual(['p: 1', 'p: lost 1']);
      const { positions } = decodeFrame(messages[1]![0]!).decode() as { positions: Record<string, number> };
      if (!isKept) publish(3);
      hub.resume('q', ['x'], positions);
      expect(got.at(-1)).toBe(isKept ? 'q: ' : 'q: 3');
      expect(hub.dropped).toBe(1);
    }
  });

  test('is told once what is not kept any more, also where it comes back twice', () => {
    const { hub, got, messages, publish } = startSlow();
    publish(3);
    hub.resume('q', ['x'], { [a]: 1 });
    expect(got.slice(-2)).toEqual(['q: lost 1', 'q: 3']);
    const { positions } = decodeFrame(messages.at(-2)![0]!).decode() as { positions: Record<string, number> };
    hub.resume('r', ['x'], positions);
    expect(got.at(-1)).toBe('r: 3');
    expect(hub.dropped).toBe(1);
  });
});

describe('[T-63] who comes back', () => {
  const a = thid('a');
  const b = thid('b');
  const startWith = (from: readonly (readonly [string, number])[]) => {
    const started = start();
    const publish = (origin: string, n: number) =>
      started.hub.publish('x', encodeFrame('J', 'EVNT', { n: origin === a ? n : 100 + n }), 1, { origin, n });
    for (const [origin, n] of from) publish(origin, n);
    return { ...started, publish };
  };

  test('gets what it missed, in the order in which it was published, and then what comes', () => {
    const { hub, got, messages, publish } = startWith([
      [a, 1],
      [b, 1],
      [a, 2],
    ]);
    hub.resume('p', ['x'], { [a]: 1, [b]: 0 });
    expect(got).toEqual(['p: 101 2']);
    expect(newsPositions(messages[0]!)).toEqual({ [a]: 2, [b]: 1 });
    publish(a, 3);
    expect(got.at(-1)).toBe('p: 3');
    expect(newsPositions(messages[1]!)).toEqual({ [a]: 3 });
  });

  test('gets nothing that it does not listen to, and nothing that waited for others', () => {
    const { hub, got, publish } = startWith([[a, 1]]);
    hub.add('other', 'x');
    publish(a, 2);
    publish(a, 3);
    hub.resume('q', ['y'], { [a]: 0 });
    hub.resume('p', ['x'], { [a]: 1 });
    hub.flush();
    expect(got.filter((line) => line.startsWith('q'))).toEqual(['q: ']);
    expect(got.filter((line) => line.startsWith('p'))).toEqual(['p: 2 3']);
  });

  test('is told what is not kept any more', () => {
    const { hub, got } = startWith([
      [a, 1],
      [a, 2],
      [a, 3],
      [a, 4],
      [a, 5],
    ]);
    hub.resume('p', ['x'], {});
    expect(got).toEqual(['p: lost 2', 'p: 3 4 5']);
    expect(hub.dropped).toBe(2);
  });

  test('gets nothing again that it heard elsewhere before it came here', () => {
    const { hub, got, publish } = startWith([[a, 1]]);
    hub.resume('p', ['x'], { [a]: 3 });
    publish(a, 2);
    publish(b, 1);
    publish(a, 3);
    publish(a, 4);
    hub.flush();
    expect(got).toEqual(['p: ', 'p: 101', 'p: 4']);
  });

  test('is told how far it is, though nothing comes for it', () => {
    const { hub, messages, publish } = startWith([[a, 1]]);
    hub.add('p', 'y');
    publish(a, 2);
    hub.tellPositions();
    hub.tellPositions();
    expect(messages.map(newsPositions)).toEqual([{ [a]: 1 }, { [a]: 2 }]);
    expect(newsPositions([encodeFrame('J', 'NEWS', {})])).toEqual({});
  });
});
