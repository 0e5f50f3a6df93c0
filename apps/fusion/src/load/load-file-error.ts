import { SyncytiumError } from '@syncytium/kit';

/** A file that cannot be loaded, and where it is wrong. Code `bad_load_file`; `details.line` counts from 1. */
export class LoadFileError extends SyncytiumError {
  /** What is wrong, without the place. */
  readonly problem: string;

  constructor(line: number, problem: string) {
    super('bad_load_file', `line ${line}: ${problem}`, { details: { line } });
    this.problem = problem;
  }
}
