import { InvalidArgumentError, LimitError, timerDelayMsMax } from '@syncytium/kit';
import type { BlockOptions, BrokerValue } from './broker.js';

/** Most bytes in one value, message or key: Redis's own maximum. */
export const valueBytesMax = 512 * 1024 * 1024;

/** The bytes of a value; text becomes UTF-8. Throws {@link LimitError} for more than 512 MiB. */
export function valueBytes(value: BrokerValue): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  if (bytes.byteLength > valueBytesMax) throw new LimitError('a value', valueBytesMax, 'bytes');
  return bytes;
}

/** Throws {@link InvalidArgumentError} when a list of arguments is empty. */
export function checkNotEmpty(list: readonly unknown[], field: string): void {
  if (list.length === 0) throw new InvalidArgumentError(field, 'must not be empty');
}

/** A time in milliseconds, above 0. */
export function checkTtl(ttlMs: number): void {
  if (!(ttlMs > 0 && Number.isFinite(ttlMs)))
    throw new InvalidArgumentError('ttlMs', `must be a number of milliseconds above 0, got ${ttlMs}`);
}

/** The longest wait in milliseconds; `Infinity` when the options set none. */
export function blockTimeoutMs({ timeoutMs = 0 }: BlockOptions): number {
  if (!(timeoutMs >= 0 && timeoutMs <= timerDelayMsMax))
    throw new InvalidArgumentError('timeoutMs', `must be from 0 to ${timerDelayMsMax} milliseconds, got ${timeoutMs}`);
  return timeoutMs === 0 ? Infinity : timeoutMs;
}

/** A position or count. */
export function checkInteger(value: number, field: string): void {
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError(field, `must be a whole number, got ${value}`);
}
