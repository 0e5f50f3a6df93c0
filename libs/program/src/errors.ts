import { SyncytiumError } from '@syncytium/kit';

/** A command line or environment that cannot be used: exit code 2. Code `usage`; `details.field` names the culprit. */
export class UsageError extends SyncytiumError {
  constructor(message: string, field?: string) {
    super('usage', message, { details: field === undefined ? {} : { field } });
  }
}

/** Not a failure: the user asked for help or the version; `text` is the answer. */
export class HelpRequested extends SyncytiumError {
  readonly text: string;

  constructor(text: string) {
    super('help', 'help was asked for');
    this.text = text;
  }
}
