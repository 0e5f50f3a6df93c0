import type { ErrorAnswer } from './error-answer.js';

const answers: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'header_too_large', 'the request line and headers are longer than this server accepts'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'too_large', 'the chunk extensions are longer than this server accepts'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'timeout', 'the request did not arrive in time'],
};

/** The answer to bytes that Node could not read as an HTTP request. */
export function parseErrorAnswer(error: Error & { code?: string; reason?: string }): ErrorAnswer {
  const known = answers[error.code ?? ''];
  const [status, code, message] = known ?? [
    400,
    'bad_request',
    `not a valid HTTP request: ${error.reason ?? error.message}`,
  ];
  return { status, headers: {}, body: { error: { code, message } } };
}
