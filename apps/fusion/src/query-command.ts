import { buffer } from 'node:stream/consumers';
import { SyncytiumError } from '@syncytium/kit';
import { defineCommand, formatHostPort, requiredText, type HostPort } from '@syncytium/program';
import { restAddress } from './settings.js';

/** The server cannot be asked. Code `server_unreachable`. */
export class ServerUnreachableError extends SyncytiumError {
  constructor(address: string, problem: string, cause?: unknown) {
    super('server_unreachable', `no fusion server answers at ${address} (${problem})`, { details: { address }, cause });
  }
}

/** What a server answered to a query. */
export interface QueryAnswer {
  readonly isOk: boolean;
  /** JSON, without a line's end; empty when the query wanted no answer. */
  readonly text: string;
}

/** Asks a server one query over REST. Throws {@link ServerUnreachableError}. */
export async function askServer(
  address: HostPort,
  query: string | Uint8Array,
  signal?: AbortSignal,
): Promise<QueryAnswer> {
  const place = formatHostPort(address);
  try {
    const response = await fetch(`http://${place}/`, {
      method: 'POST',
      body: query,
      headers: { 'content-type': 'application/json' },
      ...(signal && { signal }),
    });
    return { isOk: response.ok, text: await response.text() };
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    throw new ServerUnreachableError(place, (cause as NodeJS.ErrnoException).code ?? (cause as Error).message, error);
  }
}

/** `fusion query`: asks a running server and prints the response. */
export const queryCommand = defineCommand({
  name: 'query',
  summary: 'asks a running server one query over REST and prints the response; exits with 1 when it is an error',
  arguments: { query: requiredText({ help: 'the query as JSON, or - to read it from stdin' }) },
  options: { rest: restAddress },
  examples: [
    [`fusion query '{"CLASSES":{}}'`, 'lists the classes'],
    [`fusion query - < query.json`, 'asks what is in a file'],
  ],
  run: async ({ query, rest }, { print, signal }) => {
    const { isOk, text } = await askServer(rest, query === '-' ? await buffer(process.stdin) : query, signal);
    if (text !== '') print(text);
    return isOk ? 0 : 1;
  },
});
