import { decodeFrame } from '@syncytium/codec';
import { SyncytiumError } from '@syncytium/kit';
import { json } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { thid } from '../testing/transmitter-driver.js';
import { makeDones, makeReplies, readDones, Replies } from './answers.js';
import { makeRequests, makeWork, Requests } from './requests.js';

/** What JSON carries here, as it comes back: without the key `__proto__`, and 0 for -0. */
const data = fc.option(
  json()
    .filter((value) => !JSON.stringify(value).includes('__proto__'))
    .map((value) => JSON.parse(JSON.stringify(value)) as unknown),
  { nil: undefined },
);
const idOf = (i: number): string => thid(`id${i}`);
const textOf = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value));
const head = { channel: 'mail::größe', from: thid('web'), at: 1_700_000_000_000, timeout: 30_000 };

describe('what is packed', () => {
  test('[T-80] comes out as it went in, from cell to transmitter to cell', () => {
    fc.assert(
      fc.property(fc.array(data, { minLength: 1, maxLength: 20 }), fc.nat(), fc.nat(1000), (all, seq, gap) => {
        const items = all.map((value, i) => ({ id: idOf(i), seq: seq + i * gap, text: textOf(value) }));
        const requests = new Requests(decodeFrame(makeRequests(head, items)));
        const given = items
          .map((_, i) => ({ packed: requests, index: i, attempt: i + 1 }))
          .filter((_, i) => i % 2 === 0);
        const work = new Requests(decodeFrame(makeWork(requests, given)));
        expect(work).toMatchObject(head);
        const found = given.map((_, i) => [work.idOf(i), work.seqOf(i), work.attemptOf(i), work.value(i)]);
        expect(found).toEqual(given.map(({ index }) => [idOf(index), seq + index * gap, index + 1, all[index]]));
      }),
    );
  });

  test('[T-83] comes out as it went in, from cell to transmitter to who asked', () => {
    fc.assert(
      fc.property(fc.array(data, { minLength: 1, maxLength: 20 }), (all) => {
        const dones = readDones(decodeFrame(makeDones(all.map((value, i) => ({ id: idOf(i), text: textOf(value) })))));
        const items = all.map((_, i) => ({ packed: dones, index: i, re: idOf(i) })).reverse();
        const replies = new Replies(decodeFrame(makeReplies({ service: 'mail', from: thid('m') }, items)));
        expect(replies).toMatchObject({ service: 'mail', from: thid('m') });
        expect(replies.ids.map((id, i) => [id, replies.value(i)])).toEqual(
          all.map((value, i) => [idOf(i), value]).reverse(),
        );
      }),
    );
  });

  test('may be any bytes: then it is refused, or read', () => {
    const good = Buffer.from(
      makeRequests(
        head,
        [0, 1].map((i) => ({ id: idOf(i), seq: i, text: '{"a":1}' })),
      ),
    );
    fc.assert(
      fc.property(
        fc.nat(good.length - 8),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        fc.nat(good.length),
        (at, bytes, cut) => {
          const bad = Buffer.from(good);
          bad.set(bytes, 7 + Math.min(at, bad.length - 7 - bytes.length));
          const read = (): void => {
            const requests = new Requests(decodeFrame(bad.subarray(0, Math.max(8, cut))));
            for (let i = 0; i < requests.count; i++) JSON.parse(requests.soundText(i));
          };
          try {
            read();
          } catch (error) {
            expect(error).toBeInstanceOf(SyncytiumError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

test.each([
  ['no line feed', (frame: Buffer) => frame.subarray(0, frame.indexOf('\n'))],
  [
    'an id that is none',
    (frame: Buffer) =>
      Buffer.from(frame.toString('latin1').replace(idOf(1), idOf(1).toUpperCase().replace('0', 'G')), 'latin1'),
  ],
  ['too few bytes for its items', (frame: Buffer) => frame.subarray(0, frame.indexOf('\n') + 20)],
  ['lengths that are not those of the data', (frame: Buffer) => frame.subarray(0, frame.length - 1)],
  ['more data than lengths', (frame: Buffer) => Buffer.concat([frame, Buffer.from('1')])],
])('a frame with %s is refused', (_, spoil) => {
  const frame = Buffer.from(makeDones([0, 1].map((i) => ({ id: idOf(i), text: '"data"' }))));
  expect(() => readDones(decodeFrame(spoil(frame)))).toThrow(expect.objectContaining({ code: 'bad_field' }) as Error);
});
