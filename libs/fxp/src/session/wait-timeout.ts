import { durationMs, type Duration } from '@syncytium/kit';

/** The timeout of a wait in milliseconds, 0 for ever. */
export function waitTimeoutMs(timeout: Duration | undefined, defaultMs: number): number {
  return timeout === undefined ? defaultMs : durationMs(timeout, 'timeout');
}
