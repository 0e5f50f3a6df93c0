import type { Cell, TransmitterState } from '../transmitter/transmitter-state.js';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import {
  addCellElsewhere,
  catchPattern,
  dropPattern,
  knownLostMs,
  removeCell,
  type Catch,
} from '../transmitter/transmitter-cells.js';
import { reassign } from '../transmitter/task-endings.js';
import { dropTask, feedCell, isOwn, pauseCell, placeTask, takeBack } from '../transmitter/transmitter-tasks.js';
import { Catches } from './catches.js';
import type { Entry } from './entry.js';
import type { BasePayload } from './network-frames.js';
import type { Member, Origin, RosterCell } from './network-state.js';

type Outputs = TransmitterOutput[];
type RosterEntry = Extract<Entry, { type: 'cell' | 'left' | 'pause' | 'catch' | 'drop' }>;

/** A transmitter tells of its cells. */
export function applyRoster(
  state: TransmitterState,
  from: string,
  entry: RosterEntry,
  now: number,
  outputs: Outputs,
): void {
  const origin = state.network.origins.get(from);
  if (!origin) return;
  if (entry.type === 'cell') {
    const { id, service, capacity } = entry;
    const cell: RosterCell = { id, service, capacity, catches: new Catches(), cell: undefined };
    origin.roster.set(id, cell);
    if (state.network.members.get(from)?.isReachable) enter(state, from, cell, now, outputs);
    return;
  }
  if (entry.type === 'pause') {
    origin.isPaused = true;
    for (const { cell } of origin.roster.values()) if (cell) pauseCell(state, cell, outputs);
    return;
  }
  const cell = origin.roster.get(entry.type === 'left' ? entry.id : entry.cell);
  if (!cell) return;
  switch (entry.type) {
    case 'left':
      origin.roster.delete(cell.id);
      quit(state, cell, now, outputs);
      forgetGoing(state, cell.id, now, outputs);
      break;
    case 'catch':
      cell.catches.add(entry);
      if (cell.cell) startCatching(state, cell.cell, entry, outputs);
      break;
    case 'drop':
      cell.catches.delete(entry);
      if (cell.cell) dropPattern(state, cell.cell, entry, outputs);
      break;
  }
}

/** A transmitter can be reached: so can its cells. */
export function enterAll(state: TransmitterState, { id }: Member, now: number, outputs: Outputs): void {
  for (const cell of state.network.origins.get(id)?.roster.values() ?? []) enter(state, id, cell, now, outputs);
}

/**
 * A transmitter cannot be reached: what its cells had goes to others. That it is silent they find out in their time, and
 * only then look for another one; what they catch is waited for meanwhile. [T-50] [T-48] [T-54]
 */
export function quitAll(state: TransmitterState, { id }: Member, now: number, outputs: Outputs): void {
  const knownMs = knownLostMs(state, now);
  const keptUntilMs = knownLostMs(state, knownMs);
  for (const cell of state.network.origins.get(id)?.roster.values() ?? [])
    quit(state, cell, knownMs, outputs, keptUntilMs);
}

/**
 * What a transmitter's entries have come to. Where some are missed between, what they may have ended is not kept as if it
 * were open: who decides about it tells. Returns the number of entries missed. [T-24]
 */
export function applyBase(
  state: TransmitterState,
  origin: Origin,
  { n, events, cells, isPaused }: BasePayload,
  now: number,
  outputs: Outputs,
): number {
  const { id } = origin;
  const missed = origin.have === undefined ? 0 : n - origin.have;
  origin.have = n;
  origin.base = n;
  origin.events = events;
  outputs.push({ type: 'unknown', at: { origin: id, n: events } });
  origin.isPaused = isPaused;
  origin.log.clear();
  const kept = new Map(cells.map((cell) => [cell.id, new Set(cell.tasks)]));
  const open = [...state.open.values()].flatMap(({ openTasks }) => [...openTasks]);
  const doubtful = open.filter(({ accepted, cell }) => {
    if (accepted.owner === id) return true;
    return cell?.via === id && kept.get(cell.id)?.has(accepted.event.id) !== true;
  });
  for (const task of doubtful) {
    if (task.cell?.via !== undefined) takeBack(task, task.cell);
    if (isOwn(state, task)) placeTask(state, task, outputs);
    // An own cell that has it answers all the same; its answer is told to everybody.
    else if (!task.cell) dropTask(state, task);
  }
  for (const cell of origin.roster.values()) quit(state, cell, now, outputs);
  origin.roster.clear();
  const isReachable = state.network.members.get(id)?.isReachable === true;
  for (const { id: cellId, service, capacity, patterns } of cells) {
    const cell: RosterCell = { id: cellId, service, capacity, catches: new Catches(patterns), cell: undefined };
    origin.roster.set(cellId, cell);
    if (isReachable) enter(state, id, cell, now, outputs);
  }
  return missed;
}

function enter(state: TransmitterState, via: string, rosterCell: RosterCell, now: number, outputs: Outputs): void {
  if (rosterCell.cell) return;
  const { id, service, capacity, catches } = rosterCell;
  rosterCell.cell = addCellElsewhere(state, via, { id, service, capacity }, now);
  if (state.network.origins.get(via)?.isPaused) pauseCell(state, rosterCell.cell, outputs);
  for (const caught of catches) startCatching(state, rosterCell.cell, caught, outputs);
}

function startCatching(state: TransmitterState, cell: Cell, caught: Catch, outputs: Outputs): void {
  catchPattern(state, cell, caught, outputs);
  feedCell(state, cell, outputs);
}

/** A cell that was let go, came elsewhere, and has ended there. [T-73] */
function forgetGoing(state: TransmitterState, id: string, now: number, outputs: Outputs): void {
  const cell = state.cells.get(id);
  if (cell?.isGoing) reassign(state, removeCell(state, cell, now, outputs), outputs);
}

function quit(
  state: TransmitterState,
  rosterCell: RosterCell,
  now: number,
  outputs: Outputs,
  keptUntilMs?: number,
): void {
  const { cell } = rosterCell;
  if (!cell) return;
  rosterCell.cell = undefined;
  reassign(state, removeCell(state, cell, now, outputs, keptUntilMs), outputs);
}
