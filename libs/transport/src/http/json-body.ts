import { isUtf8 } from 'node:buffer';
import { BadJsonError } from './errors.js';
import { findJsonError } from './find-json-error.js';

/** The value of a JSON body. Throws {@link BadJsonError} with the position of what is wrong. */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) throw new BadJsonError('it is empty', 0);
  if (!isUtf8(body)) throw new BadJsonError('it is not UTF-8');
  const text = body.toString();
  try {
    // Only such texts can have the key; a reviver for all would cost most of the parsing time.
    const mayHoldProto = text.includes('__proto__') || text.includes('\\u');
    return JSON.parse(text, mayHoldProto ? refuseProto : undefined);
  } catch (error) {
    if (error instanceof BadJsonError) throw error;
    const found = findJsonError(text);
    throw new BadJsonError(found?.problem ?? 'it cannot be read', found?.position);
  }
}

/** A key that becomes a prototype when somebody copies the object property by property. */
function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new BadJsonError('it has a key __proto__');
  return value;
}
