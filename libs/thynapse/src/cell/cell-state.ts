import type { EncodingCode } from '@syncytium/codec';
import { ChurnMap } from '@syncytium/kit';
import type { Message } from '@syncytium/transport';
import type { ThynapseEvent } from '../wire/event.js';
import type { DoneItem } from '../wire/answers.js';
import { OwnTime } from '../wire/own-time.js';
import type { RequestHead, RequestItem } from '../wire/requests.js';
import { GivenAnswers } from './given-answers.js';
import type { Gathering } from './gathering.js';

export interface CellOptions {
  /** Its THID. */
  readonly id: string;
  readonly service: string;
  /** The command socket of the transmitter that it goes to first. */
  readonly address: string;
  /** How long it waits for a line and a welcome before it goes to another transmitter that it has learned of. */
  readonly moveMs: number;
  /** Most tasks in flight at once. */
  readonly capacity: number;
  readonly encoding: Exclude<EncodingCode, 'R'>;
  /** How long it waits for a welcome before it says hello again, in milliseconds. */
  readonly helloMs: number;
  /** Most commands that wait for a line or a confirmation. */
  readonly outstandingMax: number;
  /** How many answers it keeps, to repeat them when a task comes again. */
  readonly answersMax: number;
  /** Most bytes of them. */
  readonly answersBytesMax: number;
}

export const cellDefaults = {
  capacity: 16,
  encoding: 'J',
  helloMs: 2000,
  moveMs: 500,
  outstandingMax: 100_000,
  answersMax: 10_000,
  answersBytesMax: 64 * 1024 * 1024,
} as const satisfies Omit<CellOptions, 'id' | 'service' | 'address'>;

/** Starts and stops: catching a pattern, answering to it when every cell is asked, listening to it. */
export type PatternChange = 'catch' | 'drop' | 'answer' | 'ignore' | 'hear' | 'mute';

/** What happens to a cell. */
export type CellInput =
  /** The line to the transmitter stands. */
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected' }
  | { readonly type: 'message'; readonly message: Message }
  /** An event to send: a frame `EVNT` in the cell's encoding. */
  /** A request, which goes to the transmitter with others of its turn where that takes packed ones. */
  | { readonly type: 'request'; readonly request: CellRequest }
  /** The turn is over: what waits for others goes out. */
  | { readonly type: 'flush' }
  | {
      readonly type: 'emit';
      readonly id: string;
      readonly frame: Uint8Array;
      readonly confirm: boolean;
      readonly answer: boolean;
      /** Where the answers of all cells are put that are asked. */
      readonly gathering?: Gathering;
    }
  /** `id` is what the change is confirmed under. */
  | {
      readonly type: PatternChange;
      readonly pattern: string;
      readonly id: string;
    }
  /** Events came that it listens to; it has heard everything up to `positions` now. */
  | { readonly type: 'heard'; readonly positions: Readonly<Record<string, number>> }
  /** How a task ended. */
  | { readonly type: 'done'; readonly re: string; readonly data?: unknown }
  | { readonly type: 'fail'; readonly re: string; readonly message: string; readonly final: boolean }
  /** Nobody waits any more for what has this id. */
  | { readonly type: 'forget'; readonly id: string }
  /** It takes no more; what it has in hand it finishes. */
  | { readonly type: 'drain' }
  | { readonly type: 'leave' }
  /** Time has passed; wanted several times per heartbeat. */
  | { readonly type: 'tick' };

/** What a cell wants done, or wants known, in this order. */
export type CellOutput =
  | { readonly type: 'send'; readonly frame: Uint8Array }
  | { readonly type: 'welcomed'; readonly welcome: Welcome }
  /** The transmitter is gone, or as good as gone. */
  | { readonly type: 'lost'; readonly why: string; readonly address: string | undefined }
  /** Nothing is in hand, and nothing more will come. */
  | { readonly type: 'drained' }
  /** The line is dead though it stands: make it anew. */
  | { readonly type: 'reconnect' }
  /** Give up the line, and make one to this transmitter. */
  | { readonly type: 'move'; readonly from: string; readonly to: string }
  | { readonly type: 'task'; readonly event: TaskEvent }
  /** What was to be confirmed is accepted; `services` handle it, where the transmitter can tell. */
  | { readonly type: 'confirmed'; readonly id: string; readonly services: readonly string[] | undefined }
  | { readonly type: 'answered'; readonly id: string; readonly answer: CellReply }
  /** All cells that were asked have answered, or never will. */
  | { readonly type: 'gathered'; readonly id: string }
  /** So many events that it listens to were dropped, since it did not keep up. */
  | { readonly type: 'missed'; readonly count: number }
  | { readonly type: 'refused'; readonly id: string; readonly code: string; readonly message: string }
  /** The transmitter does not want this cell now. */
  | { readonly type: 'unwelcome'; readonly code: string; readonly message: string }
  /** An `ERRR` that belongs to nothing in particular. */
  | { readonly type: 'error'; readonly code: string; readonly message: string };

/** What a transmitter says of itself. */
export interface Welcome {
  readonly id: string;
  /** Address of its event socket. */
  readonly pub: string;
  readonly heartbeatMs: number;
  /** It understands batches and runs; and requests and answers that are packed. */
  readonly batch: boolean;
  readonly packed: boolean;
}

/** What became of a request. */
export type CellReply =
  | { readonly outcome: 'success'; readonly data: unknown }
  | { readonly outcome: 'failure'; readonly service: string; readonly reason: string };

/** A request to whichever cell handles it. */
export interface CellRequest extends RequestHead, RequestItem {}

/** An event that is this cell's to handle. */
export interface TaskEvent extends ThynapseEvent {
  readonly attempt: number;
}

/** Something sent, or to be sent, whose end is not known yet. */
export interface Outstanding {
  /** What is sent: a frame, or a request that may go with others. */
  readonly said: Uint8Array | CellRequest;
  /** It is an event, and no change of a pattern. */
  readonly isEvent: boolean;
  /** It leaves the table when it has been confirmed; answered; or, with neither, sent. */
  readonly needsConfirmation: boolean;
  readonly needsAnswer: boolean;
  /** It needs the answers of all who are asked. */
  readonly gathering: Gathering | undefined;
  isConfirmed: boolean;
  /** The ids of all requests that went in the same frame, this one's included. */
  together: readonly string[] | undefined;
}

/**
 * `waiting`: no line, or no welcome on it yet. `welcome`: at work. `moving`: the transmitter wants it to go, and it waits
 * for the word that all it said is known. `left`: it has said goodbye and does nothing more.
 */
export type CellPhase = 'waiting' | 'welcome' | 'moving' | 'left';

/** Everything a cell knows. Made by {@link newCell}, changed only by `stepCell`. */
export interface CellState {
  readonly options: CellOptions;
  /** All times in milliseconds that it knows are of this. */
  readonly time: OwnTime;
  phase: CellPhase;
  connected: boolean;
  /** It was welcomed before, so the next hello resumes. */
  wasWelcome: boolean;
  welcome: Welcome | undefined;
  /** The command socket of that transmitter. */
  welcomedAt: string | undefined;
  /** Command sockets that it knows: first the one that it uses, then the others in the order in which it tries them. */
  addresses: readonly string[];
  /** Since when it has had no transmitter. */
  lostMs: number;
  /** Patterns it catches, each with the id of its last change. */
  readonly patterns: Map<string, string>;
  /** Patterns of what it answers when every cell is asked, in the same way. */
  readonly asked: Map<string, string>;
  /** Patterns it listens to, in the same way. */
  readonly heard: Map<string, string>;
  /** Up to which event of each transmitter it has heard everything. */
  readonly positions: Map<string, number>;
  readonly outstanding: ChurnMap<string, Outstanding>;
  /** Those that a restarted transmitter is not told before others have come back to it as well. */
  kept: { readonly ids: string[]; readonly untilMs: number } | undefined;
  /** Ids of tasks it is working on. */
  readonly working: ChurnMap<string, true>;
  /** It is to take no more: the changes of patterns that are not confirmed yet. */
  draining: Set<string> | undefined;
  /** What it answered last: the data as JSON, or in another encoding than JSON the frames `DONE`. */
  readonly answers: GivenAnswers;
  /** Answers given while nobody could be told. */
  untold: Uint8Array[];
  /** Requests and answers that go out at the end of the turn, or sooner when they fill a frame. */
  readonly asking: CellRequest[];
  readonly answering: DoneItem[];
  /** Of the data of both, about, in bytes. */
  packedLength: number;
  heardMs: number;
  saidMs: number;
  pingedMs: number;
}

/** Something waits for the end of the turn. */
export function hasPacked({ asking, answering }: CellState): boolean {
  return asking.length > 0 || answering.length > 0;
}

export function newCell(options: CellOptions): CellState {
  return {
    options,
    time: new OwnTime(),
    phase: 'waiting',
    connected: false,
    wasWelcome: false,
    welcome: undefined,
    welcomedAt: undefined,
    addresses: [options.address],
    lostMs: 0,
    patterns: new Map(),
    asked: new Map(),
    heard: new Map(),
    positions: new Map(),
    outstanding: new ChurnMap(),
    kept: undefined,
    working: new ChurnMap(),
    draining: undefined,
    answers: new GivenAnswers({ max: options.answersMax, bytesMax: options.answersBytesMax }),
    untold: [],
    asking: [],
    answering: [],
    packedLength: 0,
    heardMs: 0,
    saidMs: 0,
    pingedMs: 0,
  };
}
