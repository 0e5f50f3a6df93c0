import { EncodeError } from '@syncytium/codec';
import { payloadBytesMax } from './wire.js';

/** What goes around the data of an event: channel, ids and counts. */
const envelopeBytesMax = 4096;

/**
 * Throws `EncodeError` for a frame whose payload no transmitter takes. It must not be sent: the line would break, be made
 * anew, and break again.
 */
export function checkFrameBytes(bytes: number): void {
  if (bytes > payloadBytesMax) throw tooLarge(bytes);
}

/** The same for data as text, before there is a frame. */
export function checkDataText(text: string): void {
  const bytesMax = payloadBytesMax - envelopeBytesMax;
  // No character has more than three bytes per code unit.
  if (text.length * 3 <= bytesMax) return;
  const bytes = Buffer.byteLength(text);
  if (bytes > bytesMax) throw tooLarge(bytes);
}

/** The same for bytes, which some get in base64. */
export function checkDataBytes({ length }: Uint8Array): void {
  const bytes = Math.ceil(length / 3) * 4;
  if (bytes > payloadBytesMax - envelopeBytesMax) throw tooLarge(bytes);
}

function tooLarge(bytes: number): EncodeError {
  const found = `${bytes} bytes, more than a transmitter takes (${payloadBytesMax})`;
  return new EncodeError({ encoding: 'json', code: 'encode_too_large', found, path: '$' });
}
