/**
 * What travels and how: encodings J (JSON), M (MessagePack) and R (raw bytes) behind one interface, the command frames
 * of thynapse, and the ids THID and OID. Bytes from outside are taken for hostile: whatever they are, decoding gives a
 * value that the same encoding can encode again, or throws a {@link CodecError}.
 *
 * @example
 * ```ts
 * import { decodeFrame, encodeFrame, messagePack } from '@syncytium/codec';
 *
 * const frame = decodeFrame(encodeFrame('J', 'EVNT', { channel: 'hello::world' }));
 * console.log(frame.command, frame.decode()); // EVNT { channel: 'hello::world' }
 * console.log(messagePack.decode(messagePack.encode({ samples: Float64Array.of(1, 2) })));
 * ```
 *
 * @packageDocumentation
 */
export { type Encoding, type EncodingCode } from './encoding.js';
export { encodingByCode, encodingByName, encodings } from './encodings.js';
export { json, jsonText, jsonValue } from './json.js';
export { isWellFormed } from './plain-data.js';
export { messagePack } from './messagepack.js';
export { raw } from './raw.js';
export type { DecodeLimits, EncodeOptions } from './limits.js';
export { decodeFrame, encodeFrame, Frame, frameHeaderBytes } from './frame.js';
export {
  formatThid,
  isThid,
  parseThid,
  randomThid,
  readThidWords,
  thidBytes,
  thidOf,
  thidTextLength,
  thidWords,
} from './thid.js';
export {
  formatOid,
  isOid,
  oidBytes,
  oidTextLength,
  parseOid,
  randomOid,
  readOid,
  writeOid,
  writeOidWords,
} from './oid.js';
export {
  CodecError,
  DecodeError,
  EncodeError,
  FrameError,
  IdError,
  type DecodeErrorCode,
  type EncodeErrorCode,
  type FrameErrorCode,
  type IdErrorCode,
} from './errors.js';
