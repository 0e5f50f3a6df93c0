import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, takePort } from './ports.js';

test('a taken port is listened on until it is given back', async () => {
  const taken = await takePort();
  const socket = connect(taken.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
  await taken[Symbol.asyncDispose]();
  const late = connect(taken.port, '127.0.0.1');
  await expect(once(late, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('nobody listens on a free port', async () => {
  const socket = connect(await freePort(), '127.0.0.1');
  await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
