import fc from 'fast-check';

/** Few of each, so that selectors and labels meet; with the names that trip up objects and the words of the grammar. */
const names = ['a', 'b', 'x', 'in', 'notin', 'constructor', 'toString', 'a-b', '5', '007', 'A'];
const prefixed = 'a.b/c';
const integers = ['0', '5', '007', '-5', '+7', '9223372036854775807', '9223372036854775808', '-9223372036854775808'];

/** Labels as they come from anywhere: keys and values may break every rule. */
export const labels = fc.dictionary(
  fc.oneof(fc.constantFrom(...names, prefixed), fc.constant('__proto__'), fc.string()),
  fc.oneof(fc.constantFrom('', ...names, ...integers), fc.string()),
  { maxKeys: 6 },
);

/** Pieces of selectors in any order: most of it wrong in an interesting way. */
export const soup = fc
  .array(
    fc.constantFrom(
      ...[
        ...names,
        ...integers,
        prefixed,
        '==',
        '!=',
        '=',
        '!',
        '(',
        ')',
        ',',
        '>',
        '<',
        ' ',
        '\t',
        '\n',
        '\r',
        '\0',
        '\v',
      ],
      ...['in (', ' in (', ' notin (', 'é', '\u00a0', '\ud800', '-', '/', '_', '__proto__', 'a'.repeat(64)],
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(''));

const key = fc.constantFrom(...names, prefixed);
const value = fc.constantFrom('', ...names);
const gap = fc.constantFrom('', '', ' ', ' \t', '\n', '\r');
const spaced = (...pieces: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...pieces.flatMap((piece) => [gap, piece]), gap).map((parts) => parts.join(''));

const requirement = fc.oneof(
  spaced(key),
  spaced(fc.constant('!'), key),
  spaced(key, fc.constantFrom('=', '==', '!='), value),
  spaced(key, fc.constantFrom('<', '>'), fc.constantFrom('0', '5', '007', '9223372036854775807')),
  spaced(
    key.chain((text) => fc.constantFrom(`${text} in`, `${text}\tnotin`)),
    fc.constant('('),
    fc.array(spaced(value), { maxLength: 12 }).map((list) => list.join(',')),
    fc.constant(')'),
  ),
);

/** Texts that are selectors, with white space wherever it may stand. */
export const selectorText = fc.array(requirement, { maxLength: 20 }).map((list) => list.join(','));
