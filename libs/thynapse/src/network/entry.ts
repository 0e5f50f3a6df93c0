/** Where a task is, or is to be: a cell and the transmitter that it is connected to. */
export interface Place {
  readonly cell: string;
  readonly via: string;
}

/** A task as it travels: `place` is absent while it waits for a cell. */
export interface TaskEntry {
  readonly service: string;
  readonly attempt: number;
  readonly failures: number;
  readonly place?: Place | undefined;
}

/** An event with what becomes of it. Whoever says this owns the event, unless there is no task. */
export interface EventEntry {
  readonly type: 'event';
  /** The frame `J EVNT {...}`. */
  readonly bytes: Uint8Array;
  readonly sender?: string | undefined;
  readonly wantsAnswer: boolean;
  /** What is open. */
  readonly tasks: readonly TaskEntry[];
  /** Services whose tasks have ended. */
  readonly ended: readonly string[];
  /** What they answered, where somebody wants to know and it is told again. */
  readonly answers: readonly Uint8Array[];
  /** It is published already where it should be: said again for who has no copy, or by a new owner. */
  readonly copy: boolean;
  /** Who owns the event from now on, where its owner leaves. */
  readonly heir?: string | undefined;
  /** The task that it answers, and so ends. */
  readonly ends?: TaskEnd | undefined;
}

/** New requests of one cell on one channel, each with what becomes of it: as good as an {@link EventEntry} for each. */
export interface RequestsEntry {
  readonly type: 'requests';
  /** The frame `R REQS`, as the cell sent it. */
  readonly bytes: Uint8Array;
  readonly count: number;
  /** For each service that handles them. */
  readonly tasks: readonly RequestTasks[];
}

/** One task of each request of a frame. */
export interface RequestTasks {
  readonly service: string;
  readonly places: readonly Place[];
  /** For each request: 0 while the task waits for a cell, else one more than the index of its place. */
  readonly chosen: readonly number[];
}

/** What one cell did, and answered: each ends the task of its service. */
export interface AnswersEntry {
  readonly type: 'answers';
  /** A frame `R RPLS`. */
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Where they are published. */
  readonly channel: string;
}

export interface TaskEnd {
  readonly id: string;
  readonly service: string;
  readonly outcome: 'done' | 'failed';
}

/**
 * What a transmitter tells all others: each of them hears everything that one says, once and in its order.
 *
 * @see docs/spec/thynapse.md
 */
export type Entry =
  | EventEntry
  | RequestsEntry
  | AnswersEntry
  | {
      readonly type: 'give';
      readonly id: string;
      readonly service: string;
      readonly attempt: number;
      readonly place: Place;
    }
  /** Events of one sender on one channel, the frame `R EVTS`: nobody handles them, and nobody confirms them. */
  | { readonly type: 'run'; readonly bytes: Uint8Array; readonly channel: string; readonly count: number }
  /** The cell has no room for the task that it was given with this attempt. */
  | {
      readonly type: 'back';
      readonly id: string;
      readonly service: string;
      readonly attempt: number;
      readonly cell: string;
    }
  | {
      readonly type: 'fail';
      readonly id: string;
      readonly service: string;
      readonly cell: string;
      readonly reason: string;
      readonly final: boolean;
    }
  /** A task is over, with its answers where they are known. */
  | ({ readonly type: 'end'; readonly answers: readonly Uint8Array[] } & TaskEnd)
  /** Whether the tasks are still open: who asks may have missed their ends. */
  | { readonly type: 'ask'; readonly id: string; readonly owner: string; readonly services: readonly string[] }
  | { readonly type: 'cell'; readonly id: string; readonly service: string; readonly capacity: number }
  | { readonly type: 'left'; readonly id: string }
  /** The cells that it has told of take no more tasks: it is to leave. */
  | { readonly type: 'pause' }
  | { readonly type: 'catch' | 'drop'; readonly cell: string; readonly pattern: string; readonly all: boolean };
