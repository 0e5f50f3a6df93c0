import { curveKeyPair } from 'zeromq';
import { InvalidArgumentError } from '@syncytium/kit';
import type { CurveOptions } from '../sockets.js';
import { isCurveKey } from './z85.js';

/** The CURVE options of a ØMQ socket that connects. */
export interface CurveClientOptions {
  readonly curvePublicKey: string;
  readonly curveSecretKey: string;
  readonly curveServerKey: string;
}

/** The CURVE options of a ØMQ socket that binds. */
export interface CurveServerOptions {
  readonly curveServer: true;
  readonly curvePublicKey: string;
  readonly curveSecretKey: string;
}

/** A new pair of keys, each 40 characters of Z85. */
export function newCurveKeys(): { readonly publicKey: string; readonly secretKey: string } {
  return curveKeyPair();
}

export function curveClientOptions(curve: CurveOptions | undefined): CurveClientOptions | undefined {
  if (!curve) return undefined;
  const { publicKey, secretKey, serverKey } = curve;
  if (serverKey === undefined) throw new InvalidArgumentError('curve.serverKey', 'is needed on the connecting side');
  return {
    curvePublicKey: key('curve.publicKey', publicKey),
    curveSecretKey: key('curve.secretKey', secretKey),
    curveServerKey: key('curve.serverKey', serverKey),
  };
}

export function curveServerOptions(curve: CurveOptions | undefined): CurveServerOptions | undefined {
  if (!curve) return undefined;
  if (curve.serverKey !== undefined)
    throw new InvalidArgumentError('curve.serverKey', 'belongs to the connecting side only');
  return {
    curveServer: true,
    curvePublicKey: key('curve.publicKey', curve.publicKey),
    curveSecretKey: key('curve.secretKey', curve.secretKey),
  };
}

/** The message never holds the value: it may be a secret that was put in the wrong place. */
function key(field: string, value: string): string {
  if (!isCurveKey(value)) throw new InvalidArgumentError(field, 'must be a key of 40 Z85 characters');
  return value;
}
