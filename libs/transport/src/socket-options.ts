import { InvalidArgumentError } from '@syncytium/kit';
import type { Message, SocketOptions } from './sockets.js';

/** Options with their defaults filled in, and callbacks that can always be called. */
export interface ResolvedSocketOptions {
  readonly sendQueueMax: number;
  readonly frameBytesMax: number;
  readonly onError: (error: Error) => void;
  readonly onDrain: () => void;
}

const sendQueueMaxDefault = 10_000;
const frameBytesMaxDefault = 64 * 1024 * 1024;
const ignore = (): void => undefined;

/** Fills in the defaults. Throws {@link InvalidArgumentError} for a limit that is none. */
export function resolveSocketOptions(options: SocketOptions): ResolvedSocketOptions {
  return {
    sendQueueMax: wholeNumber('sendQueueMax', options.sendQueueMax ?? sendQueueMaxDefault),
    frameBytesMax: wholeNumber('frameBytesMax', options.frameBytesMax ?? frameBytesMaxDefault),
    onError: options.onError ?? ignore,
    onDrain: options.onDrain ?? ignore,
  };
}

/** Throws {@link InvalidArgumentError} for a message that cannot be sent. */
export function checkMessage(message: Message): void {
  if (message.length === 0) throw new InvalidArgumentError('message', 'must have at least one frame');
}

/** Whether this is the one message that dealers and routers keep to themselves. */
export function isGoodbye(message: Message): boolean {
  return message.length === 1 && message[0]?.length === 0;
}

/**
 * Calls a callback that is not ours. One that throws has a bug, which must neither stop the socket nor vanish: the error
 * becomes an uncaught exception.
 */
export function callOut(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** A socket binds one address; who needs two makes two sockets. */
export function alreadyBound(address: string, other: string): InvalidArgumentError {
  return new InvalidArgumentError('address', `${address} cannot be added: the socket is bound to ${other}`, {
    address,
  });
}

export function alreadyConnected(address: string, other: string): InvalidArgumentError {
  return new InvalidArgumentError('address', `${address} cannot be added: the dealer is connected to ${other}`, {
    address,
  });
}

function wholeNumber(field: string, value: number): number {
  if (!Number.isInteger(value) || value < 1 || value > 2 ** 31 - 1)
    throw new InvalidArgumentError(field, `must be a whole number from 1 to 2147483647, got ${value}`);
  return value;
}
