import { encodeFrame } from '@syncytium/codec';
import type { CellOutput, CellState } from './cell-state.js';

type Outputs = CellOutput[];

/** Says how a task ended, as soon as there is somebody to be told. */
export function say(state: CellState, frame: Uint8Array, now: number, outputs: Outputs): void {
  if (state.phase === 'welcome') send(state, frame, now, outputs);
  else state.untold.push(frame);
}

export function send(state: CellState, frame: Uint8Array, now: number, outputs: Outputs): void {
  state.saidMs = now;
  outputs.push({ type: 'send', frame });
}

export function frameOf(state: CellState, command: string, payload: unknown): Uint8Array {
  return encodeFrame(state.options.encoding, command, payload);
}
