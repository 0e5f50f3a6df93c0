import { SyncytiumError } from '@syncytium/kit';
import { FxpBadItemError, type RemoteError } from '../errors.js';

/** Longest text of an error that travels, in characters. */
const textMax = 64 * 1024;

/** What a service function threw, as the payload of an error item. The stack stays here unless it is asked for. */
export function encodeRemoteError(error: unknown, exposeStack: boolean): Uint8Array {
  const facts = factsOf(error, exposeStack);
  try {
    return Buffer.from(JSON.stringify(facts));
  } catch {
    // Details that JSON does not know; what is left are texts.
    return Buffer.from(JSON.stringify({ ...facts, details: undefined }));
  }
}

/** The error that the payload of an error item of the list `key` tells of. Throws {@link FxpBadItemError}. */
export function decodeRemoteError(payload: Uint8Array, key: string): RemoteError {
  let facts: unknown;
  try {
    facts = JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString());
  } catch (error) {
    throw new FxpBadItemError(key, 'is an error that is no JSON', error);
  }
  if (!isRecord(facts)) throw new FxpBadItemError(key, 'is an error that is no object');
  const { name, message, code, details, stack } = facts;
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : '',
    ...(typeof code === 'string' && { code }),
    ...(details !== undefined && { details }),
    ...(typeof stack === 'string' && { stack }),
  };
}

function factsOf(error: unknown, exposeStack: boolean): RemoteError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error).slice(0, textMax) };
  return {
    name: error.name,
    message: error.message.slice(0, textMax),
    ...(error instanceof SyncytiumError && { code: error.code, details: error.details }),
    ...(exposeStack && error.stack !== undefined && { stack: error.stack.slice(0, textMax) }),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
