import { afterEach } from 'vitest';
import { startServer, type TestServer } from './start-server.js';

/** Gives a function that starts servers, each of which is stopped when its test is over. */
export function serversOfTest(): typeof startServer {
  const servers: TestServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
  });
  return async (...flags) => {
    const server = await startServer(...flags);
    servers.push(server);
    return server;
  };
}
