import type { PackedEvent } from '../transmitter/packed-event.js';
import type { Task } from '../transmitter/transmitter-state.js';
import { frameOf, type Requests } from '../wire/requests.js';
import type { EventEntry, Place, RequestsEntry, RequestTasks, TaskEntry } from './entry.js';

/** All requests of a frame, just accepted, as the transmitter `own` tells the others. */
export function requestsEntry({ bytes, count }: Requests, events: readonly PackedEvent[], own: string): RequestsEntry {
  // All of them have been given to the same services, in the same order.
  const tasks = events[0]?.openTasks.map((_, i) =>
    tasksTold(
      events.flatMap(({ openTasks }) => openTasks[i] ?? []),
      own,
    ),
  );
  return { type: 'requests', bytes, count, tasks: tasks ?? [] };
}

/** A task of one of the requests: it was given once, or waits for a cell. */
export function taskOfRequest({ service, places, chosen }: RequestTasks, index: number): TaskEntry {
  const place = places[(chosen[index] ?? 0) - 1];
  return { service, attempt: place ? 1 : 0, failures: 0, ...(place && { place }) };
}

/** One of the requests as an entry of its own. */
export function eventOfRequest({ tasks }: RequestsEntry, requests: Requests, index: number): EventEntry {
  return {
    type: 'event',
    bytes: frameOf(requests, index),
    sender: requests.from,
    wantsAnswer: true,
    tasks: tasks.map((told) => taskOfRequest(told, index)),
    ended: [],
    answers: [],
    copy: false,
  };
}

function tasksTold(tasks: readonly Task[], own: string): RequestTasks {
  const places: Place[] = [];
  const indices = new Map<Task['cell'], number>([[undefined, 0]]);
  const chosen = tasks.map(({ cell }) => {
    let index = indices.get(cell);
    if (cell && index === undefined) {
      index = places.push({ cell: cell.id, via: cell.via ?? own });
      indices.set(cell, index);
    }
    return index ?? 0;
  });
  return { service: tasks[0]?.service.name ?? '', places, chosen };
}
