import { valueBytes } from '../broker-arguments.js';
import type { BrokerValue } from '../broker.js';

/** What the client library sends as it is. */
export type Argument = string | Buffer;

/** A value as the client library takes it. Throws `LimitError` for one that is too large. */
export function argument(value: BrokerValue): Argument {
  const bytes = valueBytes(value);
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
