// Many clients that wait and never give up, until the process is killed: then all of their connections end at once.
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';

const [url, count, kind] = process.argv.slice(2);
const { hostname, port } = new URL(url);

if (kind === 'ws') {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
  await once(socket, 'open');
  for (let i = 0; i < Number(count); i++)
    socket.send(JSON.stringify({ id: i, event: 'e', actor: `w${i}`, selector: 'actor=nobody' }));
} else {
  for (let i = 0; i < Number(count); i++) {
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    socket.write(`GET /event?event=e&actor=w${i}&selector=actor%3Dnobody HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  }
}
console.log('ready holding-clients');
