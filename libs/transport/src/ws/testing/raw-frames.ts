/** One WebSocket frame as a client sends it (masked unless told), for frames that no library would send. */
export function clientFrame(
  opcode: number,
  payload: Buffer | string,
  { isFinal = true, isMasked = true, reserved = 0 } = {},
): Buffer {
  const data = Buffer.from(payload);
  const head = [(isFinal ? 0x80 : 0) | reserved | opcode];
  const maskBit = isMasked ? 0x80 : 0;
  if (data.length < 126) head.push(maskBit | data.length);
  else if (data.length < 65_536) head.push(maskBit | 126, data.length >> 8, data.length & 255);
  else head.push(maskBit | 127, 0, 0, 0, 0, ...Buffer.from(Uint32Array.of(data.length).buffer).reverse());
  const mask = [1, 2, 3, 4];
  const body = isMasked ? data.map((byte, i) => byte ^ (mask[i % 4] ?? 0)) : data;
  return Buffer.concat([Buffer.from(head), Buffer.from(isMasked ? mask : []), body]);
}

/** The request that opens a WebSocket. */
export function handshake(path = '/'): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
}

/** The close code in the last frame of what a server sent, as latin1 text. */
export function closeCodeIn(received: string): number | undefined {
  const bytes = Buffer.from(received, 'latin1');
  const at = bytes.lastIndexOf(0x88);
  return at < 0 || bytes.length < at + 4 ? undefined : bytes.readUInt16BE(at + 2);
}
