import { SyncytiumError } from '@syncytium/kit';
import { BrokerError, type BrokerErrorCode } from '../errors.js';

/** The first word of an error reply of Redis, and what it means here; any other is `broker_refused`. */
const replyCodes: Readonly<Record<string, BrokerErrorCode>> = {
  WRONGTYPE: 'broker_wrong_type',
  OOM: 'broker_out_of_memory',
  NOAUTH: 'broker_denied',
  WRONGPASS: 'broker_denied',
  NOPERM: 'broker_denied',
  LOADING: 'broker_unreachable',
  MASTERDOWN: 'broker_unreachable',
  CLUSTERDOWN: 'broker_unreachable',
};

const connectProblems: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be resolved',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no way to the host',
  ENETUNREACH: 'no way to the network',
};

/** What the client library says, in words of ours. */
const libraryProblems: Readonly<Record<string, string>> = {
  'Connection is closed.': 'connection lost',
  'Command timed out': 'no answer in time',
};

/** The code an error reply begins with (`WRONGTYPE`); `undefined` for any other error. */
export function replyCode(error: unknown): string | undefined {
  return error instanceof Error ? /^([A-Z][A-Z0-9]*) /.exec(error.message)?.[1] : undefined;
}

/** An error of the client library as a {@link BrokerError} of the same cause; errors of ours as they are. */
export function brokerError(error: unknown, target: string): SyncytiumError {
  if (error instanceof SyncytiumError) return error;
  const code = replyCode(error);
  if (code === undefined) return unreachable(error, target);
  const message = error instanceof Error ? error.message : String(error);
  return new BrokerError(replyCodes[code] ?? 'broker_refused', `${target} refused: ${message}`, {
    details: { driver: 'redis', reply: message },
    cause: error,
  });
}

/** The Redis cannot be reached, or its line was lost. */
export function unreachable(error: unknown, target: string): BrokerError {
  return new BrokerError('broker_unreachable', `${target} cannot be reached: ${problemOf(error)}`, {
    details: { driver: 'redis', target },
    cause: error,
  });
}

function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of a host with several addresses, one error stands for all.
  if (error instanceof AggregateError && error.errors.length > 0) return problemOf(error.errors[0]);
  if (error.name === 'MaxRetriesPerRequestError') return 'connection lost';
  const code = 'code' in error ? String(error.code) : '';
  return connectProblems[code] ?? libraryProblems[error.message] ?? (error.message === '' ? code : error.message);
}
