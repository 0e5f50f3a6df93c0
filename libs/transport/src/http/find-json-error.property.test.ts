import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonError } from './find-json-error.js';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** JSON with one character removed, replaced or put in. */
const brokenJson = fc
  .tuple(
    fc.json(),
    fc.nat(),
    fc.constantFrom('', '{', '}', '[', ']', ',', ':', '"', '0', '-', '.', 'e', '\\', 'n', ' ', '\n'),
    fc.boolean(),
  )
  .map(([text, at, character, replace]) => {
    const position = at % (text.length + 1);
    return text.slice(0, position) + character + text.slice(position + (replace ? 1 : 0));
  });

describe('findJsonError', () => {
  it('finds an error exactly where JSON.parse does', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), brokenJson, fc.string()), (text) => {
        expect(findJsonError(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('points behind a text that some ending makes JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(), (text, at) => {
        const cut = text.slice(0, at % text.length);
        const found = findJsonError(cut);
        // A cut number or a cut word may be complete, or wrong where it begins.
        if (found && !/[\w.+"-]$/.test(cut) && !/"[^"]*$/.test(cut)) expect(found.position).toBe(cut.length);
      }),
    );
  });

  it.each([
    ['{"a":}', 5, 'unexpected "}"'],
    ['[1,]', 3, 'unexpected "]"'],
    ['{"a":1', 6, 'it ends too early'],
    ['abc', 0, 'unexpected "a"'],
    ['{"a" 1}', 5, 'unexpected "1"'],
    ['[1] 2', 4, 'unexpected "2"'],
    ['01', 1, 'unexpected "1"'],
    ['{"a":1,}', 7, 'unexpected "}"'],
    ['["a\nb"]', 1, 'a string that is not closed or not valid'],
    ['', 0, 'it ends too early'],
    [']', 0, 'unexpected "]"'],
  ])('%j: position %d, %s', (text, position, problem) => {
    expect(findJsonError(text)).toEqual({ position, problem });
  });

  it('takes linear time for a long string that is not closed', () => {
    expect(findJsonError(`["${'a'.repeat(20_000_000)}`)).toEqual({
      position: 1,
      problem: 'a string that is not closed or not valid',
    });
  });

  it('reads nesting of any depth', () => {
    expect(findJsonError('['.repeat(200_000))).toEqual({ position: 200_000, problem: 'it ends too early' });
  });
});
