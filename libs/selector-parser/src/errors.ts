import { describeCount, drawCaret, type SyntaxFacts } from './syntax-facts.js';

/**
 * A selector text that is not a selector. `position`, `expected` and `found` are for programs; the message says the
 * same for people and ends in two lines that show the place.
 *
 * @see docs/spec/selector.md
 */
export class SelectorSyntaxError extends Error {
  readonly code = 'selector_syntax';
  /** Where it went wrong: an index into the text, in UTF-16 units, from 0 to the text's length. */
  readonly position: number;
  /** What would have been accepted there, in words. */
  readonly expected: string;
  /** What was there instead: a quoted piece of the text, `end of text`, or a count. */
  readonly found: string;

  constructor(text: string, { position, expected, found }: SyntaxFacts) {
    super(`selector: expected ${expected} but found ${found} at position ${position}\n${drawCaret(text, position)}`);
    this.name = 'SelectorSyntaxError';
    this.position = position;
    this.expected = expected;
    this.found = found;
  }
}

/**
 * A label, or a list of labels, that breaks the rules for keys and values.
 *
 * @see docs/spec/selector.md
 */
export class LabelSyntaxError extends Error {
  readonly code = 'label_syntax';
  /** The key of the label at fault; `undefined` where the text at fault has no key. */
  readonly key: string | undefined;
  /** Where it went wrong: an index in UTF-16 units into the text that was checked (the list, the key or the value). */
  readonly position: number;
  /** What would have been accepted there, in words. */
  readonly expected: string;
  /** What was there instead: a quoted piece of the text, `end of text`, or a count. */
  readonly found: string;

  constructor(what: string, text: string, { position, expected, found }: SyntaxFacts, key?: string) {
    super(`${what}: expected ${expected} but found ${found} at position ${position}\n${drawCaret(text, position)}`);
    this.name = 'LabelSyntaxError';
    this.key = key;
    this.position = position;
    this.expected = expected;
    this.found = found;
  }
}

/** The facts about a text that is longer than its reader allows. */
export function tooLong(text: string, lengthMax: number): SyntaxFacts {
  return {
    position: lengthMax,
    expected: `at most ${describeCount(lengthMax)}`,
    found: describeCount(text.length),
  };
}
