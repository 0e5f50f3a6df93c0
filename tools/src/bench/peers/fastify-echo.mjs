// The limit for netsync over HTTP: a bare fastify route that answers at once with a body of the same size.
import fastify from 'fastify';

const app = fastify();
app.get('/event', (request) => ({ payloads: { a: request.query.payload, b: request.query.payload } }));
console.log(`ready fastify-echo ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
