import type { SocketOptions } from '@syncytium/transport';

type Curve = SocketOptions['curve'];

/** The transmitters of a network have one pair of keys, and may connect to each other. */
export function allowPeers(curve: Curve): Curve {
  const allow = curve?.allow;
  return curve && allow ? { ...curve, allow: (key) => key === curve.publicKey || allow(key) } : curve;
}
