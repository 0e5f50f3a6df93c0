import { AbortedError } from '@syncytium/kit';
import { formatHostPort, type HostPort } from '@syncytium/program';
import type { Topology } from '@syncytium/thynapse';
import { TransmitterUnreachableError } from './errors.js';

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
    throw new TransmitterUnreachableError(place, problemOf(error), error);
  }
}

function problemOf(error: unknown): string {
  const cause = (error as Error).cause ?? error;
  const { code, message } = cause as NodeJS.ErrnoException;
  // Whoever gave the port of another socket is not helped by the name of what the parser missed.
  if (cause instanceof SyntaxError || code?.startsWith('HPE_')) return 'what is there speaks something else';
  return code ?? message;
}
