import { InvalidArgumentError } from '@syncytium/kit';
import { keyLengthMax } from '../wire/wire.js';
import type { WaitOptions } from './wait-options.js';

export interface RequestOptions extends WaitOptions {
  /**
   * What the event is about, such as `order-17`, 1 to 256 characters: of a service that handles it, events with the same
   * key go to the same cell, one after the other, as long as the same cells catch them.
   */
  readonly key?: string;
}

export interface SendOptions extends RequestOptions {
  /** Whether to wait until the transmitter has accepted the event: `true` unless told. */
  readonly confirm?: boolean;
  /** Id of the event that this one follows. */
  readonly re?: string;
}

/** Throws `InvalidArgumentError` where a text cannot be the key of an event. */
export function checkKey(key: string): void {
  if (typeof key !== 'string' || key.length === 0 || key.length > keyLengthMax)
    throw new InvalidArgumentError('key', `must be a text of 1 to ${keyLengthMax} characters`);
}

/** The key as a field of an event. Throws `InvalidArgumentError`. */
export function keyOf({ key }: RequestOptions): { readonly key?: string } {
  if (key === undefined) return {};
  checkKey(key);
  return { key };
}
