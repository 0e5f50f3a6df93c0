import { join } from 'node:path';
import { startServer, type ChildServer } from './child-server.js';

const script = join(import.meta.dirname, '../../../apps/thynapse/bin/thynapse.js');

/** A transmitter in a process of its own, as anybody would start it; one that joins others is told their event sockets. */
export function startTransmitter(...peers: readonly string[]): Promise<ChildServer> {
  const join = peers.flatMap((peer) => ['--peer', peer]);
  return startServer(script, ['transmitter', '0', '--http', '127.0.0.1:0', '--log-level', 'error', ...join]);
}
