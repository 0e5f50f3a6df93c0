import { statSync } from 'node:fs';
import type { Log } from '@syncytium/kit';
import { readPublicKeys } from './key-files.js';

/**
 * Who may connect: a file of public keys that is read again when it has changed, at the time when somebody asks to come
 * in. A list that can no longer be read lets nobody in. Those who are in stay until their line ends.
 */
export class AllowList {
  readonly #file: string;
  readonly #log: Log;
  #keys: ReadonlySet<string>;
  #version: string;

  /** Throws `KeyFileError`. */
  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
    this.#keys = readPublicKeys(file);
    this.#version = versionOf(file);
  }

  allows(publicKey: string): boolean {
    this.#refresh();
    const allowed = this.#keys.has(publicKey);
    if (!allowed) this.#log.warn('refused a key that is not on the allow-list', { publicKey, allow: this.#file });
    return allowed;
  }

  #refresh(): void {
    const version = versionOf(this.#file);
    if (version === this.#version) return;
    this.#version = version;
    try {
      this.#keys = readPublicKeys(this.#file);
      this.#log.info('allow-list was read again', { allow: this.#file, keys: this.#keys.size });
    } catch (error) {
      this.#keys = new Set();
      this.#log.error('the allow-list cannot be read: nobody is let in', { allow: this.#file, err: error });
    }
  }
}

/** Differs when the file was written, replaced, or is gone. */
function versionOf(file: string): string {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}` : 'none';
}
