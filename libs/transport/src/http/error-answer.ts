import { DecodeError } from '@syncytium/codec';
import { SyncytiumError, toWireError, type WireError } from '@syncytium/kit';
import { HttpError } from './errors.js';

/** HTTP status by error code. A program adds its own codes through `errorStatus` of the host. */
export type ErrorStatus = Readonly<Record<string, number>>;

export const defaultErrorStatus: ErrorStatus = {
  invalid_argument: 400,
  not_found: 404,
  timeout: 408,
  // Nobody reads it: the client itself went away.
  aborted: 499,
  limit_reached: 503,
  closed: 503,
  broker_unreachable: 503,
  internal: 500,
};

/** What is answered to a request that failed. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: WireError };
}

/** Fastify's own refusals, by its code: our status, our code, and a message where its own says too little. */
const fastifyRefusals: Readonly<Record<string, readonly [number, string, string?]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    415,
    'unsupported_media_type',
    'the body has a content type that this path does not take',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'bad_json', 'the body is empty but its content type is JSON'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'bad_request', 'the body is not as long as content-length says'],
  FST_ERR_BAD_URL: [400, 'bad_url', 'the path is not a valid percent-encoded URL'],
};

/** Whether fastify has refused a body for its length. */
export function isBodyTooLong(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
}

/** The answer to any thrown value. What is neither ours nor a refusal of fastify's becomes a neutral 500. */
export function errorAnswer(error: unknown, errorStatus: ErrorStatus = {}): ErrorAnswer {
  if (error instanceof HttpError)
    return { status: error.status, headers: error.headers, body: { error: error.toWire() } };
  if (error instanceof SyncytiumError) {
    const status = statusOf(error.code, errorStatus) ?? (error instanceof DecodeError ? 400 : 500);
    return { status, headers: status === 503 ? { 'retry-after': '1' } : {}, body: { error: error.toWire() } };
  }
  return refusalAnswer(error) ?? { status: 500, headers: {}, body: { error: toWireError(error) } };
}

function statusOf(code: string, errorStatus: ErrorStatus): number | undefined {
  if (Object.hasOwn(errorStatus, code)) return errorStatus[code];
  return Object.hasOwn(defaultErrorStatus, code) ? defaultErrorStatus[code] : undefined;
}

interface ForeignError {
  readonly message: string;
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly validation?: readonly { readonly instancePath: string; readonly params?: unknown }[];
  readonly validationContext?: string;
}

/** Errors that fastify, its plugins or its validator made of a bad request. */
function refusalAnswer(error: unknown): ErrorAnswer | undefined {
  if (!(error instanceof Error)) return undefined;
  const { message, code, statusCode, validation, validationContext }: ForeignError = error;
  if (validation !== undefined) {
    const field = `${validationContext ?? 'request'}${(validation[0]?.instancePath ?? '').replaceAll('/', '.')}`;
    return answer(400, { code: 'invalid_argument', message, field });
  }
  const refusal = typeof code === 'string' && Object.hasOwn(fastifyRefusals, code) ? fastifyRefusals[code] : undefined;
  if (refusal) return answer(refusal[0], { code: refusal[1], message: refusal[2] ?? message });
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return answer(statusCode, { code: 'bad_request', message });
  return undefined;
}

function answer(status: number, error: WireError): ErrorAnswer {
  return { status, headers: {}, body: { error } };
}
