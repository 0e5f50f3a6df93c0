import type { Frame } from '@syncytium/codec';
import { FieldError, ProtocolError } from '../errors.js';
import { append, countEvents, isAlone } from '../network/disseminate.js';
import { confirmWhenCopied } from '../network/hold.js';
import { setOwner } from '../network/ownership.js';
import { requestsEntry } from '../network/requests-entry.js';
import { isReserved } from '../wire/channel.js';
import { Requests } from '../wire/requests.js';
import { commands } from '../wire/wire.js';
import { framesOf, LaterRequests } from './later-requests.js';
import { PackedEvent } from './packed-event.js';
import type { LanesByService } from './takers.js';
import { nextPosition, okay, openTask } from './transmitter-events.js';
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
  const at = nextPosition(state, count);
  outputs.push({ type: 'publish-later', channel, events: new LaterRequests(requests), at });
  for (const event of events) accept(state, event, takers, outputs);
  tellOthers(state, requests, events);
  const services = Array.from(takers.keys(), ({ name }) => name);
  confirmWhenCopied(state, cell, okay(cell, requests.idOf(0), { count, services }), outputs);
  return [];
}

function accept(state: TransmitterState, accepted: PackedEvent, takers: LanesByService, outputs: Outputs): void {
  setOwner(state, accepted, state.options.id);
  for (const [service, lanes] of takers) openTask(state, accepted, service, lanes, outputs);
}

function tellOthers(state: TransmitterState, requests: Requests, events: readonly PackedEvent[]): void {
  if (isAlone(state)) countEvents(state, requests.count);
  else append(state, requestsEntry(requests, events, state.options.id));
  for (const event of events) event.isLogged = true;
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
