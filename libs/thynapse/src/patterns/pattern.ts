import { isReserved } from '../wire/channel.js';
import { ProtocolError } from '../errors.js';
import { channelLengthMax, reservedPrefix } from '../wire/wire.js';

/**
 * Which channels a listener wants. `hello::world` is one channel, `hello::*` all that begin so, and anywhere `*` stands
 * for any characters (also none) and `?` for exactly one. Channels of the system itself (`thynapse::...`) match only
 * patterns that begin with `thynapse::`.
 *
 * @see docs/spec/thynapse.md#patterns
 */
export interface Pattern {
  /** As it was given, with runs of `*` written as one. */
  readonly text: string;
  readonly kind: 'exact' | 'prefix' | 'glob';
  /** What every matching channel begins with: the text up to the first wildcard. */
  readonly prefix: string;
  /** Takes time proportional to the channel's length times the longest piece between two `*`, at worst. */
  matches(channel: string): boolean;
}

/** Throws {@link ProtocolError} `bad_pattern` for a text that is none. */
export function parsePattern(given: string): Pattern {
  if (given.length === 0 || given.length > channelLengthMax)
    throw badPattern(given, `has 1 to ${channelLengthMax} characters, got ${given.length}`);
  if (/[\p{Cc}\p{Cs}]/u.test(given)) throw badPattern(given, 'has no control characters');
  const text = given.replace(/\*+/g, '*');
  const prefix = /^[^*?]*/.exec(text)?.[0] ?? '';
  const reserved = prefix.startsWith(reservedPrefix);
  const maySee = (channel: string): boolean => reserved || !isReserved(channel);
  if (prefix === text) return { text, kind: 'exact', prefix, matches: (channel) => channel === text };
  if (text === `${prefix}*`)
    return { text, kind: 'prefix', prefix, matches: (channel) => channel.startsWith(prefix) && maySee(channel) };
  const pieces = text.split('*').map((piece) => Array.from(piece));
  return {
    text,
    kind: 'glob',
    prefix,
    matches: (channel) => channel.startsWith(prefix) && maySee(channel) && matchPieces(pieces, Array.from(channel)),
  };
}

/**
 * The first piece must be at the start, the last at the end, and those between, each as early as possible: an earlier
 * place never spoils what comes later, so nothing is tried twice.
 */
function matchPieces(pieces: readonly (readonly string[])[], channel: readonly string[]): boolean {
  const [first = [], ...others] = pieces;
  const last = others.pop();
  if (!isAt(first, channel, 0)) return false;
  if (!last) return first.length === channel.length;
  let from = first.length;
  for (const piece of others) {
    while (from + piece.length <= channel.length && !isAt(piece, channel, from)) from++;
    from += piece.length;
  }
  const end = channel.length - last.length;
  return from <= end && isAt(last, channel, end);
}

function isAt(piece: readonly string[], channel: readonly string[], at: number): boolean {
  if (at + piece.length > channel.length) return false;
  return piece.every((character, i) => character === '?' || character === channel[at + i]);
}

function badPattern(pattern: string, problem: string): ProtocolError {
  return new ProtocolError('bad_pattern', `a pattern ${problem}`, { pattern: pattern.slice(0, 100) });
}
