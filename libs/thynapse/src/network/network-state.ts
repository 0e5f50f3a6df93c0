import type { Cell, AcceptedEvent } from '../transmitter/transmitter-state.js';
import type { LinkedList } from '../collections/linked-list.js';
import type { AnsweredTasks } from './answered-tasks.js';
import type { EntryLog } from './entry-log.js';
import type { Catches } from './catches.js';
import type { Entry } from './entry.js';
import type { Joining } from './joining.js';

/** Another transmitter, as far as it is known. */
export interface Member {
  readonly id: string;
  /** Addresses of its event and command sockets. */
  pub: string;
  command: string;
  /** Counts what it said of itself. */
  version: number;
  /** Whom it hears. */
  neighbours: ReadonlySet<string>;
  /** How far it has everybody's entries. */
  have: Map<string, number>;
  /** The same, exactly as it last said it of itself. */
  said: Readonly<Record<string, number>>;
  /** With which entry of everybody it began, as it last said. */
  bases: Readonly<Record<string, number>>;
  isReachable: boolean;
  /** Since when it is not. */
  goneMs: number;
}

/** A transmitter that is heard directly. */
export interface Neighbour {
  readonly id: string;
  heardMs: number;
  /** Its line broke, and nothing was heard since. */
  brokenMs: number | undefined;
}

/** A cell of another transmitter. */
export interface RosterCell {
  readonly id: string;
  readonly service: string;
  readonly capacity: number;
  /** By pattern: whether it catches events with it, and what is asked of every cell. */
  readonly catches: Catches;
  /** While its transmitter can be reached. */
  cell: Cell | undefined;
}

/** One transmitter's entries, as far as they are known here. */
export interface Origin {
  readonly id: string;
  /** Number of the last entry; all before it are known as well. `undefined`: not even a base. */
  have: number | undefined;
  /** How many events it has accepted, as far as its entries are known. */
  events: number;
  /** What was not told entry by entry, up to this one. */
  base: number | undefined;
  readonly log: EntryLog;
  /** Entries that came before their turn. */
  readonly ahead: Map<number, Entry>;
  readonly roster: Map<string, RosterCell>;
  /** The cells take no more tasks. */
  isPaused: boolean;
  /** When something was last asked for. */
  wantedMs: number;
}

/** Somebody is to be told something when enough others know what it is about. */
export interface Held {
  /** Number of the own entry that must be known. */
  readonly n: number;
  /** To the cell with this id, wherever its line is then. */
  readonly cell: string;
  readonly frame: Uint8Array;
}

/** What a transmitter knows of the others. */
export interface NetworkState {
  readonly members: Map<string, Member>;
  readonly neighbours: Map<string, Neighbour>;
  readonly origins: Map<string, Origin>;
  readonly own: Origin;
  /** Addresses of event sockets that it listens to. */
  readonly linked: Set<string>;
  /** Those of them that it was told to listen to, whoever is there. */
  readonly kept: Set<string>;
  /** Who listens to this transmitter, whether it is heard or not, with the address of its event socket. */
  readonly introduced: Map<string, string>;
  /** Until it knows what the others know. */
  joining: Joining | undefined;
  /** What each member said last, as it came. */
  readonly linkFrames: Map<string, Uint8Array>;
  /** Members that were given up, with the version they had. */
  readonly forgotten: Map<string, number>;
  /** For every origin, the neighbours that its entries are passed on to. */
  children: ReadonlyMap<string, readonly string[]>;
  version: number;
  saidMs: number;
  /** The others should hear of this transmitter soon. */
  mustSay: boolean;
  /** Own entries from this number on are not sent yet. */
  unsent: number;
  /** To be told when one other has a copy. */
  readonly untilCopied: Held[];
  /** To be told when all others know. */
  readonly untilKnown: Held[];
  /** Open events by the transmitter that decides about them. */
  readonly ownedBy: Map<string, LinkedList<AcceptedEvent>>;
  /** Tasks whose answers were published. */
  readonly answered: AnsweredTasks;
  /** When to ask whether what others own is still open. */
  audits: number[];
  /** Own events that newcomers have no copy of yet. */
  uncopied: AcceptedEvent[];
}
