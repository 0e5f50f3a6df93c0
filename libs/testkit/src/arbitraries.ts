import fc, { type Arbitrary } from 'fast-check';

/** A value of JSON: what `JSON.parse` can give. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Keys and texts that careless code trips over. */
const awkwardTexts = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  '\0',
  '"',
  '\\',
  '\n',
  '::',
  '*',
  'é',
  '😀',
  '\u2028',
];

/** Well-formed text of any script, with the awkward ones among it. */
export function text(maxLength = 40): Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength }) },
    { weight: 1, arbitrary: fc.constantFrom(...awkwardTexts).filter(({ length }) => length <= maxLength) },
  );
}

/** A name as services, classes and actors have them: a letter, then letters, digits, `_` and `-`; 1 to 20 characters. */
export function name(): Arbitrary<string> {
  return fc.stringMatching(/^[a-z][a-z0-9_-]{0,19}$/);
}

/**
 * JSON values up to `maxDepth` levels deep, whose numbers survive a round trip (no `-0`). Objects are plain, also those
 * with a key `__proto__`.
 */
export function json(maxDepth = 4): Arbitrary<Json> {
  const leaf = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
    text(),
  );
  return fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth, withCrossShrink: true },
      leaf,
      fc.array(tie('value'), { maxLength: 5 }),
      fc.array(fc.tuple(text(12), tie('value')), { maxLength: 5 }).map(objectOf),
    ),
  })).value;
}

/** Bytes, 0 to `maxLength` of them. */
export function bytes(maxLength = 64): Arbitrary<Uint8Array> {
  return fc.uint8Array({ maxLength });
}

/** The frames of a message: 1 to `maxFrames`, empty ones included. */
export function frames(maxFrames = 6): Arbitrary<Uint8Array[]> {
  return fc.array(bytes(), { minLength: 1, maxLength: maxFrames });
}

function objectOf(entries: readonly (readonly [string, Json])[]): Json {
  // Assigning to `__proto__` would set the prototype; a data property is what JSON.parse makes of it.
  return Object.fromEntries(entries);
}
