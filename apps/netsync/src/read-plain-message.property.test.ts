import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlainMessage } from './read-plain-message.js';

/** Law: what it reads, it reads as `JSON.parse` does; what is written as a program would, without escapes, it reads. */
const simple = fc.string({ maxLength: 20 }).filter((word) => JSON.stringify(word) === `"${word}"`);
const word = fc.oneof(simple, fc.string({ maxLength: 20, unit: 'binary' }));
const message = fc.record(
  {
    id: fc.oneof(fc.maxSafeNat(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), word),
    event: word,
    actor: word,
    payload: fc.oneof(word, fc.nat()),
    mates: fc.oneof(fc.nat({ max: 20_000 }), fc.double({ noNaN: true, noDefaultInfinity: true }), word),
    timeout: word,
  },
  { requiredKeys: ['id', 'event', 'actor'] },
);
/** A text with a character taken out, put in or changed somewhere. */
const damaged = fc
  .tuple(
    message.map((value) => JSON.stringify(value)),
    fc.nat(),
    fc.constantFrom('', '"', '\\', ',', '0', '.', ' ', '\n', '}', '{', '\u0000', '-'),
    fc.boolean(),
  )
  .map(([text, at, part, isInserted]) => {
    const place = at % text.length;
    return text.slice(0, place) + part + text.slice(isInserted ? place : place + 1);
  });

describe('a plain message', () => {
  it('is read as any JSON is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          message.map((value) => JSON.stringify(value)),
          damaged,
        ),
        (text) => {
          const read = readPlainMessage(text);
          if (read) expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(text));
        },
      ),
      propertyRuns(2000),
    );
  });

  it('is one with an id, event and actor, and perhaps payload and mates, without escapes', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            id: fc.nat(),
            event: simple,
            actor: simple,
            payload: simple,
            mates: fc.nat({ max: 20_000 }),
          },
          { requiredKeys: ['id', 'event', 'actor'] },
        ),
        ({ id, event, actor, ...rest }) => {
          const text = JSON.stringify({ id, event, actor, ...rest });
          const { payload, mates } = rest;
          // Those in another order are for the parser.
          fc.pre(Object.keys(rest).join() !== 'mates,payload');
          expect(readPlainMessage(text)).toEqual({ id, event, actor, payload, mates });
        },
      ),
      propertyRuns(500),
    );
  });

  it.each([
    '{"id":01,"event":"e","actor":"a"}',
    '{"id":-1,"event":"e","actor":"a"}',
    '{"id":1234567890123456,"event":"e","actor":"a"}',
    '{"id":1,"event":"e\\n","actor":"a"}',
    '{"id":1,"event":"e\n","actor":"a"}',
    '{"id":1,"event":"e","actor":"a"},{"id":2,"event":"e","actor":"a"}',
    '{"id":1,"event":"e","event":"f","actor":"a"}',
    '{"id":1,"event":"e","actor":"a"}\n',
    '{"cancel":1}',
  ])('is not %j', (text) => {
    expect(readPlainMessage(text)).toBeUndefined();
  });
});
