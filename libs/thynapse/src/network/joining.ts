import type { PeerId } from '@syncytium/transport';
import { ProtocolError } from '../errors.js';
import type { TransmitterInput } from '../transmitter/transmitter-input.js';
import type { TransmitterState } from '../transmitter/transmitter-state.js';
import { totalBytes } from '../wire/total-bytes.js';

/** Silences of so many heartbeats mean that those whom it was told of are not there. */
const heartbeatsUntilAlone = 3;

/** Most that is kept for the time when it is served: messages of cells that say hello early, and their bytes. */
const earlyMax = 10_000;
const earlyBytesMax = 16 * 1024 * 1024;

type FromCell = Extract<TransmitterInput, { type: 'message' }>;

/** A transmitter that was told of others, and does not know yet what they know. */
export interface Joining {
  readonly sinceMs: number;
  /** What cells said meanwhile. */
  early: FromCell[];
  earlyBytes: number;
}

/** From now on cells wait, unless there are some: they are served as before. [T-17] */
export function startJoining({ network, cells }: TransmitterState, now: number): void {
  if (cells.size === 0) network.joining ??= { sinceMs: now, early: [], earlyBytes: 0 };
}

/** Keeps what a cell says for later. Throws {@link ProtocolError} `busy` where there is no room for it. */
export function holdEarly(joining: Joining, input: FromCell): void {
  const bytes = totalBytes(input.message);
  if (joining.early.length >= earlyMax || joining.earlyBytes + bytes > earlyBytesMax)
    throw new ProtocolError('busy', 'the transmitter is about to join others');
  joining.early.push(input);
  joining.earlyBytes += bytes;
}

/** A line broke: whoever was at its other end is not there to be welcomed any more. */
export function dropEarly(joining: Joining, peer: PeerId): void {
  joining.early = joining.early.filter(({ from }) => from !== peer);
}

/**
 * What is to be heard now that it has joined: every transmitter within reach has told of its cells and knows of this one, or
 * nobody answered.
 * [T-17]
 */
export function takeEarly({ network, options }: TransmitterState, now: number): readonly FromCell[] {
  const { joining, members, origins } = network;
  if (!joining) return [];
  const reachable = [...members.values()].filter(({ isReachable }) => isReachable);
  // Before they know of this one, they would not hear what it accepts.
  const areMet = reachable.every(({ id, said }) => origins.get(id)?.have !== undefined && options.id in said);
  const isKnown = reachable.length > 0 && areMet;
  if (!isKnown && now - joining.sinceMs < heartbeatsUntilAlone * options.heartbeatMs) return [];
  network.joining = undefined;
  return joining.early;
}
