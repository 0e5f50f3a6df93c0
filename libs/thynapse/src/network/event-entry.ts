import type { AcceptedEvent, Task } from '../transmitter/transmitter-state.js';
import type { EventEntry, TaskEnd, TaskEntry } from './entry.js';

/** An event as the transmitter `own` tells the others, with what has become of it so far. */
export function eventEntry(
  { bytes, sender, wantsAnswer, openTasks, ended, answers }: AcceptedEvent,
  { own, copy, ends }: { readonly own: string; readonly copy: boolean; readonly ends?: TaskEnd | undefined },
): EventEntry {
  return {
    type: 'event',
    bytes,
    ...(sender !== undefined && { sender }),
    wantsAnswer,
    tasks: Array.from(openTasks, (task) => taskEntry(task, own)),
    ended: [...ended],
    answers: copy ? answers.map((answer) => answer.bytes) : [],
    copy,
    ...(ends && { ends }),
  };
}

function taskEntry({ service, attempt, failures, cell }: Task, own: string): TaskEntry {
  const place = cell && { cell: cell.id, via: cell.via ?? own };
  return { service: service.name, attempt, failures, ...(place && { place }) };
}
