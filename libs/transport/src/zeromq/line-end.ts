/** Which end of a line a socket is. */
export interface LineEnd {
  readonly binds: boolean;
  readonly hasKeys: boolean;
}

export type HandshakeFailure = 'handshake:error:auth' | 'handshake:error:protocol' | 'handshake:error:other';

/**
 * Lines in a row that break within their handshakes without a word before somebody is told: whoever refuses keys breaks
 * them like a process that is killed, and ØMQ tries again in either case. Without keys nobody is refused in this way; with
 * keys, one that was only killed is not there the next time.
 */
export function brokenHandshakesBorne({ binds, hasKeys }: LineEnd): number {
  if (binds) return 0;
  return hasKeys ? 1 : Infinity;
}

/** Why a handshake fails in this way, as far as one end can know: ØMQ says hardly more than that the line broke. */
export function handshakeProblem(failure: HandshakeFailure, { binds, hasKeys }: LineEnd): string {
  if (binds) {
    if (failure === 'handshake:error:auth') return "the other end's key is not allowed";
    if (hasKeys)
      return 'the other end has no CURVE keys, was told another public key of this end, or speaks something else';
    return 'the other end has CURVE keys, which are not used here, or speaks something else';
  }
  if (failure === 'handshake:error:auth') return "the other end does not allow this end's key";
  if (hasKeys) return 'the other end has another public key than this end was told, or no CURVE keys at all';
  return 'the other end wants CURVE keys, or speaks something else';
}
