import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { AbortedError, LimitError } from '@syncytium/kit';
import { ServerUnreachableError } from '../errors.js';

/** Longest answer that is read, in bytes. */
const answerBytesMax = 256 * 1024 * 1024;

/** What is asked of a server. */
export interface HttpQuestion {
  readonly url: string;
  /** Makes it a POST of JSON. */
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** After so long a silence, in milliseconds, the connection counts as lost; never unless told. */
  readonly silenceMsMax?: number;
}

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** A header by its lower-case name, wherever it came: before the body or, as a trailer, behind it. */
  readonly header: (name: string) => string | undefined;
}

/**
 * Asks a server once. Throws {@link ServerUnreachableError} when the connection fails, at whatever point, `AbortedError`
 * when the signal fires, and `LimitError` for an answer beyond all bounds.
 */
export type HttpExchange = (question: HttpQuestion) => Promise<HttpAnswer>;

/** Connections that are kept for the next question. */
const keptConnectionsMax = 256;
const agentOptions = { keepAlive: true, maxFreeSockets: keptConnectionsMax };
const agents = { http: new HttpAgent(agentOptions), https: new HttpsAgent(agentOptions) };

/**
 * An exchange by Node's own client: unlike `fetch` it waits for headers as long as it takes, and shows what comes
 * behind the body.
 */
export const nodeExchange: HttpExchange = ({ url, body, signal, silenceMsMax = 0 }) =>
  new Promise((resolve, reject) => {
    const isTls = url.startsWith('https:');
    const ask = isTls ? httpsRequest : httpRequest;
    const fail = (error: Error): void => {
      if (signal?.aborted) reject(new AbortedError('the request', signal.reason));
      else reject(error instanceof LimitError ? error : unreachable(url, error));
    };
    const request = ask(url, {
      agent: isTls ? agents.https : agents.http,
      timeout: silenceMsMax,
      ...(signal && { signal }),
      ...(body !== undefined && {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      }),
    });
    request.once('timeout', () => request.destroy(new Error(`it said nothing for ${silenceMsMax / 1000} s`)));
    request.on('error', fail);
    request.once('response', (message) => void readAnswer(message).then(resolve, fail));
    request.end(body);
  });

async function readAnswer(message: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > answerBytesMax) throw new LimitError('an answer', answerBytesMax, 'bytes');
    chunks.push(chunk);
  }
  return {
    status: message.statusCode ?? 0,
    text: Buffer.concat(chunks).toString(),
    header(name) {
      const value = message.headers[name] ?? message.trailers[name];
      return typeof value === 'string' ? value : undefined;
    },
  };
}

function unreachable(url: string, error: NodeJS.ErrnoException): ServerUnreachableError {
  const { origin } = new URL(url);
  const code = error.code ?? error.message;
  const [, hint] = hints.find(([pattern]) => pattern.test(code)) ?? [];
  return new ServerUnreachableError(origin, hint === undefined ? code : `${hint} (${code})`, error);
}

/** What the codes of OpenSSL and Node's parser mean to people. */
const hints: readonly (readonly [RegExp, string])[] = [
  [
    /SELF_SIGNED_CERT|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)/,
    'its certificate is not trusted; NODE_EXTRA_CA_CERTS=FILE names further ones to trust',
  ],
  [/^EPROTO$|^ERR_SSL_/, 'it does not speak TLS as https:// does'],
  [/^HPE_/, 'it does not speak HTTP'],
];
