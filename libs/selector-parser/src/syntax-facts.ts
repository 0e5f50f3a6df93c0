/** What an error about a text knows. */
export interface SyntaxFacts {
  readonly position: number;
  readonly expected: string;
  readonly found: string;
}

const excerptUnitsMax = 60;
const quoteUnitsMax = 40;

/** Two lines: the text around a position, and a caret under that position. */
export function drawCaret(text: string, position: number): string {
  const from = Math.max(0, position - excerptUnitsMax / 2);
  const to = Math.min(text.length, from + excerptUnitsMax);
  const before = (from > 0 ? '…' : '') + printable(text.slice(from, position));
  const after = printable(text.slice(position, to)) + (to < text.length ? '…' : '');
  return `  ${before}${after}\n  ${' '.repeat(columns(before))}^`;
}

/** A piece of a text in quotes, cut where it is long. */
export function quote(piece: string): string {
  const cut = piece.length > quoteUnitsMax ? `${piece.slice(0, quoteUnitsMax)}…` : piece;
  return `'${printable(cut)}'`;
}

/** The character at a position in quotes, or `end of text`. */
export function quoteCharacter(text: string, position: number): string {
  const character = text.codePointAt(position);
  return character === undefined ? 'end of text' : quote(String.fromCodePoint(character));
}

/** `1 character`, `63 characters`. */
export function describeCount(count: number): string {
  return count === 1 ? '1 character' : `${count} characters`;
}

/**
 * Every character that would move the cursor, hide or break the line, replaced by one that shows. One for one, so that
 * the caret stays under its place.
 */
function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}

function columns(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; count++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return count;
}
