import { AbortedError } from '@syncytium/kit';
import { formatHostPort, hostPort, type HostPort } from '@syncytium/program';
import type { Topology } from '@syncytium/thynapse';
import { TransmitterUnreachableError } from './errors.js';

/** The option of commands that ask a transmitter over HTTP. */
export const httpOption = hostPort({ help: 'HTTP address of the transmitter', default: '127.0.0.1:5456' });

/** Longest wait for the answer. */
const timeoutMs = 10_000;

/** What `GET /topology` of a transmitter says. Throws {@link TransmitterUnreachableError}. */
export async function fetchTopology(http: HostPort, signal: AbortSignal): Promise<Topology> {
  const place = formatHostPort(http);
  try {
    const response = await fetch(`http://${place}/topology`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (!response.ok) throw new TransmitterUnreachableError(place, `HTTP ${response.status}`);
    return (await response.json()) as Topology;
  } catch (error) {
    if (signal.aborted) throw new AbortedError(`the question to ${place}`, signal.reason);
    if (error instanceof TransmitterUnreachableError) throw error;
    const cause = (error as Error).cause ?? error;
    const problem = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new TransmitterUnreachableError(place, problem, error);
  }
}
