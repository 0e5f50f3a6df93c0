import { durationMs, InvalidArgumentError } from '@syncytium/kit';
import type { PayloadCodec } from '@syncytium/fxp';

const codecs = ['json', 'msgpack', 'raw'] as const satisfies readonly PayloadCodec[];

/** What a client of the gateway may say of the session it wants, each unless told as the library has it. */
export interface SessionRequest {
  readonly id?: string;
  readonly codec?: PayloadCodec;
  /** Milliseconds; 0 for ever. */
  readonly timeout?: number;
  readonly claimTimeout?: number;
  readonly sessionTimeout?: number;
  readonly acknowledge?: boolean;
}

/** How each is read. */
const readers = {
  id: readText,
  codec: (value: unknown, field: string): PayloadCodec => readWord(value, field, codecs),
  timeout: readDuration,
  claimTimeout: readDuration,
  sessionTimeout: readDuration,
  acknowledge: readFlag,
} satisfies { readonly [K in keyof Required<SessionRequest>]: (value: unknown, field: string) => SessionRequest[K] };

/** The names of what can be said of a session. */
export const sessionFields: readonly string[] = Object.keys(readers);

/**
 * What an object says of a session: of a body in JSON, or of a query, where everything is text. Throws
 * `InvalidArgumentError` naming the field, also for one that is unknown and not among `others`.
 */
export function readSessionRequest(
  source: Readonly<Record<string, unknown>>,
  others: readonly string[] = [],
): SessionRequest {
  const request: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(source)) {
    if (others.includes(field)) continue;
    const read = Object.hasOwn(readers, field) ? readers[field as keyof typeof readers] : undefined;
    if (!read)
      throw new InvalidArgumentError(field, `is unknown; known are ${[...others, ...sessionFields].join(', ')}`);
    request[field] = read(value, field);
  }
  return request;
}

export function readText(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  throw new InvalidArgumentError(field, 'must be a text, given once');
}

export function readDuration(value: unknown, field: string): number {
  if (typeof value === 'string' || typeof value === 'number') return durationMs(value, field);
  throw new InvalidArgumentError(field, 'must be a time such as 250ms, 30s or 5m');
}

export function readWord<const W extends string>(value: unknown, field: string, words: readonly W[]): W {
  const word = words.find((each) => each === value);
  if (word !== undefined) return word;
  throw new InvalidArgumentError(field, `must be one of ${words.join(', ')}`);
}

function readFlag(value: unknown, field: string): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new InvalidArgumentError(field, 'must be true or false');
}
