/**
 * Where a JSON text goes deeper than a limit: the byte of the bracket that is one too many, or -1. Looks only at
 * brackets and strings; whether the text is JSON at all is not its question.
 */
export function findTooDeep(bytes: Uint8Array, depthMax: number): number {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case openBracket:
      case openBrace:
        if (++depth > depthMax) return at;
        break;
      case closeBracket:
      case closeBrace:
        depth--;
        break;
      case quote:
        at = skipString(bytes, at + 1);
        break;
    }
  }
  return -1;
}

/** The closing quote of a string that starts here, or the end of a text that lacks it. */
function skipString(bytes: Uint8Array, start: number): number {
  let at = start;
  for (; at < bytes.length && bytes[at] !== quote; at++) {
    if (bytes[at] === backslash) at++;
  }
  return at;
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
