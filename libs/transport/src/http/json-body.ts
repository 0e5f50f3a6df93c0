import { isUtf8 } from 'node:buffer';
import { BadJsonError } from './errors.js';

/** The value of a JSON body. Throws {@link BadJsonError} with the position of what is wrong. */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) throw new BadJsonError('it is empty', 0);
  if (!isUtf8(body)) throw new BadJsonError('it is not UTF-8');
  const text = body.toString();
  try {
    return JSON.parse(text, text.includes('__proto__') || text.includes('\\u') ? refuseProto : undefined);
  } catch (error) {
    if (error instanceof BadJsonError) throw error;
    throw new BadJsonError(...problemOf(error, text));
  }
}

/** A key that becomes a prototype when somebody copies the object property by property. */
function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new BadJsonError('it has a key __proto__');
  return value;
}

/** V8 tells the position in the message, if at all. */
function problemOf(error: unknown, text: string): [problem: string, position?: number] {
  const message = error instanceof Error ? error.message : String(error);
  if (/end of JSON input|Unterminated string/.test(message)) return ['it ends too early', text.length];
  const at = /^(.*?)(?: in JSON)? at position (\d+)/.exec(message);
  return at ? [at[1] ?? message, Number(at[2])] : [message];
}
