import { durationMs, InvalidArgumentError } from '@syncytium/kit';
import { parseJsonBody } from '@syncytium/transport/http';
import { isJsonObject } from '../json-object.js';

/** What a client's message asks for. */
export type ClientMessageType = 'call' | 'push' | 'pop' | 'end' | 'fail' | 'load' | 'drain';

/** How the client tells the answer to a message from others. */
export type Ref = string | number;

/** One message of a client. */
export interface ClientMessage {
  readonly type: ClientMessageType;
  readonly ref: Ref | undefined;
  /** At a provider: which of its sessions. */
  readonly session: string | undefined;
  /** An item as JSON or, behind the line of a binary message, as bytes. */
  readonly item: unknown;
  /** Milliseconds; 0 for ever. */
  readonly timeout: number | undefined;
  /** Why a provider gives a session up. */
  readonly error: Readonly<Record<string, unknown>> | undefined;
  readonly load: number | undefined;
}

interface MessageShape {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** Whose messages there are, and what each may say. */
export const messageShapes = {
  requestor: {
    call: { required: ['ref', 'item'], optional: ['timeout'] },
    push: { required: ['item'], optional: ['ref'] },
    pop: { required: ['ref'], optional: ['timeout'] },
    end: { required: [], optional: ['ref'] },
  },
  provider: {
    pop: { required: ['ref', 'session'], optional: ['timeout'] },
    push: { required: ['session', 'item'], optional: ['ref'] },
    end: { required: ['session'], optional: ['ref'] },
    fail: { required: ['session', 'error'], optional: ['ref'] },
    load: { required: ['load'], optional: ['ref'] },
    drain: { required: [], optional: ['ref'] },
  },
} as const satisfies Readonly<Record<string, Readonly<Partial<Record<ClientMessageType, MessageShape>>>>>;

const refLengthMax = 128;
const newline = 0x0a;

/** A message that cannot be used; `ref` is known where the message could be read so far. */
export class ClientMessageError extends InvalidArgumentError {
  readonly ref: Ref | undefined;

  constructor(field: string, problem: string, ref?: Ref) {
    super(field, problem);
    this.ref = ref;
  }
}

/**
 * The message that a frame is: JSON, or in a binary frame one line of JSON and behind it the item's bytes. Throws
 * {@link ClientMessageError} naming the field, or `BadJsonError`.
 */
export function readClientMessage(
  frame: Buffer,
  isBinary: boolean,
  shapes: Readonly<Partial<Record<ClientMessageType, MessageShape>>>,
): ClientMessage {
  const lineEnd = isBinary ? frame.indexOf(newline) : frame.length;
  if (lineEnd < 0) throw new ClientMessageError('message', 'must be a line of JSON and the bytes of an item');
  const said = parseJsonBody(frame.subarray(0, lineEnd));
  if (!isJsonObject(said)) throw new ClientMessageError('message', 'must be a JSON object');
  const { type } = said;
  const ref = readRef(said['ref']);
  const shape = typeof type === 'string' && Object.hasOwn(shapes, type) ? shapes[type as ClientMessageType] : undefined;
  if (!shape) throw new ClientMessageError('type', `must be one of ${Object.keys(shapes).join(', ')}`, ref);
  const fields = isBinary ? { ...said, item: frame.subarray(lineEnd + 1) } : said;
  for (const name of shape.required)
    if (!(name in fields)) throw new ClientMessageError(name, `is missing in ${String(type)}`, ref);
  const known = ['type', ...shape.required, ...shape.optional];
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new ClientMessageError(unknown, `is unknown in ${String(type)}; known are ${known.join(', ')}`, ref);
  return {
    type: type as ClientMessageType,
    ref,
    session: optional(
      fields['session'],
      (value): value is string => typeof value === 'string',
      'session',
      'a text',
      ref,
    ),
    item: 'item' in fields ? fields.item : undefined,
    timeout: readTimeout(said['timeout'], ref),
    error: optional(said['error'], isJsonObject, 'error', 'an object', ref),
    load: optional(said['load'], Number.isFinite as (value: unknown) => value is number, 'load', 'a number', ref),
  };
}

function readRef(value: unknown): Ref | undefined {
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
  if (typeof value === 'string' && value.length <= refLengthMax) return value;
  throw new ClientMessageError('ref', `must be a number, or a text of at most ${refLengthMax} characters`);
}

function readTimeout(value: unknown, ref: Ref | undefined): number | undefined {
  if (value === undefined) return undefined;
  try {
    if (typeof value === 'number' || typeof value === 'string') return durationMs(value, 'timeout');
  } catch {
    // Told below, with the message it is about.
  }
  throw new ClientMessageError('timeout', 'must be a time such as 250ms, 30s or 5m, or milliseconds', ref);
}

function optional<T>(
  value: unknown,
  isRight: (value: unknown) => value is T,
  field: string,
  what: string,
  ref: Ref | undefined,
): T | undefined {
  if (value === undefined || isRight(value)) return value;
  throw new ClientMessageError(field, `must be ${what}`, ref);
}
