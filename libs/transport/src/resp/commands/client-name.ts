import type { Arguments } from '../arguments.js';
import { ReplyError } from '../errors.js';
import * as texts from '../reply-texts.js';

/** What a client wants to be called; empty for no name. Throws {@link ReplyError} for what is no name. */
export function readClientName(args: Arguments, index: number): string {
  const name = args.key(index);
  if (!isOneWord(name)) throw new ReplyError(texts.badClientName);
  return name;
}

/** Whether something may be part of a line of words, as `CLIENT LIST` writes them: it has no spaces. */
export function isOneWord(text: string): boolean {
  return /^[!-~]*$/.test(text);
}
