import { decodeFrame } from '@syncytium/codec';
import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeDones, readDones } from '../wire/answers.js';
import { EndedEvents } from './ended-events.js';
import { PackedAnswer } from './packed-answer.js';
import type { Answer } from './transmitter-state.js';

const max = 10;
const answersMax = 4;
const answersBytesMax = 60;

const idOf = (n: number): string => n.toString(16).padStart(40, '0');
const head = { askedOn: 'x', channel: 'mail::x::success', service: 'mail', from: idOf(0) };

function packedAnswer(n: number, text: string): PackedAnswer {
  const packed = readDones(decodeFrame(makeDones([{ id: idOf(n), text }])));
  return new PackedAnswer(idOf(n), head, packed, 0);
}

const sizeOf = (answer: Answer): number =>
  answer instanceof PackedAnswer ? answer.packed.size(answer.index) : answer.bytes.length;

const answersOf = (n: number): fc.Arbitrary<readonly Answer[] | undefined> =>
  fc.oneof(
    fc.constantFrom(undefined, []),
    fc.json().map((text) => [packedAnswer(n, text)]),
    fc.uint8Array().map((bytes) => [{ bytes }, { bytes }]),
  );

const ended = fc
  .nat(20)
  .chain((n) => fc.record({ n: fc.constant(n), isPublished: fc.boolean(), answers: answersOf(n) }));

test('it remembers what ended last as it was told last, and the answers of as many as it keeps', () => {
  fc.assert(
    fc.property(fc.array(ended, { maxLength: 60 }), (steps) => {
      const events = new EndedEvents({ max, answersMax, answersBytesMax });
      const told: ((typeof steps)[number] & { readonly bytes: Uint8Array[] | undefined })[] = [];
      for (const step of steps) {
        const { n, isPublished, answers } = step;
        events.set(idOf(n), { services: [], isPublished, asker: undefined, owner: undefined }, answers);
        told.push({ ...step, bytes: answers?.map(({ bytes }) => bytes) });
        const known = new Set<number>();
        let [answered, room] = [0, answersBytesMax];
        for (const { n: id, isPublished: was, answers: given, bytes } of told.slice(-max).reverse()) {
          const isLast = !known.has(id);
          known.add(id);
          room -= given?.reduce((sum, one) => sum + sizeOf(one), 0) ?? 0;
          const isKept = bytes !== undefined && answered++ < answersMax && room >= 0;
          if (!isLast) continue;
          const found = events.get(idOf(id));
          expect(found).toMatchObject({ isPublished: was });
          const answersFound = events.answersTo(idOf(id))?.map((answer) => answer.bytes);
          expect(answersFound).toEqual(isKept ? bytes : undefined);
        }
        for (let id = 0; id <= 20; id++) {
          expect(events.has(idOf(id))).toBe(events.get(idOf(id)) !== undefined);
          if (!known.has(id)) expect(events.has(idOf(id))).toBe(false);
        }
      }
    }),
    propertyRuns(200),
  );
});
