// The limit of what a held request can cost: a server of node:http, or of fastify when told so, that never answers.
import { createServer } from 'node:http';
import fastify from 'fastify';

/** What a server has to keep of a request to be able to answer it. */
const held = new Set();
const waits = () => JSON.stringify({ counts: { netsync: { open: held.size } } });
const hold = (raw, reply) => {
  held.add(reply);
  raw.socket.once('close', () => held.delete(reply));
};

if (process.argv[2] === 'fastify') {
  const app = fastify();
  app.get('/waits', (_request, reply) => reply.type('application/json').send(waits()));
  app.get('/event', (request, reply) => {
    hold(request.raw, reply);
    return new Promise(() => undefined);
  });
  console.log(`ready hold ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
} else {
  const server = createServer((request, response) => {
    if (request.url.startsWith('/waits')) response.setHeader('content-type', 'application/json').end(waits());
    else hold(request, response);
  });
  server.listen(0, '127.0.0.1', () => console.log(`ready hold http://127.0.0.1:${server.address().port}`));
}
