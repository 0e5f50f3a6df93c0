import { SyncytiumError } from '@syncytium/kit';
import type { ErrorCode } from '@syncytium/fusion';
import { readErrorAnswer, type ErrorAnswer } from '../error-answer.js';

/** A class that is to be created is there. */
export const classExists: ErrorCode = 1001;

/** Errors that every further object would meet as well, whatever is in it. */
const codesForAll: ReadonlySet<number> = new Set<ErrorCode>([1000, classExists, 1002, 1003, 1100, 5000, 5001]);

/** Why a server refused to store, as far as its answer tells. */
export interface StoreFailure extends ErrorAnswer {
  /** Whether it has nothing to do with the objects. */
  readonly isForAll: boolean;
}

/** Reads the answer to a query that failed. */
export function readStoreFailure(answer: string): StoreFailure {
  const error = readErrorAnswer(answer);
  if (!error) return { code: 0, problem: `the server answered ${answer.slice(0, 200)}`, isForAll: true };
  return { ...error, isForAll: codesForAll.has(error.code) };
}

/** The server refuses to store, and would refuse whatever comes next. Code `load_refused`. */
export class LoadRefusedError extends SyncytiumError {
  constructor(line: number, problem: string) {
    super('load_refused', `at line ${line}: ${problem}`, { details: { line } });
  }
}

/** More objects were refused than are worth telling one by one. Code `load_stopped`. */
export class LoadStoppedError extends SyncytiumError {
  constructor(refused: number) {
    super('load_stopped', `stopped, as ${refused} objects were refused`, { details: { refused } });
  }
}
