import { durationMs, InvalidArgumentError } from '@syncytium/kit';
import { ParamError, type SyncParams } from '@syncytium/netsync';
import { formatLabels, parseLabels, type LabelRecord } from '@syncytium/selector-parser';
import type { FastifyRequest } from '@syncytium/transport/http';
import { UnknownParamError } from './errors.js';
import { bodyFormats, formatOfType, readBody } from './read-body.js';

/** Formats of an answer, as the parameter `output` names them. */
export const outputFormats = ['json', 'yaml'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** Parameters that say how to talk, and are in the query only. */
const ofTheQuery: ReadonlySet<string> = new Set(['input', 'output', 'keepalive']);

/** Shortest and longest time between two signs that a wait goes on, in milliseconds. */
const keepaliveRangeMs = [1000, 3_600_000] as const;

/** Longest name made of labels, in UTF-16 units. */
const actorLengthMax = 100;

/** How a path names the parameters of a request, and which of them have to be given. */
export interface Vocabulary {
  readonly names: Readonly<Record<string, keyof SyncParams>>;
  readonly required: readonly string[];
}

/** `/event`: the words of the original. */
export const eventVocabulary: Vocabulary = {
  names: {
    event: 'event',
    actor: 'actor',
    payload: 'payload',
    mates: 'mates',
    labels: 'labels',
    selector: 'selector',
    timeout: 'timeout',
    idempotency: 'idempotency',
  },
  required: [],
};

/** `/match`: the words of its successor, which has no actors and no defaults for labels and selector. */
export const matchVocabulary: Vocabulary = {
  names: {
    key: 'event',
    count: 'mates',
    payload: 'payload',
    labels: 'labels',
    selector: 'selector',
    timeout: 'timeout',
    idempotency: 'idempotency',
  },
  required: ['key', 'labels', 'selector'],
};

/** A request as the library takes it, and how it wants to be answered. */
export interface ReadRequest {
  readonly params: SyncParams;
  readonly output: OutputFormat;
  /** How often to show that the wait goes on, in milliseconds. */
  readonly keepaliveMs: number | undefined;
}

/**
 * What a request asks for, from its query and, for POST, its body, in any format. Throws `ParamError` under the names of
 * the vocabulary, {@link UnknownParamError}, and what `readBody` throws.
 */
export function readRequest(request: FastifyRequest, vocabulary: Vocabulary): ReadRequest {
  const query = request.query as Readonly<Record<string, unknown>>;
  const output = oneOf('output', query['output'], outputFormats, 'json');
  const given = request.body instanceof Buffer && request.body.length > 0 ? bodyOf(request, request.body) : {};
  const params: Partial<Record<keyof SyncParams, unknown>> = {};
  for (const source of [query, given]) {
    for (const name in source) {
      const param = Object.hasOwn(vocabulary.names, name) ? vocabulary.names[name] : undefined;
      if (param !== undefined)
        params[param] = param === 'mates' ? countOf(name, source[name]) : single(name, source[name]);
      else if (source !== query || !ofTheQuery.has(name))
        throw new UnknownParamError(name, [...Object.keys(vocabulary.names), ...(source === query ? ofTheQuery : [])]);
    }
  }
  // The header that HTTP has for it.
  params.idempotency ??= request.headers['idempotency-key'];
  for (const name of vocabulary.required) {
    const param = vocabulary.names[name];
    if (param !== undefined && (params[param] === undefined || params[param] === ''))
      throw new ParamError('missing_param', name, 'is required');
  }
  // The library checks the types.
  return { params: params as unknown as SyncParams, output, keepaliveMs: keepaliveOf(query['keepalive']) };
}

/** Runs `act`; where the library refuses a parameter, tells it by the name the client used. */
export function underNamesOf<T>({ names }: Vocabulary, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ParamError)) throw error;
    const param = error.details['param'];
    const name = Object.keys(names).find((candidate) => names[candidate] === param);
    if (name === undefined || name === param) throw error;
    throw new ParamError(error.code, name, error.message.slice(String(param).length + 1), error.details);
  }
}

/** A name for a request that has none: its label `actor`, or all its labels. */
export function actorOf(labels: unknown): string {
  try {
    const known = typeof labels === 'string' ? parseLabels(labels) : (labels as LabelRecord);
    return (known['actor'] ?? formatLabels(known)).slice(0, actorLengthMax);
  } catch {
    // The library tells what is wrong with them.
    return '-';
  }
}

function bodyOf(request: FastifyRequest, body: Buffer): Readonly<Record<string, unknown>> {
  const { input } = request.query as Readonly<Record<string, unknown>>;
  const format =
    input === undefined ? formatOfType(request.headers['content-type']) : oneOf('input', input, bodyFormats, 'json');
  return readBody(body, format);
}

/** The format in which `/stats` is asked for. Throws `ParamError` and {@link UnknownParamError}. */
export function readOutput(query: Readonly<Record<string, unknown>>): OutputFormat {
  for (const name in query) if (name !== 'output') throw new UnknownParamError(name, ['output']);
  return oneOf('output', query['output'], outputFormats, 'json');
}

function oneOf<const T extends string>(param: string, value: unknown, allowed: readonly T[], fallback: T): T {
  if (value === undefined || value === '') return fallback;
  const found = allowed.find((one) => one === single(param, value));
  if (found === undefined) throw new ParamError('bad_param', param, `must be one of ${allowed.join(', ')}`);
  return found;
}

function keepaliveOf(value: unknown): number | undefined {
  if (value === undefined || value === '') return undefined;
  const [min, max] = keepaliveRangeMs;
  try {
    const ms = typeof value === 'string' ? durationMs(value, 'keepalive') : NaN;
    if (ms >= min && ms <= max) return ms;
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
  }
  throw new ParamError('bad_param', 'keepalive', 'must be a time from 1s to 1h');
}

function single(param: string, value: unknown): unknown {
  if (Array.isArray(value)) throw new ParamError('bad_param', param, 'is given more than once');
  return value;
}

/** A whole number, which a URL can only give as text. What is no number stays as it is, to be refused. */
export function countOf(param: string, value: unknown): unknown {
  const text = single(param, value);
  if (text === '') return undefined;
  return typeof text === 'string' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
