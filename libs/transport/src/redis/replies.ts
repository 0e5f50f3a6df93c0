import { BrokerError } from '../errors.js';

/** Replies come from the wire untyped; one of another type than the command's is an error. */
function unexpected(expected: string, reply: unknown): BrokerError {
  return new BrokerError('broker_refused', `Redis replied with ${typeof reply} where ${expected} was expected`, {
    details: { driver: 'redis' },
  });
}

export function integerReply(reply: unknown): number {
  if (typeof reply === 'number') return reply;
  throw unexpected('an integer', reply);
}

export function bytesReply(reply: unknown): Buffer {
  if (Buffer.isBuffer(reply)) return reply;
  throw unexpected('bytes', reply);
}

export function optionalBytesReply(reply: unknown): Buffer | undefined {
  return reply === null ? undefined : bytesReply(reply);
}

export function arrayReply(reply: unknown): readonly unknown[] {
  if (Array.isArray(reply)) return reply;
  throw unexpected('an array', reply);
}

/** A list of names, as text. */
export function namesReply(reply: unknown): string[] {
  return arrayReply(reply).map((name) => bytesReply(name).toString());
}
