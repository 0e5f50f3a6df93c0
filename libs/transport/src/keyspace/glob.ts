import type { ByteKey } from './byte-key.js';

/** One position of a pattern: any run of bytes, any byte, one byte, or one byte out of a set. */
type Token =
  | { readonly kind: 'run' }
  | { readonly kind: 'any' }
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'set'; readonly has: Uint8Array };

const star = '*'.charCodeAt(0);
const question = '?'.charCodeAt(0);
const open = '['.charCodeAt(0);
const close = ']'.charCodeAt(0);
const caret = '^'.charCodeAt(0);
const dash = '-'.charCodeAt(0);
const backslash = '\\'.charCodeAt(0);

/**
 * A pattern as Redis reads it: `*` any run of bytes, `?` one byte, `[abc]` one of these, `[a-c]` a range, `[^a]` none of
 * these, `\` takes the next byte as it is; an unclosed `[` reaches to the end. Matching never backtracks over more than
 * one `*`: it takes at most pattern length times text length steps, whatever the pattern.
 *
 * @see docs/spec/broker.md
 */
export class Glob {
  readonly #tokens: readonly Token[];

  constructor(readonly pattern: ByteKey) {
    this.#tokens = parse(pattern);
  }

  matches(text: ByteKey): boolean {
    const tokens = this.#tokens;
    // As in Redis, where nothing but an empty pattern matches an empty name.
    if (text.length === 0) return tokens.length === 0;
    let at = 0;
    let token = 0;
    let runToken = -1;
    let runAt = 0;
    while (at < text.length) {
      const expected = tokens[token];
      if (expected?.kind === 'run') {
        runToken = token++;
        runAt = at;
      } else if (expected && accepts(expected, text.charCodeAt(at))) {
        token++;
        at++;
      } else if (runToken >= 0) {
        // The last run takes one byte more; an earlier one need not, since this one can take over from it.
        at = ++runAt;
        token = runToken + 1;
      } else return false;
    }
    while (tokens[token]?.kind === 'run') token++;
    return token === tokens.length;
  }
}

function accepts(token: Token, byte: number): boolean {
  switch (token.kind) {
    case 'byte':
      return token.byte === byte;
    case 'set':
      return token.has[byte] === 1;
    default:
      return true;
  }
}

function parse(pattern: ByteKey): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < pattern.length) {
    const byte = pattern.charCodeAt(at++);
    if (byte === star) {
      if (tokens.at(-1)?.kind !== 'run') tokens.push({ kind: 'run' });
    } else if (byte === question) tokens.push({ kind: 'any' });
    else if (byte === open) {
      const { has, next } = parseSet(pattern, at);
      tokens.push({ kind: 'set', has });
      at = next;
    } else if (byte === backslash && at < pattern.length) tokens.push({ kind: 'byte', byte: pattern.charCodeAt(at++) });
    else tokens.push({ kind: 'byte', byte });
  }
  return tokens;
}

/** Reads a set from behind its `[` to behind its `]`. */
function parseSet(pattern: ByteKey, start: number): { has: Uint8Array; next: number } {
  const has = new Uint8Array(256);
  const isNegated = pattern.charCodeAt(start) === caret;
  let at = isNegated ? start + 1 : start;
  for (; at < pattern.length; at++) {
    const byte = pattern.charCodeAt(at);
    if (byte === backslash && at + 1 < pattern.length) has[pattern.charCodeAt(++at)] = 1;
    else if (byte === close) break;
    else if (pattern.charCodeAt(at + 1) === dash && at + 2 < pattern.length) {
      const end = pattern.charCodeAt((at += 2));
      has.fill(1, Math.min(byte, end), Math.max(byte, end) + 1);
    } else has[byte] = 1;
  }
  if (isNegated) for (let i = 0; i < has.length; i++) has[i] = has[i] ? 0 : 1;
  return { has, next: at + 1 };
}
