import { DecodeError, json } from '@syncytium/codec';
import { BadJsonError } from './errors.js';
import { findJsonError } from './find-json-error.js';

/**
 * The value of a JSON body, under the codec's rules: no key `__proto__`, no lone surrogates, bounded nesting. Throws
 * {@link BadJsonError} with the position of what is wrong, as far as it is known.
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) throw new BadJsonError('it is empty', 0);
  try {
    return json.decode(body);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const { found, at } = error.details;
    const malformed = error.code === 'decode_malformed' ? findJsonError(body.toString()) : undefined;
    if (malformed) throw new BadJsonError(malformed.problem, malformed.position);
    // The codec counts bytes.
    const position = typeof at === 'number' ? body.toString('utf8', 0, at).length : undefined;
    throw new BadJsonError(`it has ${String(found)}`, position);
  }
}
