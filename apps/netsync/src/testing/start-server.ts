import { silentLog } from '@syncytium/kit';
import { systemDeps, type AppDeps } from '@syncytium/program';
import { buildApp } from '../app.js';
import { readConfig } from '../config.js';

/** What a server under test is asked through. */
export interface TestServer {
  readonly url: string;
  /** GET, or POST when a body is given; resolves with status, parsed JSON and headers. */
  ask(path: string, body?: string, contentType?: string): Promise<Answer>;
  /** The log as it is after the last answer. */
  log(): string;
  /** Resolves when so many requests wait. */
  pending(count: number): Promise<void>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly headers: Headers;
}

/** A server on a free port, with a log that is kept. */
export function startServer(...flags: string[]): Promise<TestServer> {
  return startServerAt(':0', ...flags);
}

/** A server on a given address, such as that of one that was stopped. */
export function startServerAt(address: string, ...flags: string[]): Promise<TestServer> {
  return startServerWith({}, address, ...flags);
}

/** A server with parts of its own, such as a clock. */
export async function startServerWith(
  parts: Partial<AppDeps>,
  address: string,
  ...flags: string[]
): Promise<TestServer> {
  const lines: string[] = [];
  const sink = { write: (text: string) => lines.push(text) };
  const app = buildApp(
    readConfig({}, [address, '--log', 'graph', ...flags]),
    { ...systemDeps(silentLog), ...parts },
    sink,
  );
  const [url = ''] = await app.start();
  return {
    url,
    async ask(path, body, contentType = 'application/json') {
      const init = body === undefined ? {} : { method: 'POST', body, headers: { 'content-type': contentType } };
      const response = await fetch(url + path, init);
      const text = await response.text();
      return { status: response.status, body: parseIfJson(text), text, headers: response.headers };
    },
    log: () => lines.join(''),
    async pending(count) {
      // Each look is an exchange with the server, so this ends as soon as the server has done its part.
      for (;;) {
        const { counts } = (await (await fetch(`${url}/waits?limit=0`)).json()) as {
          counts: { netsync: { open: number } };
        };
        if (counts.netsync.open === count) return;
      }
    },
    stop: () => app.stop(),
  };
}

function parseIfJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
