import { InvalidArgumentError } from '@syncytium/kit';
import type { PayloadCodec } from '@syncytium/fxp';
import { isJsonObject } from '../json-object.js';

/** The item as the session's codec takes it. Throws `InvalidArgumentError` for one of another kind. */
export function checkItem(item: unknown, codec: PayloadCodec): unknown {
  if (codec === 'raw' && !(item instanceof Uint8Array))
    throw new InvalidArgumentError(
      'item',
      'must be the bytes behind the line of a binary message, in a session of raw',
    );
  if (codec !== 'raw' && item instanceof Uint8Array)
    throw new InvalidArgumentError('item', `must be JSON in a session of ${codec}; bytes are for sessions of raw`);
  if (codec === 'json' && !isJsonObject(item)) throw new InvalidArgumentError('item', 'must be a JSON object');
  return item;
}
