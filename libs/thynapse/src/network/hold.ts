import type { Cell, TransmitterState } from '../transmitter/transmitter-state.js';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import type { Held } from './network-state.js';

type Outputs = TransmitterOutput[];

/** Tells a cell at once, or, where others can be reached, when one of them has all that is known here. [T-30] */
export function confirmWhenCopied(state: TransmitterState, cell: Cell, frame: Uint8Array, outputs: Outputs): void {
  state.network.untilCopied.push({ n: state.network.own.have ?? 0, cell: cell.id, frame });
  settleHeld(state, outputs);
}

/** Tells a cell when all that can be reached know what was said here. [T-31] */
export function confirmWhenKnown(state: TransmitterState, cell: Cell, frame: Uint8Array, outputs: Outputs): void {
  state.network.untilKnown.push({ n: state.network.own.have ?? 0, cell: cell.id, frame });
  settleHeld(state, outputs);
}

/** Tells who has waited long enough. */
export function settleHeld(state: TransmitterState, outputs: Outputs): void {
  const { untilCopied, untilKnown, members } = state.network;
  if (untilCopied.length === 0 && untilKnown.length === 0) return;
  let copied = -1;
  let known = Infinity;
  for (const { isReachable, have } of members.values()) {
    if (!isReachable) continue;
    const n = have.get(state.options.id) ?? -1;
    copied = Math.max(copied, n);
    known = Math.min(known, n);
  }
  release(state, untilCopied, known === Infinity ? Infinity : copied, outputs);
  release(state, untilKnown, known, outputs);
}

function release(state: TransmitterState, held: Held[], n: number, outputs: Outputs): void {
  const waiting = held.findIndex((one) => one.n > n);
  for (const { cell, frame } of held.splice(0, waiting < 0 ? held.length : waiting)) {
    const to = state.cells.get(cell);
    if (to) outputs.push({ type: 'send', to: to.peer, frame });
  }
}
