import { LimitError, SyncytiumError } from '@syncytium/kit';
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

/** Objects and indexes that would take more memory than they may. Code `limit_reached`. */
export class MemoryLimitError extends LimitError {
  constructor(bytesMax: number) {
    super('memory', bytesMax, 'bytes');
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
