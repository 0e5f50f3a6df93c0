import { decodeFrame, encodeFrame } from '@syncytium/codec';
import { describe, expect, test } from 'vitest';
import { expandRun, isRun, makeRun, readRunData, readRunHead } from './event-run.js';
import { makeEvent } from './event.js';
import { HeardEvent } from '../cell/heard-event.js';
import { thid } from '../testing/transmitter-driver.js';

const common = { channel: 'a::b', from: thid('c'), seq: 7, at: 1000 };
const data = ['ä\n', 2, null, { x: [true] }];
const run = makeRun(
  common,
  data.map((one) => JSON.stringify(one)),
);

describe('a run', () => {
  test('is the same events as if they were sent one by one', () => {
    const each = data.map((one, i) => makeEvent({ channel: 'a::b', data: one, from: thid('c'), seq: 7 + i, at: 1000 }));
    expect(isRun(run)).toBe(true);
    expect(expandRun(decodeFrame(run)).map((bytes) => Buffer.from(bytes).toString())).toEqual(
      each.map(({ bytes }) => Buffer.from(bytes).toString()),
    );
  });

  test('gives events that know their ids', () => {
    const head = readRunHead(decodeFrame(run));
    const heard = readRunData(decodeFrame(run), head).map((one, i) => new HeardEvent(head, i, one));
    const each = expandRun(decodeFrame(run)).map((bytes) => decodeFrame(bytes).decode());
    expect(JSON.parse(JSON.stringify(heard))).toEqual(each);
    expect(heard.map(({ id }) => id)).toEqual(each.map((event) => (event as { id: string }).id));
  });

  test('can be passed on by who reads only its head', () => {
    const spoilt = Buffer.concat([run.subarray(0, -1), Buffer.from('!')]);
    expect(readRunHead(decodeFrame(spoilt))).toEqual({ ...common, count: 4 });
    expect(() => expandRun(decodeFrame(spoilt))).toThrow(/malformed|syntax/i);
  });

  const frameOf = (text: string) => decodeFrame(encodeFrame('R', 'EVTS', Buffer.from(text)));
  const headWith = (more: object) => JSON.stringify({ ...common, count: 1, ...more });

  test.each([
    ['no line feed', '{}'],
    ['no channel', `${headWith({ channel: undefined })}\n[1]`],
    ['a pattern for a channel', `${headWith({ channel: 'a*' })}\n[1]`],
    ['no sender', `${headWith({ from: 'me' })}\n[1]`],
    ['no count', `${headWith({ count: 0 })}\n[1]`],
    ['no sequence number', `${headWith({ seq: -1 })}\n[1]`],
  ])('with %s is refused', (_, text) => {
    expect(() => readRunHead(frameOf(text))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^bad_/) as string }) as Error,
    );
  });

  test.each(['[1,2]', '{}', '[]'])('of one event with data %s is refused by who reads it', (text) => {
    const frame = frameOf(`${headWith({})}\n${text}`);
    expect(() => readRunData(frame, readRunHead(frame))).toThrow('must be an array of 1 elements');
  });
});
