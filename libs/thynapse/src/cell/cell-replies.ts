import { SyncytiumError } from '@syncytium/kit';
import type { Replies } from '../wire/answers.js';
import type { AskedCell } from '../wire/cell-name.js';
import type { ThynapseEvent } from '../wire/event.js';
import type { Fields } from '../wire/fields.js';
import { answerSuffixes } from '../wire/wire.js';
import type { CellOutput, CellReply, CellState } from './cell-state.js';
import { tellDrained } from './cell-tasks.js';
import type { Gathering } from './gathering.js';

type Outputs = CellOutput[];

export function settle(state: CellState, id: string, { services, cells }: Fields['all'], outputs: Outputs): void {
  const outstanding = state.outstanding.get(id);
  if (!outstanding) return;
  const { gathering, needsAnswer } = outstanding;
  outstanding.isConfirmed = true;
  if (!needsAnswer) state.outstanding.delete(id);
  const known = Array.isArray(services) ? services.filter((service) => typeof service === 'string') : undefined;
  outputs.push({ type: 'confirmed', id, services: known });
  state.draining?.delete(id);
  tellDrained(state, outputs);
  if (gathering) gather(state, id, gathering, () => gathering.expect(askedCells(cells)), outputs);
}

export function hearAnswer(state: CellState, event: ThynapseEvent, outputs: Outputs): void {
  const { re: id = '' } = event;
  const outstanding = state.outstanding.get(id);
  const { gathering } = outstanding ?? {};
  if (gathering) gather(state, id, gathering, () => gathering.add(event), outputs);
  else if (outstanding?.needsAnswer) {
    state.outstanding.delete(id);
    outputs.push({ type: 'answered', id, answer: replyOf(event) });
  }
}

export function hearReplies(state: CellState, replies: Replies, outputs: Outputs): void {
  const { service, from } = replies;
  for (const [i, id] of replies.ids.entries()) {
    const outstanding = state.outstanding.get(id);
    if (!outstanding?.needsAnswer) continue;
    const { gathering } = outstanding;
    if (gathering) {
      const answer = { cell: from, service, data: replies.value(i) };
      gather(state, id, gathering, () => gathering.addAnswer(answer), outputs);
      continue;
    }
    state.outstanding.delete(id);
    outputs.push({ type: 'answered', id, answer: readReply(replies, i) });
  }
}

function replyOf({ channel, data, ...rest }: ThynapseEvent): CellReply {
  if (channel.endsWith(answerSuffixes.success)) return { outcome: 'success', data };
  const { service, message } = rest;
  const reason = typeof message === 'string' ? message : 'no reason given';
  return { outcome: 'failure', service: typeof service === 'string' ? service : 'a service', reason };
}

/** What the other cell said; that it is no JSON nobody on its way has seen. */
function readReply(replies: Replies, index: number): CellReply {
  try {
    return { outcome: 'success', data: replies.value(index) };
  } catch (error) {
    if (!(error instanceof SyncytiumError)) throw error;
    return { outcome: 'failure', service: replies.service, reason: error.message };
  }
}

/** Something came of what all are asked for; perhaps all. */
function gather(state: CellState, id: string, gathering: Gathering, put: () => void, outputs: Outputs): void {
  put();
  if (gathering.isComplete && state.outstanding.delete(id)) outputs.push({ type: 'gathered', id });
}

function askedCells(cells: unknown): AskedCell[] {
  if (!Array.isArray(cells)) return [];
  return (cells as (Partial<AskedCell> | null)[]).filter(
    (cell): cell is AskedCell => typeof cell?.id === 'string' && typeof cell.service === 'string',
  );
}
