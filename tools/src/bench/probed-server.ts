import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startServer, type ChildServer } from './child-server.js';

const peers = join(import.meta.dirname, '../../src/bench/peers');

/** What a server holds in memory, in bytes, and what happened since the last look. */
export interface Probe {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  /** User and system time, the looking itself not counted. */
  readonly cpuSeconds: number;
  /** How long its event loop stood still at most. */
  readonly longestStallMs: number;
}

/** A server that can be looked into. */
export interface ProbedServer extends ChildServer {
  /** Collects garbage and looks. */
  probe(): Promise<Probe>;
  /** Resolves when so many of its requests wait. */
  whenWaiting(count: number): Promise<void>;
}

/** As {@link startServer}, with a probe in the process. */
export async function startProbed(script: string, args: readonly string[] = []): Promise<ProbedServer> {
  const folder = mkdtempSync(join(tmpdir(), 'syncytium-probe-'));
  const path = join(folder, 'socket');
  const probeUrl = pathToFileURL(join(peers, 'probe.mjs'));
  probeUrl.searchParams.set('socket', path);
  const server = await startServer(script, args, ['--expose-gc', '--import', probeUrl.href]);
  return {
    ...server,
    async probe() {
      const socket = connect(path);
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => (text += part));
      await once(socket, 'close');
      return JSON.parse(text) as Probe;
    },
    async whenWaiting(count) {
      for (;;) {
        const { counts } = (await (await fetch(`${server.addresses[0] ?? ''}/waits?limit=1`)).json()) as {
          counts: { netsync: { open: number } };
        };
        if (counts.netsync.open === count) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Clients in a process of their own that wait until it is stopped. */
export function startHoldingClients(server: ChildServer, count: number, kind: 'http' | 'ws'): Promise<ChildServer> {
  return startServer(join(peers, 'holding-clients.mjs'), [server.addresses[0] ?? '', String(count), kind]);
}

/** A server that never answers, of `node:http` alone or of fastify. */
export function startHolding(of: 'http' | 'fastify'): Promise<ProbedServer> {
  return startProbed(join(peers, 'hold.mjs'), [of]);
}
