import type { EncodingCode } from '@syncytium/codec';
import { ChurnMap, type Wait } from '@syncytium/kit';
import type { PeerId } from '@syncytium/transport';
import type { EventFrame } from '../wire/event.js';
import type { Link, LinkedList } from '../collections/linked-list.js';
import type { LinkedSet } from '../collections/linked-set.js';
import type { NetworkState } from '../network/network-state.js';
import { newNetwork } from '../network/new-network.js';
import type { AskedCell } from '../wire/cell-name.js';
import { OwnTime } from '../wire/own-time.js';
import type { GivenItem } from '../wire/requests.js';
import { EndedEvents } from './ended-events.js';
import type { OwnAnswerHead, PackedAnswer } from './packed-answer.js';
import { Takers } from './takers.js';
import type { TaskQueue } from './task-queue.js';
import type { TransmitterOptions } from './transmitter-options.js';

/** A cell: one of this transmitter's own, or one that another transmitter has told of. */
export interface Cell {
  readonly id: string;
  /** The other transmitter that it is connected to; `undefined` for an own cell. */
  readonly via: string | undefined;
  /** `service/` and the first digits of its id: how people see it. */
  readonly name: string;
  readonly service: Service;
  peer: PeerId;
  readonly encoding: EncodingCode;
  /** It understands batches; and requests and answers that are packed. */
  readonly batch: boolean;
  readonly packed: boolean;
  /** Itself, for what is asked of every cell; `undefined` as long as it answers no such thing. */
  solo: Service | undefined;
  /** Most tasks in flight at once. */
  readonly capacity: number;
  /** It said nothing of `capacity`, and may know no more than three commands. */
  readonly isSimple: boolean;
  /** It is given no more tasks, since its transmitter is to leave. */
  isPaused: boolean;
  /** It was asked to go to another transmitter; and it says nothing more on this line. */
  isAskedToGo: boolean;
  isGoing: boolean;
  readonly tasks: ChurnMap<string, Task>;
  /** Those of `tasks` that it has no room for: others gave them to it at the same time. */
  readonly parked: Set<Task>;
  readonly lanes: Set<Lane>;
  /** What it is to be sent at the end of the step. */
  readonly outgoing: Outgoing;
  /** What its last packed answers had in common. */
  answerHead: OwnAnswerHead | undefined;
  /** Tasks that it did. */
  done: number;
  heardMs: number;
  pingedMs: number;
}

/** What goes to a cell in one frame with others of its kind. */
export interface Outgoing {
  readonly work: GivenItem[];
  readonly replies: PackedAnswer[];
}

/** A service and one of the patterns that its cells catch. */
export interface Lane {
  readonly service: Service;
  readonly pattern: string;
  readonly cells: Set<Cell>;
  /** Those of the own `cells` that can take one more, the longest waiting first. */
  readonly free: LinkedSet<Cell>;
  /** Those of the cells elsewhere that can, as far as is known. */
  readonly freeElsewhere: Set<Cell>;
  /** Until when it is there without cells, since the last ones are on their way to another transmitter. */
  keptUntilMs: number;
}

/** Tasks that the same lanes could take. */
export interface Backlog {
  readonly lanes: readonly Lane[];
  /** Of their cells only this one, where the key of the tasks says so. */
  readonly cell: Cell | undefined;
  readonly tasks: TaskQueue;
}

export interface Service {
  readonly name: string;
  /** Its name alone, as a list. */
  readonly names: readonly string[];
  /** The only cell that it can have, where it stands for one. */
  readonly solo: AskedCell | undefined;
  readonly cells: Map<string, Cell>;
  readonly lanes: Map<string, Lane>;
  /** Tasks that wait for a cell, by the patterns of the lanes, or the cell, that could take them. */
  readonly backlogs: Map<string, Backlog>;
  /** The own tasks by their keys, the first of which is the one that may be done. */
  readonly chains: Map<string, LinkedSet<Task>>;
  /** All tasks of the service, waiting, resting or in flight. */
  readonly tasks: LinkedList<Task>;
  /** How many tasks were done, and how many were given up. */
  done: number;
  dead: number;
  /** Since when it has no cell, and those that it had can know that they are lost. */
  emptySinceMs: number;
}

/** An accepted event, for as long as a service has to handle it. */
export interface AcceptedEvent extends EventFrame {
  /** Cell that sent it, and whether it waits for the answer. */
  readonly sender: string | undefined;
  readonly wantsAnswer: boolean;
  /** The transmitter that decides what becomes of it. */
  owner: string;
  /** Its place among all open events of that one. */
  owned: Link<AcceptedEvent> | undefined;
  /** Number of the owner's last entry that told of it: who began later has no copy. `Infinity` where it told of none. */
  toldAt: number;
  /** The others know of it. */
  isLogged: boolean;
  isPublished: boolean;
  readonly openTasks: Task[];
  /** Services whose tasks have ended. */
  ended: readonly string[];
  /** Answers so far. */
  answers: readonly Answer[];
}

/** An answer: a frame `J EVNT {...}`. */
export interface Answer {
  readonly bytes: Uint8Array;
}

/** What is remembered of an event without open tasks. */
export interface EndedEvent {
  /** Services that had a task. */
  readonly services: readonly string[];
  readonly isPublished: boolean;
  /** The cell that wants the answers. */
  readonly asker: string | undefined;
  /** Who decided about its tasks, if there were any. */
  readonly owner: string | undefined;
}

/** One event that one service has to handle. */
export interface Task {
  readonly accepted: AcceptedEvent;
  readonly service: Service;
  /** Smaller is older. */
  readonly order: number;
  /** How often it was given to a cell. */
  attempt: number;
  failures: number;
  losses: number;
  /** The last attempt that an own cell failed, or had no room for; 0 for none. */
  returned: number;
  /** The cell that has it; `undefined` while it waits for one. */
  cell: Cell | undefined;
  /** Until when it rests after a failure; 0 when it does not. */
  restUntilMs: number;
  backlog: Backlog | undefined;
  /** Its place in the backlog, and among all tasks of its service, for as long as it is there. */
  queued: Link<Task> | undefined;
  listed: Link<Task> | undefined;
  /** It was told as `opened`. */
  isShown: boolean;
  /** What whoever runs the transmitter has opened for it then. */
  wait: Wait | undefined;
}

/** How often things happened since the start. */
export interface TransmitterCounts {
  events: number;
  repeats: number;
  tasks: number;
  attempts: number;
  done: number;
  failed: number;
  dead: number;
  refused: number;
  lost: number;
  missed: number;
  takeovers: number;
}

/** How far a transmitter is that is to leave. */
export interface Drain {
  /** Number of the own entry since which its cells are given nothing more. */
  readonly n: number;
  /** What all must know before it may go: for each of the others, up to which of its entries. */
  until: readonly { readonly id: string; readonly n: number }[] | undefined;
  /** Cells that have said their last word here, until they are let go. */
  going: Cell[];
}

/** Everything a transmitter knows. Made by {@link newTransmitter}, changed only by `step`. */
export interface TransmitterState {
  readonly options: TransmitterOptions;
  /** All times in milliseconds that it knows are of this. */
  readonly time: OwnTime;
  readonly cells: Map<string, Cell>;
  readonly cellOf: Map<PeerId, Cell>;
  readonly services: Map<string, Service>;
  readonly index: Takers;
  /** Lanes of single cells, for what is asked of every cell. */
  readonly askedIndex: Takers;
  /** Events with open tasks, by id. */
  readonly open: ChurnMap<string, AcceptedEvent>;
  readonly ended: EndedEvents;
  readonly resting: Set<Task>;
  /** Lanes without cells. */
  readonly keptLanes: Set<Lane>;
  /** Cells with something outgoing, each once. */
  readonly outgoing: Cell[];
  taskCount: number;
  order: number;
  idsGiven: number;
  congested: boolean;
  draining: boolean;
  /** How far that is, where there are others that go on. */
  drain: Drain | undefined;
  /** It was said that all is done. */
  isDrained: boolean;
  /** It has said goodbye, and says nothing more to other transmitters. */
  hasLeft: boolean;
  /** The other transmitters. */
  readonly network: NetworkState;
  readonly counts: TransmitterCounts;
}

export function newTransmitter(options: TransmitterOptions): TransmitterState {
  return {
    options,
    time: new OwnTime(),
    cells: new Map(),
    cellOf: new Map(),
    services: new Map(),
    index: new Takers(),
    askedIndex: new Takers(),
    open: new ChurnMap(),
    ended: new EndedEvents({ ...options, max: options.rememberedMax }),
    resting: new Set(),
    keptLanes: new Set(),
    outgoing: [],
    taskCount: 0,
    order: 0,
    idsGiven: 0,
    congested: false,
    draining: false,
    drain: undefined,
    isDrained: false,
    hasLeft: false,
    network: newNetwork(options.id, options.entriesKept, options.rememberedMax),
    counts: {
      events: 0,
      repeats: 0,
      tasks: 0,
      attempts: 0,
      done: 0,
      failed: 0,
      dead: 0,
      refused: 0,
      lost: 0,
      missed: 0,
      takeovers: 0,
    },
  };
}
