import { ClosedError, LimitError, type SyncytiumError } from '@syncytium/kit';
import {
  IdempotencyReusedError,
  ParamError,
  SearchLimitError,
  ServerError,
  SupersededError,
  SyncTimeoutError,
  type ParamErrorCode,
} from '../errors.js';

const paramErrors: ReadonlySet<string> = new Set<ParamErrorCode>([
  'missing_param',
  'bad_param',
  'bad_selector',
  'bad_labels',
  'too_large',
]);

/** The error that a server told, as the library would have thrown it; {@link ServerError} for one that it does not know. */
export function readError(wire: unknown): SyncytiumError {
  if (typeof wire !== 'object' || wire === null) return new ServerError('bad_answer', 'the server told no error');
  const { code, message, ...facts } = wire as Readonly<Record<string, unknown>>;
  const text = (name: string): string => (typeof facts[name] === 'string' ? facts[name] : '');
  const number = (name: string): number => (typeof facts[name] === 'number' ? facts[name] : 0);
  const said = typeof message === 'string' ? message : '';
  const { param, present, blockedBy } = facts;
  if (typeof code === 'string' && paramErrors.has(code) && typeof param === 'string')
    return new ParamError(code as ParamErrorCode, param, said.replace(`${param} `, ''), facts);
  switch (code) {
    case 'timeout':
      return new SyncTimeoutError({
        actor: text('actor'),
        event: text('event'),
        waitedMs: number('waitedMs'),
        present: Array.isArray(present) ? present.map(String) : [],
        missing: number('missing'),
        ...(typeof blockedBy === 'string' && { blockedBy }),
      });
    case 'search_limit':
      return new SearchLimitError(text('event'), number('mates'));
    case 'limit_reached':
      return new LimitError(text('limit'), number('max'), text('unit'), facts);
    case 'superseded':
      return new SupersededError(text('idempotency'));
    case 'idempotency_reused':
      return new IdempotencyReusedError(text('idempotency'));
    case 'closed':
      return new ClosedError('the netsync server');
    default:
      return new ServerError(typeof code === 'string' ? code : 'bad_answer', said, facts);
  }
}
