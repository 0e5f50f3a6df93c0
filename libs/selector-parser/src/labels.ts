import { LabelSyntaxError, tooLong } from './errors.js';
import { findKeyProblem, findValueProblem, validateLabelKey, validateLabelValue } from './label-syntax.js';
import { textLengthMaxDefault, type TextLimits } from './limits.js';
import { quote, type SyntaxFacts } from './syntax-facts.js';

/** Labels of one thing: its keys and their values, as an object's own properties or as a map. */
export type Labels = Readonly<Record<string, string>> | ReadonlyMap<string, string>;

/** Labels as {@link parseLabels} gives them: an object without prototype that cannot be changed. */
export type LabelRecord = Readonly<Record<string, string>>;

/**
 * Reads `a=1,b=2`. Space around keys and values is dropped, a value may be empty, of equal keys the last one counts.
 *
 * @throws LabelSyntaxError with the label's key and the position in the text
 * @see docs/spec/selector.md
 */
export function parseLabels(text: string, { lengthMax = textLengthMaxDefault }: TextLimits = {}): LabelRecord {
  if (text.length > lengthMax) throw new LabelSyntaxError('labels', text, tooLong(text, lengthMax));
  const labels = Object.create(null) as Record<string, string>;
  if (text.length > 0) {
    for (let start = 0; start <= text.length;) {
      const comma = text.indexOf(',', start);
      const end = comma === -1 ? text.length : comma;
      readLabel(text, start, end, labels);
      start = end + 1;
    }
  }
  return Object.freeze(labels);
}

/**
 * Writes labels as `a=1,b=2`, sorted, so that {@link parseLabels} reads the same labels again; no labels give `""`.
 *
 * @throws LabelSyntaxError with the label's key where a key or value breaks the rules
 */
export function formatLabels(labels: Labels): string {
  const pairs: string[] = [];
  for (const [key, value] of isMap(labels) ? labels : Object.entries(labels)) {
    validateLabelKey(key);
    validateLabelValue(value, key);
    pairs.push(`${key}=${value}`);
  }
  return pairs.sort().join(',');
}

/** The value of a label, or `undefined`. What an object inherits is no label of it. */
export function labelOf(labels: Labels, key: string): string | undefined {
  if (isMap(labels)) return labels.get(key);
  const value = labels[key];
  return typeof value === 'string' && Object.hasOwn(labels, key) ? value : undefined;
}

function isMap(labels: Labels): labels is ReadonlyMap<string, string> {
  return labels instanceof Map;
}

function readLabel(text: string, start: number, end: number, labels: Record<string, string>): void {
  const equals = text.indexOf('=', start);
  if (equals === -1 || equals >= end) {
    const key = trimmed(text, start, end).text;
    const found = end === text.length ? 'end of text' : quote(',');
    const facts = { position: end, expected: "'=' after a label's key", found };
    throw new LabelSyntaxError('labels', text, facts, key === '' ? undefined : key);
  }
  const key = trimmed(text, start, equals);
  const second = text.indexOf('=', equals + 1);
  if (second !== -1 && second < end) {
    const facts = { position: second, expected: "one '=' in a label", found: quote('=') };
    throw new LabelSyntaxError('labels', text, facts, key.text);
  }
  const value = trimmed(text, equals + 1, end);
  const keyProblem = findKeyProblem(key.text);
  if (keyProblem) throw new LabelSyntaxError('labels', text, shifted(keyProblem, key.start), key.text);
  const valueProblem = findValueProblem(value.text);
  if (valueProblem) throw new LabelSyntaxError('labels', text, shifted(valueProblem, value.start), key.text);
  labels[key.text] = value.text;
}

function trimmed(text: string, from: number, to: number): { start: number; text: string } {
  let start = from;
  let end = to;
  while (start < end && isSpace(text, start)) start++;
  while (end > start && isSpace(text, end - 1)) end--;
  return { start, text: text.slice(start, end) };
}

/** White space of Unicode, all of which Go trims here; trim() of JavaScript differs in two characters. */
function isSpace(text: string, at: number): boolean {
  return /\p{White_Space}/u.test(text.charAt(at));
}

function shifted(problem: SyntaxFacts, by: number): SyntaxFacts {
  return { ...problem, position: problem.position + by };
}
