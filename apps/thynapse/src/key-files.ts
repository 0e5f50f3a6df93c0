import { readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isCurveKey } from '@syncytium/transport/zeromq';
import { fileProblem, KeyFileError } from './errors.js';

/** CURVE keys, 40 characters of Z85 each. */
export interface KeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** Where the two files of a pair are. */
export interface KeyFiles {
  /** Both keys; for its owner alone. */
  readonly secretFile: string;
  /** The public key and the name: one line, as an allow-list has them. */
  readonly publicFile: string;
}

/** Only its owner may read or write a file with a secret key. */
const secretMode = 0o600;
const publicMode = 0o644;

/**
 * Writes `PATH.secret` and `PATH.pub`; neither must be there yet, since a key that is overwritten is gone for good.
 * Throws {@link KeyFileError}.
 */
export function writeKeyPair(path: string, { publicKey, secretKey }: KeyPair): KeyFiles {
  const files = { secretFile: `${path}.secret`, publicFile: `${path}.pub` };
  const secret = `# Keep this file to yourself: whoever reads it can pass for its owner.\npublic ${publicKey}\nsecret ${secretKey}\n`;
  write(files.secretFile, secret, secretMode);
  try {
    write(files.publicFile, `${publicKey} ${basename(path)}\n`, publicMode);
  } catch (error) {
    unlinkSync(files.secretFile);
    throw error;
  }
  return files;
}

/** The pair in a `.secret` file. Throws {@link KeyFileError}, also when others may read the file. */
export function readKeyPair(file: string): KeyPair {
  const text = read(file);
  const [, publicKey = ''] = /^public (\S+)$/m.exec(text) ?? [];
  const [, secretKey = ''] = /^secret (\S+)$/m.exec(text) ?? [];
  if (!isCurveKey(publicKey) || !isCurveKey(secretKey))
    throw new KeyFileError(file, 'has no pair of keys as thynapse keygen writes it');
  const { mode } = statSync(file);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new KeyFileError(file, `may be read by others: chmod 600 ${file}`);
  return { publicKey, secretKey };
}

/** The one key in a `.pub` file. Throws {@link KeyFileError}. */
export function readPublicKey(file: string): string {
  const [publicKey, ...others] = readPublicKeys(file);
  if (publicKey === undefined || others.length > 0) throw new KeyFileError(file, 'must have exactly one public key');
  return publicKey;
}

/**
 * Public keys, one per line, each with anything behind it (a name); a line that begins with `# ` is a comment, one with
 * `#` and something else may be a key. Throws {@link KeyFileError} with the number of a line that is neither.
 */
export function readPublicKeys(file: string): Set<string> {
  const keys = new Set<string>();
  for (const [index, line] of read(file).split('\n').entries()) {
    const [word = ''] = line.trim().split(/\s+/);
    if (word === '' || word === '#') continue;
    if (!isCurveKey(word)) throw new KeyFileError(file, `has no public key of 40 characters in line ${index + 1}`);
    keys.add(word);
  }
  return keys;
}

function write(file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { mode, flag: 'wx' });
  } catch (error) {
    throw new KeyFileError(file, fileProblem(error, 'its folder'), error);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new KeyFileError(file, fileProblem(error, 'it'), error);
  }
}
