import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { UsageError } from '@syncytium/program';
import type { TlsOptions } from '@syncytium/transport/http';

/** Certificate and key from their files; `undefined` when neither is given. Throws `UsageError`. */
export function readTls(certFile: string | undefined, keyFile: string | undefined): TlsOptions | undefined {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined) throw new UsageError('--tls-key needs --tls-cert', '--tls-cert');
  if (keyFile === undefined) throw new UsageError('--tls-cert needs --tls-key', '--tls-key');
  const tls = { cert: readPem('--tls-cert', certFile), key: readPem('--tls-key', keyFile) };
  check('--tls-cert', 'is no certificate in PEM', { cert: tls.cert });
  check('--tls-key', 'is no private key in PEM', { key: tls.key });
  check('--tls-key', 'is not the key of the certificate', tls);
  return tls;
}

function check(flag: string, problem: string, part: Partial<TlsOptions>): void {
  try {
    createSecureContext(part);
  } catch (error) {
    // Of OpenSSL's words the last say what it is.
    const [, reason = ''] = /([^:]+)$/.exec((error as Error).message) ?? [];
    throw new UsageError(`${flag} ${problem} (${reason})`, flag);
  }
}

function readPem(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${flag} cannot be read: ${error instanceof Error ? error.message : String(error)}`, flag);
  }
}
