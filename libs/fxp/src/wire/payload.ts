import { CodecError, encodingByName, type Encoding } from '@syncytium/codec';
import { InternalError } from '@syncytium/kit';
import { FxpBadItemError } from '../errors.js';

/**
 * How items are put into bytes. `json`, the original's, carries one object; `raw` carries bytes as they are; `msgpack`
 * carries any value, numeric arrays as binary, and is an addition that only peers of our kind understand.
 */
export type PayloadCodec = 'json' | 'raw' | 'msgpack';

export type JsonObject = Readonly<Record<string, unknown>>;

/** What a session with a codec carries. */
export type ItemOf<C extends PayloadCodec> = C extends 'json' ? JsonObject : C extends 'raw' ? Uint8Array : unknown;

/** What comes in parts may be larger than Redis's maximum of one value; the parts were limited as they came. */
const bytesMax = Infinity;
/** The most the encodings can bear; simulations nest deeply. */
const depthMax = 1000;

/**
 * An item as bytes for the list `key`, behind a header of ASCII if there is one. Throws {@link FxpBadItemError} for what
 * the codec does not carry.
 */
export function encodeItem(codec: PayloadCodec, item: unknown, key: string, header = ''): Uint8Array {
  if (codec === 'json' && !isObject(item)) throw new FxpBadItemError(key, 'must be a JSON object');
  return attempt(key, () => encodingOf(codec).encode(item, { depthMax, prefix: header }));
}

/** The item that bytes of the list `key` stand for. Throws {@link FxpBadItemError} for anything else. */
export function decodeItem<C extends PayloadCodec>(codec: C, bytes: Uint8Array, key: string): ItemOf<C> {
  const item = attempt(key, () => encodingOf(codec).decode(bytes, { depthMax, bytesMax }));
  if (codec === 'json' && !isObject(item)) throw new FxpBadItemError(key, 'is not a JSON object');
  return item as ItemOf<C>;
}

function encodingOf(codec: PayloadCodec): Encoding {
  const encoding = encodingByName(codec);
  if (!encoding) throw new InternalError(`there is no encoding ${codec}`);
  return encoding;
}

function attempt<T>(key: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CodecError) throw new FxpBadItemError(key, `cannot be used: ${error.message}`, error);
    throw error;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
