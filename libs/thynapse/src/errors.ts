import { SyncytiumError, type ErrorDetails } from '@syncytium/kit';
import type { CellAnswer, Gathering, MissingAnswer } from './cell/gathering.js';
import type { ProtocolErrorCode } from './wire/wire.js';

/** A command that breaks the rules of the protocol; travels as `ERRR`. */
export class ProtocolError extends SyncytiumError {
  declare readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, problem: string, details?: ErrorDetails) {
    super(code, problem, details && { details });
  }
}

/** A field of a command that is missing or not what it should be; names it. Code `bad_field`. */
export class FieldError extends ProtocolError {
  constructor(command: string, field: string, problem: string) {
    super('bad_field', `${field} of ${command} ${problem}`, { command, field });
  }
}

/** What a transmitter did not accept, with the transmitter's own code and message (`busy`, `bad_channel`, ...). */
export class RefusedError extends SyncytiumError {
  constructor(what: string, code: string, message: string) {
    super(code, `${what} was refused: ${message}`, { details: { what } });
  }
}

/** A request that a service answered with a failure. Code `request_failed`. */
export class RequestFailedError extends SyncytiumError {
  constructor(channel: string, service: string, reason: string) {
    super('request_failed', `${service} failed ${channel}: ${reason}`, { details: { channel, service, reason } });
  }
}

/**
 * Of the cells that were asked, some failed, died or did not answer in time. Code `answers_missing`; the answers that came
 * are in {@link answers}, and {@link missing} names the others.
 */
export class AnswersMissingError extends SyncytiumError {
  readonly answers: readonly CellAnswer[];
  readonly missing: readonly MissingAnswer[];

  constructor(channel: string, { answers, missing }: Pick<Gathering, 'answers' | 'missing'>, cause?: Error) {
    const asked = answers.length + missing.length;
    const names = missing.slice(0, namesMax).map(({ name, reason }) => `${name} (${reason})`);
    if (missing.length > namesMax) names.push(`${missing.length - namesMax} more`);
    super('answers_missing', `${answers.length} of ${asked} cells answered ${channel}; not ${names.join(', ')}`, {
      details: { channel, asked, answered: answers.length },
      cause,
    });
    this.answers = answers;
    this.missing = missing;
  }
}

/** Cells that an error names. */
const namesMax = 10;

/** A request on a channel that no living cell of any service catches. Code `no_service`. */
export class NoServiceError extends SyncytiumError {
  constructor(channel: string) {
    super('no_service', `no service catches ${channel}`, { details: { channel } });
  }
}

/** An optional package that is needed and not installed. Code `driver_missing`. */
export class DriverMissingError extends SyncytiumError {
  constructor(name: string, cause: unknown) {
    super('driver_missing', `the package ${name} is needed: npm install ${name}`, {
      details: { package: name },
      cause,
    });
  }
}
