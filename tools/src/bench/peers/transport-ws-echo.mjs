// The WebSocket host of transport that sends every message back at once.
import { createWsHost } from '@syncytium/transport/ws';

const host = createWsHost({
  name: 'echo',
  listen: { host: '127.0.0.1', port: 0 },
  onConnection: (connection) => ({ onMessage: (data, isBinary) => connection.send(data, isBinary) }),
});
await host.start();
console.log(`ready ws-echo ${new URL(host.url.replace('ws:', 'http:')).origin}`);
