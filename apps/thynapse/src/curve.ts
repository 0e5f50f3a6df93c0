import type { Log } from '@syncytium/kit';
import { UsageError } from '@syncytium/program';
import type { CurveOptions } from '@syncytium/transport';
import { AllowList } from './allow-list.js';
import type { ThynapseConfig } from './config.js';
import { readKeyPair, readPublicKey } from './key-files.js';
import type { CellConfig } from './with-cell.js';

/** The keys of a transmitter and who may connect; `undefined` without keys. Throws `UsageError` and `KeyFileError`. */
export function transmitterCurve(
  { curveSecret, allow }: Pick<ThynapseConfig, 'curveSecret' | 'allow'>,
  log: Log,
): CurveOptions | undefined {
  if (curveSecret === undefined) {
    if (allow !== undefined)
      throw new UsageError('--allow needs --curve-secret: only keys tell who connects', '--allow');
    return undefined;
  }
  const keys = readKeyPair(curveSecret);
  if (allow === undefined) return keys;
  const list = new AllowList(allow, log);
  return { ...keys, allow: (publicKey) => list.allows(publicKey) };
}

/** The keys of a cell and its transmitter's public one. Throws `UsageError` and `KeyFileError`. */
export function cellCurve({
  curveSecret,
  transmitterKey,
}: Pick<CellConfig, 'curveSecret' | 'transmitterKey'>): CurveOptions | undefined {
  if (curveSecret === undefined && transmitterKey === undefined) return undefined;
  if (curveSecret === undefined) throw new UsageError('--transmitter-key needs --curve-secret', '--transmitter-key');
  if (transmitterKey === undefined) throw new UsageError('--curve-secret needs --transmitter-key', '--curve-secret');
  return { ...readKeyPair(curveSecret), serverKey: readPublicKey(transmitterKey) };
}
