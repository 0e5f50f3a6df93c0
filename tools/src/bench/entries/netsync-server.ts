import { join } from 'node:path';
import { startServer, type ChildServer } from '../child-server.js';

const script = join(import.meta.dirname, '../../../../apps/netsync/bin/netsync.js');

/** A netsync that logs nothing and lets in as many as an entry needs. */
export function startNetsync(...args: string[]): Promise<ChildServer> {
  return startServer(script, ['127.0.0.1:0', '--log', 'silent', '--log-level', 'error', ...args]);
}
