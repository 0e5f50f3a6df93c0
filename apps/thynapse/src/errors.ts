import { SyncytiumError } from '@syncytium/kit';

/** A file of keys that cannot be used, and why; never holds what is in it. Code `bad_key_file`. */
export class KeyFileError extends SyncytiumError {
  constructor(file: string, problem: string, cause?: unknown) {
    super('bad_key_file', `${file} ${problem}`, { details: { file }, cause });
  }
}

/** Why a file could not be read, or not be written, in words. */
export function fileProblem(error: unknown, missing: 'it' | 'its folder'): string {
  switch ((error as { code?: unknown }).code) {
    case 'ENOENT':
      return missing === 'it' ? 'does not exist' : 'cannot be written: its folder does not exist';
    case 'EEXIST':
      return 'is there already, and keys are never overwritten';
    case 'EACCES':
    case 'EPERM':
      return 'cannot be reached with the rights of this user';
    case 'EISDIR':
      return 'is a folder';
    default:
      return `cannot be used (${String((error as { code?: unknown }).code ?? error)})`;
  }
}

/** A transmitter that does not answer over HTTP. Code `transmitter_unreachable`. */
export class TransmitterUnreachableError extends SyncytiumError {
  constructor(address: string, problem: string, cause?: unknown) {
    super('transmitter_unreachable', `no transmitter answers at http://${address} (${problem})`, {
      details: { address },
      cause,
    });
  }
}
