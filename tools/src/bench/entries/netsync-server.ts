import { join } from 'node:path';
import { startServer, type ChildServer } from '../child-server.js';
import { startProbed, type ProbedServer } from '../probed-server.js';

const script = join(import.meta.dirname, '../../../../apps/netsync/bin/netsync.js');

const flags = ['127.0.0.1:0', '--log', 'silent', '--log-level', 'error'];

/** A netsync that logs nothing and lets in as many as an entry needs. */
export function startNetsync(...args: string[]): Promise<ChildServer> {
  return startServer(script, [...flags, ...args]);
}

/** The same with a probe in it. */
export function startProbedNetsync(...args: string[]): Promise<ProbedServer> {
  return startProbed(script, [...flags, ...args]);
}
