import { readFileSync } from 'node:fs';
import { UsageError } from '@syncytium/program';
import type { TlsOptions } from '@syncytium/transport/http';

/** Certificate and key from their files; `undefined` when neither is given. Throws `UsageError`. */
export function readTls(certFile: string | undefined, keyFile: string | undefined): TlsOptions | undefined {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined) throw new UsageError('--tls-key needs --tls-cert', '--tls-cert');
  if (keyFile === undefined) throw new UsageError('--tls-cert needs --tls-key', '--tls-key');
  return { cert: readPem('--tls-cert', certFile), key: readPem('--tls-key', keyFile) };
}

function readPem(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${flag} cannot be read: ${error instanceof Error ? error.message : String(error)}`, flag);
  }
}
