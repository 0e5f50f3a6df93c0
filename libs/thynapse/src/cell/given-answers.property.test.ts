import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { thid } from '../testing/transmitter-driver.js';
import { GivenAnswers } from './given-answers.js';

const max = 10;
const bytesMax = 400;
const answer = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.uint8Array({ maxLength: 60 }));

test('the last answers are found as they were given, as many as fit', () => {
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 60 }), (answers) => {
      const given = new GivenAnswers({ max, bytesMax });
      for (const [n, last] of answers.entries()) {
        given.add(thid(`task ${n}`), last);
        let room = bytesMax;
        for (let back = 0; back <= n; back++) {
          const bytes = Buffer.from(answers[n - back] as string);
          room -= bytes.length;
          const isKept = back < max && room >= 0;
          expect(given.find(thid(`task ${n - back}`))).toEqual(isKept ? bytes : undefined);
        }
      }
      expect(given.find(thid('another task'))).toBeUndefined();
    }),
    propertyRuns(100),
  );
});
