import { RequestError } from './errors.js';

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };
const isSpace = (char: string | undefined): boolean => char !== undefined && ' \n\r\t\v\f\0'.includes(char);

/**
 * The words of a command as a person types it: separated by spaces, `"..."` with `\n \r \t \b \a \xHH` and `\` before
 * any other byte, `'...'` with `\'` only. A closing quote must end its word. One character per byte.
 *
 * Throws {@link RequestError} for unbalanced quotes.
 */
export function splitInline(line: string): string[] {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (isSpace(line[at])) at++;
    if (at >= line.length) return words;
    let word = '';
    while (at < line.length && !isSpace(line[at])) {
      const char = line.charAt(at++);
      if (char !== '"' && char !== "'") {
        word += char;
        continue;
      }
      const quoted = char === '"' ? readDoubleQuoted(line, at) : readSingleQuoted(line, at);
      word += quoted.text;
      at = quoted.next;
      if (at < line.length && !isSpace(line[at])) throw unbalanced();
    }
    words.push(word);
  }
}

interface Quoted {
  readonly text: string;
  /** Position behind the closing quote. */
  readonly next: number;
}

function readDoubleQuoted(line: string, start: number): Quoted {
  let text = '';
  for (let at = start; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === '"') return { text, next: at + 1 };
    if (char !== '\\' || at + 1 >= line.length) {
      text += char;
      continue;
    }
    const hex = /^x[0-9a-f]{2}/i.exec(line.slice(at + 1, at + 4))?.[0];
    const escaped = line.charAt(at + 1);
    text += hex ? String.fromCharCode(parseInt(hex.slice(1), 16)) : (escapes[escaped] ?? escaped);
    at += hex ? 3 : 1;
  }
  throw unbalanced();
}

function readSingleQuoted(line: string, start: number): Quoted {
  let text = '';
  for (let at = start; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === "'") return { text, next: at + 1 };
    if (char === '\\' && line[at + 1] === "'") at++;
    text += line.charAt(at);
  }
  throw unbalanced();
}

function unbalanced(): RequestError {
  return new RequestError('unbalanced quotes in request');
}
