/** How many bytes so many frames have together. */
export function totalBytes(frames: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const { length } of frames) bytes += length;
  return bytes;
}
