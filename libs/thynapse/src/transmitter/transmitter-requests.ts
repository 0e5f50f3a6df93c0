import { decodeFrame, type Frame } from '@syncytium/codec';
import { FieldError, ProtocolError } from '../errors.js';
import { isAlone } from '../network/disseminate.js';
import { confirmWhenCopied } from '../network/hold.js';
import { setOwner } from '../network/ownership.js';
import { isReserved } from '../wire/channel.js';
import { frameOf, Requests } from '../wire/requests.js';
import { commands } from '../wire/wire.js';
import type { EventSource, LaterEvents } from './later-events.js';
import { PackedEvent } from './packed-event.js';
import type { LanesByService } from './takers.js';
import { logEvent, nextPosition, okay, openTask } from './transmitter-events.js';
import type { Cell, TransmitterState } from './transmitter-state.js';
import type { TransmitterOutput } from './transmitter-output.js';
import { takersOf } from './transmitter-tasks.js';

type Outputs = TransmitterOutput[];

/**
 * Requests of a cell, all on one channel. Where nothing stands in the way they are accepted as they came, and confirmed once
 * for all. Otherwise, what is returned are the same requests as frames of their own, each of which may meet another fate.
 */
export function receiveRequests(
  state: TransmitterState,
  cell: Cell,
  frame: Frame,
  outputs: Outputs,
): readonly Uint8Array[] {
  const requests = new Requests(frame);
  const { channel, from, count } = requests;
  if (isReserved(channel)) throw new ProtocolError('reserved_channel', `${channel} is reserved for the system itself`);
  if (from !== cell.id) throw new FieldError(commands.requests, 'from', "must be the sender's own id");
  const takers = takersOf(state, { channel });
  if (!passTogether(state, requests, takers)) return framesOf(requests);
  const events = openTogether(state, requests);
  if (!events) return framesOf(requests);
  state.counts.events += count;
  const isTold = !isAlone(state);
  if (!isTold) publish(state, requests, 0, count, outputs);
  for (const event of events) {
    // Others count and publish one at a time, and a listener may come from them.
    if (isTold) publish(state, requests, event.index, event.index + 1, outputs);
    accept(state, event, takers, outputs);
  }
  const services = Array.from(takers.keys(), ({ name }) => name);
  confirmWhenCopied(state, cell, okay(cell, requests.idOf(0), { count, services }), outputs);
  return [];
}

function publish(state: TransmitterState, requests: Requests, start: number, end: number, outputs: Outputs): void {
  const events = new LaterRequests(requests, start, end);
  outputs.push({ type: 'publish-later', channel: requests.channel, events, at: nextPosition(state, events.count) });
}

function accept(state: TransmitterState, accepted: PackedEvent, takers: LanesByService, outputs: Outputs): void {
  setOwner(state, accepted, state.options.id);
  for (const [service, lanes] of takers) openTask(state, accepted, service, lanes, outputs);
  logEvent(state, accepted);
}

/** There is room for all, somebody handles them, and none of them was there before. */
function passTogether(state: TransmitterState, { ids, count }: Requests, takers: LanesByService): boolean {
  const { congested, draining, network, open, options, ended, taskCount } = state;
  if (congested || draining || network.own.log.isFull || takers.size === 0) return false;
  if (taskCount + takers.size * count > options.tasksMax) return false;
  return !ids.some((id) => open.has(id) || ended.has(id));
}

/** `undefined`, with nothing changed, where two of them have the same id. None may be open before. */
function openTogether({ open, options }: TransmitterState, requests: Requests): readonly PackedEvent[] | undefined {
  const before = open.size;
  const events = requests.ids.map((_, i) => new PackedEvent(requests, i, options.id));
  for (const event of events) open.set(event.id, event);
  if (open.size === before + events.length) return events;
  for (const { id } of events) open.delete(id);
  return undefined;
}

function framesOf(requests: Requests, start = 0, end = requests.count): readonly Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let i = start; i < end; i++) frames.push(frameOf(requests, i));
  return frames;
}

function readRequests(frame: Uint8Array): readonly Uint8Array[] {
  return framesOf(new Requests(decodeFrame(frame)));
}

/** Accepted requests, published. */
class LaterRequests implements LaterEvents {
  readonly #requests: Requests;
  readonly #start: number;
  readonly #end: number;

  constructor(requests: Requests, start: number, end: number) {
    this.#requests = requests;
    this.#start = start;
    this.#end = end;
  }

  get count(): number {
    return this.#end - this.#start;
  }

  get bytes(): number {
    return (this.#requests.bytes.length * this.count) / this.#requests.count;
  }

  /** Of some of them only, the whole frame would be too much. */
  get source(): EventSource | undefined {
    return this.count === this.#requests.count ? { frame: this.#requests.bytes, read: readRequests } : undefined;
  }

  frames(): readonly Uint8Array[] {
    return framesOf(this.#requests, this.#start, this.#end);
  }
}
