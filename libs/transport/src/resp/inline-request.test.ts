import { describe, expect, test } from 'vitest';
import { splitInline } from './inline-request.js';

describe('an inline command', () => {
  test.each([
    ['PING', ['PING']],
    ['  set  k\tv \r', ['set', 'k', 'v']],
    ['', []],
    [' \t ', []],
    ['echo "hello world"', ['echo', 'hello world']],
    [String.raw`echo "a\x41\n\r\t\b\a\"\\\q"`, ['echo', 'aA\n\r\t\b\x07"\\q']],
    [String.raw`echo "\xzz"`, ['echo', 'xzz']],
    [String.raw`echo 'it\'s' 'a\nb'`, ['echo', "it's", String.raw`a\nb`]],
    ['echo ""', ['echo', '']],
    ['ec"ho" x', ['echo', 'x']],
    ['\xff\xfe', ['\xff\xfe']],
  ])('%j is %j', (line, words) => {
    expect(splitInline(line)).toEqual(words);
  });

  test.each(['echo "abc', "echo 'abc", 'echo "a"b', "echo 'a'b", String.raw`echo "abc\"`])(
    '%j is unbalanced',
    (line) => {
      expect(() => splitInline(line)).toThrow('unbalanced quotes');
    },
  );
});
