import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newCurveKeys } from '@syncytium/transport/zeromq';
import { afterAll, describe, expect, test } from 'vitest';
import { KeyFileError } from './errors.js';
import { readKeyPair, readPublicKey, readPublicKeys, writeKeyPair } from './key-files.js';

const folder = mkdtempSync(join(tmpdir(), 'thynapse-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, text: string, mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode });
  return file;
}

describe('key files', () => {
  const keys = newCurveKeys();

  test('hold a pair, the secret one for its owner alone, and only the public key in the other', () => {
    const { secretFile, publicFile } = writeKeyPair(join(folder, 'bus'), keys);
    expect(readKeyPair(secretFile)).toEqual(keys);
    expect(readPublicKey(publicFile)).toBe(keys.publicKey);
    expect(statSync(secretFile).mode & 0o777).toBe(0o600);
    expect(statSync(publicFile).mode & 0o022).toBe(0);
    expect(readFileSync(publicFile, 'utf8')).toBe(`${keys.publicKey} bus\n`);
  });

  test('are never overwritten, and no half of a pair is left behind', () => {
    const path = join(folder, 'half');
    writeFileSync(`${path}.pub`, 'mine');
    expect(() => writeKeyPair(path, keys)).toThrow(`${path}.pub is there already, and keys are never overwritten`);
    expect(statSync(`${path}.secret`, { throwIfNoEntry: false })).toBeUndefined();
    expect(readFileSync(`${path}.pub`, 'utf8')).toBe('mine');
  });

  test('are not written where there is no folder', () => {
    expect(() => writeKeyPair(join(folder, 'none', 'web'), keys)).toThrow('its folder does not exist');
  });

  test('that others may read are refused', () => {
    const { secretFile } = writeKeyPair(join(folder, 'open'), keys);
    chmodSync(secretFile, 0o640);
    expect(() => readKeyPair(secretFile)).toThrow(`${secretFile} may be read by others: chmod 600 ${secretFile}`);
  });

  test('that are none are refused without telling what is in them', () => {
    const file = fileWith('none.secret', 'secret nonsense\n');
    expect(() => readKeyPair(file)).toThrow(`${file} has no pair of keys as thynapse keygen writes it`);
    // The wrong one of the two files must not be advised to be kept secret.
    expect(() => readKeyPair(fileWith('wrong.pub', `${keys.publicKey} wrong\n`, 0o644))).toThrow('has no pair of keys');
    expect(() => readKeyPair(join(folder, 'missing'))).toThrow('does not exist');
    expect(() => readPublicKey(folder)).toThrow('is a folder');
    expect(() => readPublicKey(fileWith('empty.pub', '\n'))).toThrow(KeyFileError);
  });

  test('list public keys with names, comments and empty lines, also keys that begin like a comment', () => {
    const odd = `#${'a'.repeat(39)}`;
    const file = fileWith('list', `# who may\n\n${keys.publicKey} web\n  ${odd}\n`);
    expect([...readPublicKeys(file)]).toEqual([keys.publicKey, odd]);
    const wrong = fileWith('wrong', `${keys.publicKey}\nkey of web\n`);
    expect(() => readPublicKeys(wrong)).toThrow(`${wrong} has no public key of 40 characters in line 2`);
  });
});
