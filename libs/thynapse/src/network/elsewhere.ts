import { encodeFrame } from '@syncytium/codec';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import type { TransmitterState } from '../transmitter/transmitter-state.js';
import { commands } from '../wire/wire.js';

/** Where cells can go when this transmitter is lost. [T-60] */
export function otherCommands({ network }: TransmitterState): string[] {
  return Array.from(network.members.values(), ({ isReachable, command }) => (isReachable ? command : '')).filter(
    (command) => command !== '',
  );
}

/** A sign of life tells, too, where else to go. */
export function elsewhere(state: TransmitterState): { readonly peers?: readonly string[] } {
  return state.network.members.size === 0 ? {} : { peers: otherCommands(state) };
}

/** Cells that understand it hear of new transmitters at once: the ones they know may all be lost soon. [T-60] */
export function tellElsewhere(state: TransmitterState, outputs: TransmitterOutput[]): void {
  for (const { peer, encoding, isSimple, lanes } of state.cells.values())
    if (!isSimple || lanes.size > 0)
      outputs.push({ type: 'send', to: peer, frame: encodeFrame(encoding, commands.ping, elsewhere(state)) });
}
