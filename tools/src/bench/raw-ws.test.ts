import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { RawWs } from './raw-ws.js';

const answer = Buffer.from('\x81\x05hello', 'latin1');
const ping = Buffer.of(0x89, 0);

/** A server that opens every WebSocket and says nothing by itself. */
async function openCounting(onTexts: (count: number) => void): Promise<Socket> {
  const server = createServer((socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const ws = await RawWs.openCounting(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, 'hello', onTexts);
  onTestFinished(() => {
    ws.close();
    server.close();
  });
  const [socket] = await connected;
  socket.setNoDelay();
  return socket;
}

test('answers are counted when they have come whole, wherever they are cut, and pings between them are none', async () => {
  const bytes = Buffer.concat([ping, answer, answer, ping, ping, answer]);
  const ends = [9, 16, 27];
  for (let cut = ping.length + answer.length; cut < bytes.length; cut++) {
    let count = 0;
    let onCount = (): void => undefined;
    const socket = await openCounting((some) => {
      count += some;
      onCount();
    });
    const counted = (expected: number): Promise<void> =>
      new Promise((resolve) => {
        onCount = () => count === expected && resolve();
        onCount();
      });
    socket.write(bytes.subarray(0, cut));
    await counted(ends.filter((end) => end <= cut).length);
    socket.write(bytes.subarray(cut));
    await counted(3);
    expect(count).toBe(3);
  }
});
