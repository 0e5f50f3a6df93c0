import { encodeFrame } from '@syncytium/codec';
import type { Cell, TransmitterState } from '../transmitter/transmitter-state.js';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import { pauseCell } from '../transmitter/transmitter-tasks.js';
import { commands } from '../wire/wire.js';
import { append } from './disseminate.js';
import { eventEntry } from './event-entry.js';
import { confirmWhenKnown } from './hold.js';
import type { Member } from './network-state.js';
import { heirKey, yieldTo } from './ownership.js';
import { rendezvous } from './rendezvous.js';

type Outputs = TransmitterOutput[];

/** Its cells are given nothing more, as soon as there are others who can be. [T-70] */
function pause(state: TransmitterState, outputs: Outputs): void {
  if (state.drain || reachable(state).length === 0) return;
  append(state, { type: 'pause' });
  state.drain = { n: state.network.own.have ?? 0, until: undefined, going: [] };
  for (const cell of state.cells.values()) pauseCell(state, cell, outputs);
}

/** At the end of every step of a transmitter that is to leave; what is not urgent, with every tick. */
export function goOnDraining(state: TransmitterState, isTick: boolean, outputs: Outputs): void {
  if (!state.draining) return;
  pause(state, outputs);
  handOver(state, outputs);
  dismissGoing(state, outputs);
  if (state.drain && !isTick) return;
  if (cellsAreFree(state)) for (const cell of state.cells.values()) askToGo(cell, outputs);
  if (state.isDrained || !isDone(state)) return;
  state.isDrained = true;
  outputs.push({ type: 'drained' });
}

/** A cell that was asked to go has said its last word here. [T-72] */
export function letGo({ drain }: TransmitterState, cell: Cell): void {
  cell.isGoing = true;
  drain?.going.push(cell);
}

/** Cells may go when everybody knows all that they said, and has copies of what is open. [T-72] */
function dismissGoing(state: TransmitterState, outputs: Outputs): void {
  if (!state.drain || ownCount(state) > 0) return;
  for (const cell of state.drain.going.splice(0))
    confirmWhenKnown(state, cell, encodeFrame(cell.encoding, commands.goodbye, {}), outputs);
}

/** Open events go to others, those with one key to the same one, in their order. [T-71] */
function handOver(state: TransmitterState, outputs: Outputs): void {
  const { network, options } = state;
  const heirs = heirsOf(state);
  if (heirs.length === 0) return;
  for (const accepted of [...(network.ownedBy.get(options.id) ?? [])]) {
    const heir = rendezvous(heirKey(accepted), heirs, (member) => member.id)?.id;
    if (heir === undefined) continue;
    append(state, { ...eventEntry(accepted, { own: options.id, copy: true }), heir });
    yieldTo(state, accepted, heir, outputs);
  }
}

/**
 * Who heard of the pause. One whose base came after it would part events with the same key, and is chosen only where there
 * is no other. Nobody, as long as there is one without a base: it may be given one that comes after what was handed over, and
 * would know nothing of that when its sender repeats it there.
 */
function heirsOf(state: TransmitterState): readonly Member[] {
  const { drain, options } = state;
  const hearing = reachable(state);
  if (!hearing.every(({ have }) => have.has(options.id))) return [];
  const before = hearing.filter(({ bases }) => (bases[options.id] ?? Infinity) <= (drain?.n ?? -1));
  return before.length > 0 ? before : hearing;
}

/** Nobody gives a task to an own cell any more, and what was given has arrived. [T-70] */
function cellsAreFree(state: TransmitterState): boolean {
  const { drain, network, options } = state;
  if (!drain) return false;
  return reachable(state).every(({ id, said }) => {
    const has = network.origins.get(id)?.have ?? -1;
    return (said[options.id] ?? -1) >= drain.n && has >= (said[id] ?? 0);
  });
}

function askToGo(cell: Cell, outputs: Outputs): void {
  if (cell.isSimple || cell.isAskedToGo || cell.tasks.size > 0) return;
  cell.isAskedToGo = true;
  outputs.push({ type: 'send', to: cell.peer, frame: encodeFrame(cell.encoding, commands.move, {}) });
}

/** All that it had is with others, and so are its cells. Alone, it has nothing left to do. [T-73] */
function isDone(state: TransmitterState): boolean {
  const { network, options, cells } = state;
  if (ownCount(state) > 0) return false;
  const others = reachable(state);
  if (others.length === 0) return true;
  const { drain } = state;
  if (!drain || ![...cells.values()].every((cell) => cell.isSimple || isElsewhere(cell))) return false;
  // What has been said until its cells were elsewhere; the others go on saying more.
  drain.until ??= others.map(({ id }) => ({ id, n: network.origins.get(id)?.have ?? 0 }));
  const until = [...drain.until, { id: options.id, n: network.own.have ?? 0 }];
  return others.every(({ said }) => until.every(({ id, n }) => (said[id] ?? 0) >= n));
}

/** How many open events belong to it. */
function ownCount({ network, options }: TransmitterState): number {
  return network.ownedBy.get(options.id)?.size ?? 0;
}

/** Another transmitter has the cell, with all that it catches. */
function isElsewhere({ id, isGoing, lanes, service }: Cell): boolean {
  if (!isGoing) return false;
  for (const other of service.cells.values())
    if (
      other.id === id &&
      other.via !== undefined &&
      !other.isPaused &&
      [...lanes].every((lane) => other.lanes.has(lane))
    )
      return true;
  return false;
}

function reachable({ network }: TransmitterState): Member[] {
  return [...network.members.values()].filter(({ isReachable }) => isReachable);
}
