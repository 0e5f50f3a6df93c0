import { LabelSyntaxError } from './errors.js';
import { describeCount, quoteCharacter, type SyntaxFacts } from './syntax-facts.js';

const prefixLengthMax = 253;
const nameLengthMax = 63;

/** Whether a text may be a label's key: an optional DNS prefix up to 253 characters and `/`, then a name up to 63. */
export function isLabelKey(text: string): boolean {
  return findKeyProblem(text) === undefined;
}

/** Whether a text may be a label's value: empty, or up to 63 characters like a name. */
export function isLabelValue(text: string): boolean {
  return findValueProblem(text) === undefined;
}

/**
 * Accepts a label's key, or says what is wrong with it.
 *
 * @throws LabelSyntaxError with the position in the key
 * @see docs/spec/selector.md
 */
export function validateLabelKey(key: string): void {
  const problem = findKeyProblem(key);
  if (problem) throw new LabelSyntaxError('label key', key, problem, key);
}

/**
 * Accepts a label's value, or says what is wrong with it. The key, where it is given, is only for the error.
 *
 * @throws LabelSyntaxError with the position in the value
 * @see docs/spec/selector.md
 */
export function validateLabelValue(value: string, key?: string): void {
  const problem = findValueProblem(value);
  if (problem)
    throw new LabelSyntaxError(key === undefined ? 'label value' : `value of label ${key}`, value, problem, key);
}

/** What is wrong with a key, or `undefined`. Positions count from the key's start. */
export function findKeyProblem(key: string): SyntaxFacts | undefined {
  const slash = key.indexOf('/');
  if (slash === -1) return findNameProblem(key, 0, 'a label key');
  const second = key.indexOf('/', slash + 1);
  if (second !== -1) return { position: second, expected: "at most one '/' in a label key", found: "a second '/'" };
  return findPrefixProblem(key, slash) ?? findNameProblem(key, slash + 1, "a name after '/'");
}

/** What is wrong with a value, or `undefined`. Positions count from the value's start. */
export function findValueProblem(value: string): SyntaxFacts | undefined {
  return value.length === 0 ? undefined : findNameProblem(value, 0, 'a label value');
}

/** A name: letters and digits of ASCII, and `-`, `_`, `.` between them; it reaches from `start` to the text's end. */
function findNameProblem(text: string, start: number, what: string): SyntaxFacts | undefined {
  const end = text.length;
  if (start === end) return { position: start, expected: what, found: 'nothing' };
  // The kind of character is judged before the length, so that a count of characters never counts bytes of others.
  for (let at = start; at < end; at++) {
    const isEdge = at === start || at === end - 1;
    if ((classOf(text, at) & (isEdge ? alphanumeric : alphanumeric | punctuation)) === 0) {
      const allowed = isEdge ? 'a letter or digit at either end of it' : "only letters, digits, '-', '_' and '.' in it";
      return { position: at, expected: `${what} with ${allowed}`, found: quoteCharacter(text, at) };
    }
  }
  if (end - start > nameLengthMax) {
    return {
      position: start + nameLengthMax,
      expected: `${what} of at most ${describeCount(nameLengthMax)}`,
      found: describeCount(end - start),
    };
  }
  return undefined;
}

/** A prefix: a DNS subdomain in lower case, without DNS's own limit of 63 characters between two dots. */
function findPrefixProblem(key: string, end: number): SyntaxFacts | undefined {
  if (end === 0) return { position: 0, expected: "a prefix before '/'", found: 'nothing' };
  for (let at = 0; at < end; at++) {
    const kind = classOf(key, at);
    if ((kind & lowerAlphanumeric) !== 0) continue;
    const isBetween =
      at > 0 &&
      at < end - 1 &&
      // A hyphen may neighbour anything but a dot, a dot nothing but letters and digits.
      (key[at] === '-' ? key[at - 1] !== '.' && key[at + 1] !== '.' : key[at] === '.' && key[at + 1] !== '.');
    if (!isBetween) {
      return {
        position: at,
        expected: "a prefix of lower-case letters, digits, '-' and '.' with a letter or digit at the ends of each part",
        found: quoteCharacter(key, at),
      };
    }
  }
  if (end > prefixLengthMax) {
    return {
      position: prefixLengthMax,
      expected: `a prefix of at most ${describeCount(prefixLengthMax)}`,
      found: describeCount(end),
    };
  }
  return undefined;
}

const alphanumeric = 1;
const punctuation = 2;
const lowerAlphanumeric = 4;

const classes = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') classes[character.charCodeAt(0)] = alphanumeric;
for (const character of 'abcdefghijklmnopqrstuvwxyz0123456789') {
  classes[character.charCodeAt(0)] = alphanumeric | lowerAlphanumeric;
}
for (const character of '-_.') classes[character.charCodeAt(0)] = punctuation;

function classOf(text: string, at: number): number {
  return classes[text.charCodeAt(at)] ?? 0;
}
