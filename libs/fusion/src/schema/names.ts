import { FusionError } from '../errors.js';
import { nameCharsMax } from '../limits.js';
import { scalarTypes } from './scalar.js';

const namePattern = new RegExp(`^[A-Za-z][A-Za-z0-9_]{0,${nameCharsMax - 1}}$`);

const wordPattern = new RegExp(`^[A-Za-z0-9_]{1,${nameCharsMax}}$`);

/** Whether a text can name a class or member: a letter, then letters, digits and underscores, 64 characters at most. */
export function isName(text: string): boolean {
  return namePattern.test(text);
}

/** Throws {@link FusionError} 1003 unless the text can name a new class; the names of types cannot. */
export function checkClassName(text: string): void {
  if (!isName(text)) throw new FusionError(1003, `${shorten(text)} ${nameRule}`);
  if ((scalarTypes as readonly string[]).includes(text)) throw new FusionError(1003, `${text} is the name of a type`);
}

/** Throws {@link FusionError} 1800 unless the text can name a member. */
export function checkMemberName(className: string, text: string): void {
  if (!isName(text)) throw new FusionError(1800, `${shorten(text)} of ${className} ${nameRule}`);
}

const nameRule = `must be a letter, then letters, digits and underscores, ${nameCharsMax} characters at most`;

/** A text for an error detail, quoted where it is no word, cut where it is long. */
export function shorten(text: string): string {
  if (wordPattern.test(text)) return text;
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}
