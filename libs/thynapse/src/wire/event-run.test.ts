import { decodeFrame, encodeFrame } from '@syncytium/codec';
import { describe, expect, test } from 'vitest';
import { dataOfRun, expandRun, isRun, makeRun, readRunHead } from './event-run.js';
import { makeEvent, withBytes, type ThynapseEvent } from './event.js';
import { HeardEvent } from '../cell/heard-event.js';
import { thid } from '../testing/transmitter-driver.js';

const common = { channel: 'a::b', from: thid('c'), seq: 7, at: 1000, form: 'json' } as const;
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
    const heard = dataOfRun(decodeFrame(run), head).map((one, i) => new HeardEvent(head, i, one));
    const each = expandRun(decodeFrame(run)).map((bytes) => decodeFrame(bytes).decode());
    expect(JSON.parse(JSON.stringify(heard))).toEqual(each);
    expect(heard.map(({ id }) => id)).toEqual(each.map((event) => (event as { id: string }).id));
  });

  test('can be passed on by who reads only its head', () => {
    const spoilt = Buffer.concat([run.subarray(0, -1), Buffer.from('!')]);
    expect(readRunHead(decodeFrame(spoilt))).toEqual({ ...common, count: 4 });
    expect(() => expandRun(decodeFrame(spoilt))).toThrow(/malformed|syntax/i);
  });

  test.each([
    ['short texts', ['a', '', 'b']],
    ['texts in all of Unicode', ['ä', '', '😀x', 'plain']],
    ['text that JSON would escape', ['"\\\u0000\n']],
  ])('carries %s as they are', (_, texts) => {
    const frame = decodeFrame(makeRun({ ...common, form: 'text' }, texts));
    expect(dataOfRun(frame, readRunHead(frame))).toEqual(texts);
    expect(expandRun(frame).map((bytes) => (decodeFrame(bytes).decode() as ThynapseEvent).data)).toEqual(texts);
  });

  test('carries bytes as they are, and in base64 to who takes JSON', () => {
    const bytes = [Uint8Array.of(0, 255), new Uint8Array(0)];
    const frame = decodeFrame(makeRun({ ...common, form: 'bytes' }, bytes));
    const head = readRunHead(frame);
    const heard = dataOfRun(frame, head).map((one, i) => new HeardEvent(head, i, one));
    expect(heard.map(({ data }) => [...(data as Uint8Array)])).toEqual([[0, 255], []]);
    const each = expandRun(frame).map((one) => decodeFrame(one).decode() as ThynapseEvent);
    expect(each.map(({ data, base64 }) => [data, base64])).toEqual([
      ['AP8=', true],
      ['', true],
    ]);
    expect(each.map((event) => [...(withBytes(event).data as Uint8Array)])).toEqual([[0, 255], []]);
    expect(heard.map(({ id }) => id)).toEqual(each.map(({ id }) => id));
  });

  const texts = (...of: string[]) => Buffer.from(makeRun({ ...common, form: 'text' }, of));
  test.each([
    ['that end early', texts('ab', 'c').subarray(0, -1)],
    ['that end before the lengths do', texts('ab', 'c').subarray(0, -5)],
    ['with more behind them', Buffer.concat([texts('ab', 'c'), Buffer.from('!')])],
    ['that are not UTF-8', Buffer.concat([texts('ab', 'c').subarray(0, -1), Buffer.of(0xff)])],
    ['one of which begins within a character', cutWithin(texts('ä', ''))],
  ])('of texts %s is refused by who reads it', (_, bytes) => {
    const frame = decodeFrame(bytes);
    expect(() => dataOfRun(frame, readRunHead(frame))).toThrow(expect.objectContaining({ code: 'bad_field' }) as Error);
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
    ['a form that is none', `${headWith({ form: 'xml' })}\n[1]`],
  ])('with %s is refused', (_, text) => {
    expect(() => readRunHead(frameOf(text))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^bad_/) as string }) as Error,
    );
  });

  test.each(['[1,2]', '{}', '[]'])('of one event with data %s is refused by who reads it', (text) => {
    const frame = frameOf(`${headWith({})}\n${text}`);
    expect(() => dataOfRun(frame, readRunHead(frame))).toThrow('must be an array of 1 elements');
  });
});

/** The last two texts of a run, the first of two bytes and the second of none, with a byte of the first in the second. */
function cutWithin(run: Buffer): Buffer {
  run.writeUInt32BE(1, run.length - 10);
  run.writeUInt32BE(1, run.length - 6);
  return run;
}
