import { InvalidArgumentError } from '@syncytium/kit';

/**
 * Throws where a range does not lie within bytes. JavaScript takes writes beyond the end in silence, which would lose an
 * id.
 */
export function refuseOutside(bytes: { readonly length: number }, offset: number, length: number): void {
  if (offset >= 0 && offset + length <= bytes.length) return;
  throw new InvalidArgumentError('offset', `must leave ${length} bytes up to the end`, {
    offset,
    length: bytes.length,
  });
}
