/** The first thing in a text that keeps it from being JSON. */
export interface JsonError {
  /** Where it begins, in UTF-16 code units from 0. */
  readonly position: number;
  /** In words: `unexpected ']'`. */
  readonly problem: string;
}

const spaces = /[ \t\r\n]*/y;
const word = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const escape = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end';

/**
 * Where and why a text is not JSON; `undefined` when it is. `JSON.parse` tells the position only sometimes and
 * differently in every version, so this is asked after it has refused. Linear in the text, any depth.
 */
export function findJsonError(text: string): JsonError | undefined {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  for (let at = skip(spaces, text, 0); ; at = skip(spaces, text, at)) {
    const inside = open.at(-1);
    if (at === text.length) {
      if (expected === ', or end' && inside === undefined) return undefined;
      return { position: at, problem: 'it ends too early' };
    }
    const character = text[at] ?? '';
    const wasExpected: Expected = expected;
    const end = character === '"' ? skipString(text, at) : skip(word, text, at);
    if (wasExpected.startsWith('value') && (character === '{' || character === '[')) {
      open.push(character);
      expected = character === '{' ? 'key or }' : 'value or ]';
      at++;
    } else if (wasExpected.startsWith('value') && end > at) {
      expected = ', or end';
      at = end;
    } else if (wasExpected.startsWith('key') && character === '"' && end > at) {
      expected = ':';
      at = end;
    } else if (wasExpected === ':' && character === ':') {
      expected = 'value';
      at++;
    } else if (wasExpected === ', or end' && character === ',' && inside !== undefined) {
      expected = inside === '{' ? 'key' : 'value';
      at++;
    } else if (closes(character, inside) && wasExpected !== ':' && wasExpected !== 'value' && wasExpected !== 'key') {
      open.pop();
      expected = ', or end';
      at++;
    } else {
      const problem =
        character === '"' && end === at
          ? 'a string that is not closed or not valid'
          : `unexpected ${JSON.stringify(character)}`;
      return { position: at, problem };
    }
  }
}

function closes(character: string, inside: string | undefined): boolean {
  return (character === '}' && inside === '{') || (character === ']' && inside === '[');
}

/** The position after what the sticky pattern matches there; the same position when it does not match. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** A loop, since a pattern for whole strings overflows the stack of the engine when one has some megabytes. */
function skipString(text: string, start: number): number {
  for (let at = start + 1; at < text.length;) {
    const character = text[at] ?? '';
    if (character === '"') return at + 1;
    const next = character === '\\' ? skip(escape, text, at) : at + 1;
    if (next === at || character < ' ') return start;
    at = next;
  }
  return start;
}
