import { errorCodes, errorDescriptions } from '../error-codes.js';
import type { Outcome } from '../executor/executor.js';
import type { QueryName } from '../fql/query-names.js';
import type { Query } from '../fql/query.js';
import type { ServerFacts, ServerInfo } from './server-facts.js';

/** What an engine without interfaces tells of itself. */
export const embedded: ServerInfo = {
  serverVersion: 'embedded',
  userAgent: 'Syncytium Fusion',
  resources: {
    cpu: { threadsFusionMax: 1, threadsAvailable: 1 },
    queryEngine: { threads: 1 },
    networkIo: { threads: 0 },
  },
  interfaces: {},
};

const aboutServer: ReadonlySet<QueryName> = new Set(['SERVER_INFO', 'STATS', 'ERRORS']);

/** Whether a query is about the server, not about objects. */
export function isAboutServer({ name }: Query): boolean {
  return aboutServer.has(name);
}

/** The answer to a query about the server. */
export function describeServer({ name }: Query, facts: ServerFacts): Outcome {
  const times = { indexesMs: 0, nonIndexesMs: 0 };
  return { ok: true, body: Buffer.from(JSON.stringify(tell(name, facts))), explanation: undefined, times, found: 0 };
}

function tell(name: QueryName, facts: ServerFacts): object {
  if (name === 'SERVER_INFO') return facts.serverInfo();
  if (name === 'STATS') return facts.stats();
  return errorCodes.map((code) => ({ c: code, d: errorDescriptions[code] }));
}
