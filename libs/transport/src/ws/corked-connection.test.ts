import { afterEach, expect, it } from 'vitest';
import { deferred } from '../http/testing/deferred.js';
import { connectWs, createWsHost, type WsConnection, type WsHandlers } from './index.js';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A host, and a client connected to it. */
async function connect(host: (connection: WsConnection) => WsHandlers, client: WsHandlers): Promise<WsConnection> {
  const limits = { messageBytesMax: 2 ** 24 };
  const server = createWsHost({ name: 'demo', listen: { port: 0 }, limits, onConnection: host });
  cleanups.push(() => server.stop());
  await server.start();
  const connection = await connectWs(server.url, client, { limits });
  cleanups.push(() => connection.terminate());
  return connection;
}

it('the memory of a part may be used again once that is sent', async () => {
  const partBytes = 2 ** 18;
  const whole = deferred<string>();
  const sendParts = (connection: WsConnection): WsHandlers => ({
    onMessage() {
      const memory = Buffer.alloc(partBytes);
      const sendFrom = (letter: number): void => {
        memory.fill(letter);
        const isLast = letter === 0x63;
        connection.sendPart(memory, false, isLast, isLast ? undefined : () => sendFrom(letter + 1));
      };
      sendFrom(0x61);
    },
  });
  const client = await connect(sendParts, { onMessage: (data) => whole.resolve(data.toString()) });
  client.send('go');
  expect(await whole.promise).toBe(['a', 'b', 'c'].map((letter) => letter.repeat(partBytes)).join(''));
});

it('a long message is read a little in each turn, so that others are read in between', async () => {
  const sentBytes = 2 ** 23;
  const all = deferred<number>();
  let [readBytes, turnBytes, turnBytesMax] = [0, 0, 0];
  const handlers: WsHandlers = {
    onMessage: () => undefined,
    onPart(data, _isBinary, isLast) {
      if (turnBytes === 0) setImmediate(() => (turnBytes = 0));
      readBytes += data.length;
      turnBytes += data.length;
      turnBytesMax = Math.max(turnBytesMax, turnBytes);
      if (isLast) all.resolve(turnBytesMax);
    },
  };
  const client = await connect(() => handlers, { onMessage: () => undefined });
  client.send(Buffer.alloc(sentBytes));
  expect(await all.promise).toBeLessThanOrEqual(2 ** 18);
  expect(readBytes).toBe(sentBytes);
});
