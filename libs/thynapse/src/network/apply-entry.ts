import { cellKey } from '../transmitter/cell-key.js';
import { failTask } from '../transmitter/task-endings.js';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import type { TransmitterState } from '../transmitter/transmitter-state.js';
import { feedCell, isOwn, placeTask, takeBack } from '../transmitter/transmitter-tasks.js';
import { answerAudit, answerOf, applyEnd, applyEvent, positionOf, sayEnded, taskOf } from './apply-event.js';
import { applyAnswers, applyRequests } from './apply-packed.js';
import { assign } from './assign-task.js';
import type { Entry } from './entry.js';
import { applyRoster } from './roster.js';

type Outputs = TransmitterOutput[];

/** What follows here from an entry of another transmitter, `from`. */
export function applyEntry(state: TransmitterState, from: string, entry: Entry, now: number, outputs: Outputs): void {
  switch (entry.type) {
    case 'event':
      applyEvent(state, from, entry, now, outputs);
      break;
    case 'requests':
      applyRequests(state, from, entry, now, outputs);
      break;
    case 'answers':
      applyAnswers(state, from, entry, outputs);
      break;
    case 'run': {
      const { channel, bytes, count } = entry;
      outputs.push({ type: 'publish-run', channel, frame: bytes, count, at: positionOf(state, from) });
      break;
    }
    case 'give': {
      const { id, service, attempt, place } = entry;
      const task = taskOf(state, id, service);
      if (task) assign(state, task, { service, attempt, failures: task.failures, place }, outputs);
      else if (place.via === state.options.id) sayEnded(state, id, service);
      break;
    }
    case 'back':
    case 'fail': {
      const task = taskOf(state, entry.id, entry.service);
      const cell = task?.service.cells.get(cellKey(entry.cell, from));
      if (!task || !cell || task.cell !== cell) break;
      // It has been given again since.
      if (entry.type === 'back' && entry.attempt < task.attempt) break;
      takeBack(task, cell);
      if (entry.type === 'fail') {
        const { reason, final } = entry;
        failTask(state, task, { cell, reason, final }, now, outputs);
      } else if (isOwn(state, task)) placeTask(state, task, outputs);
      feedCell(state, cell, outputs);
      break;
    }
    case 'end':
      applyEnd(state, entry, entry.answers.map(answerOf), outputs);
      break;
    case 'ask':
      if (entry.owner === state.options.id) answerAudit(state, entry.id, entry.services);
      break;
    default:
      applyRoster(state, from, entry, now, outputs);
  }
}
