/** Bytes of JSON that have a meaning. */
export const [quote, comma, colon, backslash] = [0x22, 0x2c, 0x3a, 0x5c];
export const [arrayOpen, arrayClose, objectOpen, objectClose] = [0x5b, 0x5d, 0x7b, 0x7d];
export const [minus, plus, point, zero, smallE, capitalE] = [0x2d, 0x2b, 0x2e, 0x30, 0x65, 0x45];

/**
 * What a reader says instead of where something ends: the bytes end before it does, or perhaps do; or it is nothing that
 * the reader knows, right or wrong.
 */
export const incomplete = -1;
export const unusual = -2;

/** Bytes of 0, which mean nothing in JSON, behind what a reader is given: so it need not look where the end is. */
export const paddingBytes = 16;

/** More bytes than a key with its quotes has, or whatever else is looked at as a whole. */
const lookAheadMax = 80;

/** Something unexpected is at a place: only where that is not near the end, nothing that follows can change it. */
export function unexpectedAt(at: number, end: number): number {
  return end - at < lookAheadMax ? incomplete : unusual;
}

/** The first place from one on that is no white space. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at] as number;
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) return at;
    at++;
  }
}

/** Whether some bytes stand at a place. */
export function standsAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  const { length } = wanted;
  for (let i = 0; i < length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}
