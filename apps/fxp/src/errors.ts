import { SyncytiumError } from '@syncytium/kit';

/** No session of this id is open through the gateway. Code `fxp_no_session`. */
export class NoSessionError extends SyncytiumError {
  constructor(id: string) {
    super('fxp_no_session', `no session ${id} is open through this gateway`, { details: { session: id } });
  }
}

/** A session of this id is open through the gateway already. Code `fxp_session_exists`. */
export class SessionExistsError extends SyncytiumError {
  constructor(id: string) {
    super('fxp_session_exists', `session ${id} is open through this gateway already`, { details: { session: id } });
  }
}

/** A client of the gateway that disconnected in the midst of its session; names it. Code `fxp_client_gone`. */
export class ClientGoneError extends SyncytiumError {
  constructor(client: string) {
    super('fxp_client_gone', `the ${client} disconnected from the gateway`, { details: { client } });
  }
}

/** Why a provider at the end of a WebSocket gave up a session: name, message, code and details are its own. */
export class ClientFailedError extends SyncytiumError {
  constructor({ name, message, code, details }: Readonly<Record<string, unknown>>) {
    super(typeof code === 'string' ? code : 'fxp_failed', typeof message === 'string' ? message : 'it failed', {
      ...(typeof details === 'object' && details !== null && { details: { ...details } }),
    });
    this.name = typeof name === 'string' ? name : 'Error';
  }
}

/** A line that cannot be used; names the stream or file and the line. Code `bad_line`. */
export class BadLineError extends SyncytiumError {
  constructor(what: string, line: number, problem: string) {
    super('bad_line', `line ${line} of ${what} ${problem}`, { details: { line } });
  }
}

const fileProblems: Readonly<Record<string, string>> = {
  EEXIST: 'is there already',
  ENOENT: 'is not there',
  ENOTDIR: 'is in no folder: what should be one is a file',
  EACCES: 'may not be used by this user',
  EISDIR: 'is a folder',
  ENOSPC: 'does not fit on the disk',
};

/** A file that cannot be read, or a new one that cannot be written. Code `file_error`. */
export class FileError extends SyncytiumError {
  constructor(use: 'read' | 'new', file: string, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const known = use === 'new' && code === 'ENOENT' ? 'cannot be made: its folder is not there' : fileProblems[code];
    const problem = known ?? `cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`;
    super('file_error', `${file} ${problem}`, { details: { file }, cause });
  }
}

/** A command that did not succeed. Code `command_failed`. */
export class CommandFailedError extends SyncytiumError {
  constructor(command: string, how: string, cause?: unknown) {
    super('command_failed', `${command} ${how}`, { details: { command }, cause });
  }
}

/** HTTP status of the errors a call may end with, beside the usual ones. */
export const errorStatus = {
  fxp_no_provider: 404,
  fxp_no_session: 404,
  fxp_session_exists: 409,
  fxp_session_ended: 410,
  fxp_peer_lost: 502,
  fxp_lease_lost: 502,
  fxp_remote: 502,
  fxp_unasked_answer: 400,
  // The input has been checked before; what is left is an output that cannot be read.
  fxp_bad_item: 502,
  broker_denied: 502,
  broker_refused: 502,
  broker_wrong_type: 502,
  broker_unreachable: 503,
  broker_out_of_memory: 507,
} as const;
