// The limit for fusion over its WebSocket: a bare ws server that sends every message back at once.
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('connection', (socket) => socket.on('message', (data) => socket.send(data, { binary: false })));
server.on('listening', () => console.log(`ready ws-echo http://127.0.0.1:${server.address().port}`));
