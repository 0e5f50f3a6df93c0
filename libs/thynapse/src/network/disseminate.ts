import { encodeFrame } from '@syncytium/codec';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import type { TransmitterState } from '../transmitter/transmitter-state.js';
import { catchesOf } from '../transmitter/transmitter-cells.js';
import { sizeOf } from './entry-log.js';
import { sourceOf } from './entry-source.js';
import type { Entry } from './entry.js';
import {
  networkCommands,
  type BaseCell,
  type BasePayload,
  type LogsPayload,
  type WantPayload,
} from './network-frames.js';
import type { NetworkState, Origin } from './network-state.js';

type Outputs = TransmitterOutput[];

/** What one frame of entries holds at most, unless a single one is larger. */
const chunkEntriesMax = 1000;
const chunkBytesMax = 1024 * 1024;

/** Frames that answer one wish; who wants more asks again. */
const chunksPerWish = 8;

/** Entries of one transmitter that wait for those before them. */
const aheadMax = 10_000;

/** An origin's entries are asked for at most this often, in milliseconds, as long as none come. */
const wishEveryMs = 150;

/** What the others are to know, in the order of these calls; they are told at the end of the step. [T-20] */
export function append(state: TransmitterState, entry: Entry): void {
  const { network } = state;
  countEvents(state, eventsIn(entry));
  // Who comes later gets what it has all come to.
  if (isAlone(state)) return;
  const n = (network.own.have ?? 0) + 1;
  network.own.have = n;
  network.own.log.push(n, entry);
}

/** There is nobody to be told anything. */
export function isAlone({ network }: TransmitterState): boolean {
  return network.members.size === 0;
}

/** So many events more were accepted. */
export function countEvents({ network }: TransmitterState, count: number): void {
  network.own.events += count;
}

/** Sends what was appended down the own tree. [T-21] */
export function sendUnsent(state: TransmitterState, outputs: Outputs): void {
  const { network } = state;
  const { own } = network;
  const first = network.unsent;
  const last = own.have ?? 0;
  if (first > last) return;
  network.unsent = last + 1;
  const children = network.children.get(own.id) ?? [];
  const isHeld = network.untilCopied.length > 0;
  const isSync = network.untilKnown.length > 0 || state.draining;
  if (children.length > 0) sendEntries(own, first, last, children, { ack: isHeld, sync: isSync }, Infinity, outputs);
}

/**
 * Entries from elsewhere. What comes in turn goes to `deliver` and on to the own children; what comes early waits; what is
 * known is dropped. [T-21] [T-22] [T-23]
 */
export function receiveLogs(
  state: TransmitterState,
  from: string,
  { origin: id, first, entries, ack, sync }: LogsPayload,
  bytes: Uint8Array,
  now: number,
  deliver: (entry: Entry) => void,
  outputs: Outputs,
): void {
  const { network } = state;
  const origin = network.origins.get(id);
  if (!origin || origin === network.own) return;
  if (origin.have === undefined) {
    want(network, origin, now, outputs, from);
    return;
  }
  const before = origin.have;
  for (const [i, entry] of entries.entries()) {
    const n = first + i;
    if (n > origin.have + 1) {
      if (origin.ahead.size < aheadMax) origin.ahead.set(n, entry);
    } else if (n === origin.have + 1) accept(origin, n, entry, deliver);
  }
  takeAhead(origin, deliver);
  const last = origin.have;
  if (last > before) {
    origin.wantedMs = -Infinity;
    const children = (network.children.get(id) ?? []).filter((child) => child !== from);
    const isWhole = first === before + 1 && last === first + entries.length - 1;
    if (isWhole) for (const to of children) outputs.push({ type: 'peer', to, frame: bytes });
    else if (children.length > 0)
      sendEntries(origin, before + 1, last, children, { ack: false, sync }, Infinity, outputs);
  }
  if (origin.ahead.size > 0) want(network, origin, now, outputs, from);
  if (ack && from === id) tellHave(origin, from, outputs);
  if (sync) network.mustSay = true;
}

/** Asks a neighbour that has more for what comes after the last entry that is there. [T-23] */
function want(network: NetworkState, origin: Origin, now: number, outputs: Outputs, from?: string): void {
  if (now - origin.wantedMs < wishEveryMs) return;
  const to = sourceOf(network, origin, from);
  if (to === undefined) return;
  origin.wantedMs = now;
  const payload: WantPayload = { origin: origin.id, ...(origin.have !== undefined && { after: origin.have }) };
  outputs.push({ type: 'peer', to, frame: encodeFrame('M', networkCommands.want, payload) });
}

/** Entries that a neighbour misses, or, where they are not kept any more, what they have come to. [T-23] [T-24] */
export function receiveWant(
  state: TransmitterState,
  from: string,
  { origin: id, after }: WantPayload,
  outputs: Outputs,
) {
  const origin = state.network.origins.get(id);
  if (origin?.have === undefined || (after !== undefined && after >= origin.have)) return;
  if (after === undefined || !origin.log.get(after + 1)) {
    const isPaused = origin === state.network.own ? state.drain !== undefined : origin.isPaused;
    const base: BasePayload = {
      origin: id,
      n: origin.have,
      events: origin.events,
      isPaused,
      cells: cellsOf(state, origin),
    };
    outputs.push({ type: 'peer', to: from, frame: encodeFrame('M', networkCommands.base, base) });
    return;
  }
  // Whoever waits for word of the entries has waited long enough.
  sendEntries(origin, after + 1, origin.have, [from], { ack: true, sync: true }, chunksPerWish, outputs);
}

/** After a base: goes on with what came early. */
export function takeAhead(origin: Origin, deliver: (entry: Entry) => void): void {
  for (const n of origin.ahead.keys()) if (n <= (origin.have ?? 0)) origin.ahead.delete(n);
  for (;;) {
    const n = (origin.have ?? 0) + 1;
    const entry = origin.ahead.get(n);
    if (!entry) return;
    origin.ahead.delete(n);
    accept(origin, n, entry, deliver);
  }
}

/** Asks the neighbours for what they have and this transmitter has not, in case nothing else shows it. [T-23] */
export function repair({ network }: TransmitterState, now: number, outputs: Outputs): void {
  for (const origin of network.origins.values()) if (origin !== network.own) want(network, origin, now, outputs);
}

/** Drops entries that everybody has. [T-25] */
export function trimLogs({ network }: TransmitterState): void {
  for (const origin of network.origins.values()) {
    let known = Infinity;
    for (const member of network.members.values())
      if (member.isReachable && member.id !== origin.id)
        known = Math.min(known, member.have.get(origin.id) ?? Infinity);
    origin.log.trim(known);
  }
}

function accept(origin: Origin, n: number, entry: Entry, deliver: (entry: Entry) => void): void {
  origin.have = n;
  origin.events += eventsIn(entry);
  origin.log.push(n, entry);
  deliver(entry);
}

/** New events in an entry. */
function eventsIn(entry: Entry): number {
  if (entry.type === 'event') return entry.copy ? 0 : 1;
  return 'count' in entry ? entry.count : 0;
}

function tellHave({ id, have }: Origin, to: string, outputs: Outputs): void {
  if (have === undefined) return;
  outputs.push({ type: 'peer', to, frame: encodeFrame('M', networkCommands.acks, { have: { [id]: have } }) });
}

function sendEntries(
  origin: Origin,
  first: number,
  last: number,
  to: readonly string[],
  flags: { readonly ack: boolean; readonly sync: boolean },
  chunksMax: number,
  outputs: Outputs,
): void {
  let n = first;
  for (let chunk = 0; chunk < chunksMax && n <= last; chunk++) {
    const from = n;
    const entries: Entry[] = [];
    for (let bytes = 0; n <= last && entries.length < chunkEntriesMax && bytes < chunkBytesMax; n++) {
      const entry = origin.log.get(n);
      if (!entry) break;
      entries.push(entry);
      bytes += sizeOf(entry);
    }
    if (entries.length === 0) return;
    const payload: LogsPayload = { origin: origin.id, first: from, entries, ...flags };
    const frame = encodeFrame('M', networkCommands.logs, payload);
    for (const id of to) outputs.push({ type: 'peer', to: id, frame });
  }
}

function cellsOf(state: TransmitterState, origin: Origin): BaseCell[] {
  if (origin === state.network.own)
    return Array.from(state.cells.values(), (cell) => ({
      id: cell.id,
      service: cell.service.name,
      capacity: cell.capacity,
      patterns: catchesOf(cell),
      tasks: [...cell.tasks.keys()],
    }));
  return Array.from(origin.roster.values(), ({ id, service, capacity, catches, cell }) => ({
    id,
    service,
    capacity,
    patterns: [...catches],
    tasks: [...(cell?.tasks.keys() ?? [])],
  }));
}
