/** A token's kind. Keywords are words as well: where a key or a value may stand, `in` and `notin` are just that. */
export type TokenKind = 'word' | 'in' | 'notin' | '(' | ')' | ',' | '!' | '=' | '==' | '!=' | '>' | '<' | 'end';

/**
 * Cuts a selector into tokens, one at a time. It never fails: every text is a sequence of tokens, and what is wrong
 * with one is for the parser to say.
 */
export class Lexer {
  /** The current token: its kind, and where in the text it starts and ends. */
  kind: TokenKind = 'end';
  start = 0;
  end = 0;
  /** Where the next token is looked for; one beyond `end` where a NUL ended the current one. */
  private next = 0;

  constructor(readonly text: string) {
    this.advance();
  }

  /** The current token as written. */
  get lexeme(): string {
    return this.text.slice(this.start, this.end);
  }

  /** Whether the current token is of a kind. */
  is(kind: TokenKind): boolean {
    return this.kind === kind;
  }

  /** Whether the current token can be a key or a value: keywords can. */
  isWord(): boolean {
    return this.kind === 'word' || this.kind === 'in' || this.kind === 'notin';
  }

  /** Goes to the next token; at the end it stays there. */
  advance(): void {
    const { text } = this;
    let at = this.next;
    while (isSpace(text.charCodeAt(at))) at++;
    this.start = at;
    this.kind = kindAt(text, at);
    if (this.kind === 'end') {
      this.end = this.next = at;
      return;
    }
    if (this.kind === 'word') {
      do at++;
      while (isWordUnit(text.charCodeAt(at)));
      this.kind = wordKind(text, this.start, at);
    } else {
      at += this.kind.length;
    }
    this.end = at;
    this.next = text.charCodeAt(at) === nul ? at + 1 : at;
  }
}

const nul = 0;

// Past the text's end charCodeAt gives NaN, which is none of these: no loop needs a bound of its own.
function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x0d || unit === 0x0a;
}

function isWordUnit(unit: number): boolean {
  switch (unit) {
    case nul:
    case 0x20:
    case 0x09:
    case 0x0d:
    case 0x0a:
    case 0x21: // !
    case 0x28: // (
    case 0x29: // )
    case 0x2c: // ,
    case 0x3c: // <
    case 0x3d: // =
    case 0x3e: // >
      return false;
    default:
      return !Number.isNaN(unit);
  }
}

/** The kind of the token that starts here; of symbols the longest that fits. A NUL in this place ends the text. */
function kindAt(text: string, at: number): TokenKind {
  switch (text[at]) {
    case undefined:
    case '\0':
      return 'end';
    case '(':
      return '(';
    case ')':
      return ')';
    case ',':
      return ',';
    case '<':
      return '<';
    case '>':
      return '>';
    case '=':
      return text[at + 1] === '=' ? '==' : '=';
    case '!':
      return text[at + 1] === '=' ? '!=' : '!';
    default:
      return 'word';
  }
}

function wordKind(text: string, start: number, end: number): TokenKind {
  if (end - start === 2 && text.startsWith('in', start)) return 'in';
  if (end - start === 5 && text.startsWith('notin', start)) return 'notin';
  return 'word';
}
