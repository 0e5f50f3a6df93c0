import { makeReplies } from '../wire/answers.js';
import type { PackedItem } from '../wire/packed.js';
import { groupsOf } from '../wire/packed-groups.js';
import { makeWork, type GivenItem } from '../wire/requests.js';
import type { PackedAnswer } from './packed-answer.js';
import type { PackedEvent } from './packed-event.js';
import type { Cell, Outgoing, TransmitterState } from './transmitter-state.js';
import type { TransmitterOutput } from './transmitter-output.js';

/** A cell is to handle a request; it is told at the end of the step, together with others. */
export function give(state: TransmitterState, cell: Cell, event: PackedEvent, attempt: number): void {
  outgoingOf(state, cell).work.push({ packed: event.requests, index: event.index, attempt });
}

/** The answer to a request of a cell, which is told in the same way. */
export function reply(state: TransmitterState, cell: Cell, answer: PackedAnswer): void {
  outgoingOf(state, cell).replies.push(answer);
}

/** At the end of a step: what cells are to be told that takes packed frames. */
export function packOutgoing({ outgoing }: TransmitterState, outputs: TransmitterOutput[]): void {
  for (const cell of outgoing) {
    const { work, replies } = cell.outgoing;
    const send = (frame: Uint8Array): void => void outputs.push({ type: 'send', to: cell.peer, frame });
    for (const group of groupsOf(work, sizeOf, areOfOneFrame)) send(makeWork(group[0].packed, group));
    for (const group of groupsOf(replies, sizeOf, areOfOneCell)) send(makeReplies(group[0].head, group));
    work.length = replies.length = 0;
  }
  outgoing.length = 0;
}

/** In a list and not in a set, which would make a table for each step that old ones keep from being collected. */
function outgoingOf({ outgoing: cells }: TransmitterState, cell: Cell): Outgoing {
  const { outgoing } = cell;
  if (outgoing.work.length === 0 && outgoing.replies.length === 0) cells.push(cell);
  return outgoing;
}

function areOfOneFrame(one: GivenItem, other: GivenItem): boolean {
  return one.packed === other.packed;
}

function areOfOneCell(one: PackedAnswer, other: PackedAnswer): boolean {
  const [{ head }, { head: otherHead }] = [one, other];
  return head === otherHead || (head.from === otherHead.from && head.service === otherHead.service);
}

function sizeOf({ packed, index }: PackedItem): number {
  return packed.size(index);
}
