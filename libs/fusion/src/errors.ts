import { SyncytiumError } from '@syncytium/kit';
import { errorDescriptions, type ErrorCode } from './error-codes.js';

/**
 * A query that cannot be answered: `errorCode` is the protocol's number (`_c`), `detail` names the culprit (`_a`).
 *
 * @see docs/spec/fusion.md
 */
export class FusionError extends SyncytiumError {
  readonly errorCode: ErrorCode;
  readonly detail: string;

  constructor(errorCode: ErrorCode, detail: string) {
    super(`fusion_${errorCode}`, `${errorDescriptions[errorCode]}: ${detail}`, { details: { errorCode, detail } });
    this.errorCode = errorCode;
    this.detail = detail;
  }
}

/**
 * Bytes that are no JSON, or JSON this reader refuses; `offset` counts bytes from the start, where one place is at
 * fault. Code `json_syntax`.
 */
export class JsonSyntaxError extends SyncytiumError {
  readonly offset: number | undefined;

  constructor(problem: string, offset?: number) {
    super('json_syntax', offset === undefined ? problem : `${problem} at byte ${offset}`, {
      details: offset === undefined ? {} : { offset },
    });
    this.offset = offset;
  }
}
