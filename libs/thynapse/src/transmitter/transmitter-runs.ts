import { decodeFrame, type Frame } from '@syncytium/codec';
import { isReserved } from '../wire/channel.js';
import { FieldError, ProtocolError } from '../errors.js';
import { expandRun, readRunHead } from '../wire/event-run.js';
import { append } from '../network/disseminate.js';
import { nextPosition, receiveEvent } from './transmitter-events.js';
import { takersOf } from './transmitter-tasks.js';
import type { Cell, TransmitterState } from './transmitter-state.js';
import type { TransmitterOutput } from './transmitter-output.js';
import { commands } from '../wire/wire.js';

/**
 * A run of events that nobody is to confirm: where only listeners want them it is published as it came, without a look at
 * the data; otherwise its events are taken one by one.
 */
export function receiveRun(state: TransmitterState, cell: Cell, frame: Frame, outputs: TransmitterOutput[]): void {
  const { channel, from, count } = readRunHead(frame);
  if (isReserved(channel)) throw new ProtocolError('reserved_channel', `${channel} is reserved for the system itself`);
  if (from !== cell.id) throw new FieldError(commands.run, 'from', "must be the sender's own id");
  if (passesWhole(state, channel)) {
    const { bytes } = frame;
    state.counts.events += count;
    outputs.push({ type: 'publish-run', channel, frame: bytes, count, at: nextPosition(state, count) });
    append(state, { type: 'run', bytes, channel, count });
  } else {
    for (const bytes of expandRun(frame)) receiveEvent(state, cell, decodeFrame(bytes), outputs);
  }
}

/** A task is made of one event. */
function passesWhole(state: TransmitterState, channel: string): boolean {
  const { congested, draining, drain, network } = state;
  const isLeaving = draining && !drain;
  return !congested && !isLeaving && !network.own.log.isFull && takersOf(state, { channel }).size === 0;
}
