import { makeReplies } from '../wire/answers.js';
import type { PackedItem } from '../wire/packed.js';
import { groupsOf } from '../wire/packed-groups.js';
import { makeWork, type GivenItem } from '../wire/requests.js';
import type { PackedAnswer } from './packed-answer.js';
import type { PackedEvent } from './packed-event.js';
import type { Cell, TransmitterState } from './transmitter-state.js';
import type { TransmitterOutput } from './transmitter-output.js';

/** A cell is to handle a request; it is told at the end of the step, together with others. */
export function give({ outgoing }: TransmitterState, cell: Cell, event: PackedEvent, attempt: number): void {
  cell.outgoing.work.push({ packed: event.requests, index: event.index, attempt });
  outgoing.add(cell);
}

/** The answer to a request of a cell, which is told in the same way. */
export function reply({ outgoing }: TransmitterState, cell: Cell, answer: PackedAnswer): void {
  cell.outgoing.replies.push(answer);
  outgoing.add(cell);
}

/** At the end of a step: what cells are to be told that takes packed frames. */
export function packOutgoing({ outgoing }: TransmitterState, outputs: TransmitterOutput[]): void {
  if (outgoing.size === 0) return;
  for (const cell of outgoing) {
    const { work, replies } = cell.outgoing;
    const send = (frame: Uint8Array): void => void outputs.push({ type: 'send', to: cell.peer, frame });
    for (const group of groupsOf(work, sizeOf, areOfOneFrame)) send(makeWork(group[0].packed, group));
    for (const group of groupsOf(replies, sizeOf, areOfOneCell)) send(makeReplies(group[0].head, group));
    work.length = replies.length = 0;
  }
  outgoing.clear();
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
