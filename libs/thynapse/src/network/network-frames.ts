import { isThid, type Frame } from '@syncytium/codec';
import { FieldError } from '../errors.js';
import type { Catch } from '../transmitter/transmitter-cells.js';
import { answerChannelLengthMax, channelLengthMax, serviceLengthMax, thidLength } from '../wire/wire.js';
import type { Entry, EventEntry, Place, RequestTasks, TaskEnd, TaskEntry } from './entry.js';

/** Commands between transmitters, as they travel. */
export const networkCommands = {
  /** Who a transmitter is, whom it hears, and how far it has everybody's entries. Passed on to everybody. */
  link: 'LINK',
  /** Entries of one transmitter. */
  logs: 'LOGS',
  /** How far a neighbour's entries have come. */
  acks: 'ACKS',
  /** Asks for entries. */
  want: 'WANT',
  /** What a transmitter's entries have come to, for who has not got them. */
  base: 'BASE',
  goodbye: 'GBYE',
} as const;

export interface LinkPayload {
  readonly id: string;
  readonly pub: string;
  readonly command: string;
  readonly version: number;
  readonly neighbours: readonly string[];
  readonly have: Readonly<Record<string, number>>;
  /** Where it did not begin with the first entry but with what they had come to: up to which. */
  readonly base: Readonly<Record<string, number>>;
}

export interface LogsPayload {
  readonly origin: string;
  /** Number of the first of `entries`. */
  readonly first: number;
  readonly entries: readonly Entry[];
  /** Somebody waits to hear that a neighbour has them. */
  readonly ack: boolean;
  /** Somebody waits to hear that all have them. */
  readonly sync: boolean;
}

export interface AcksPayload {
  readonly have: Readonly<Record<string, number>>;
}

export interface WantPayload {
  readonly origin: string;
  /** Number of the last entry that is there already; absent where nothing is. */
  readonly after?: number | undefined;
}

export interface BaseCell {
  readonly id: string;
  readonly service: string;
  readonly capacity: number;
  readonly patterns: readonly Catch[];
  /** Ids of the events that it has in hand. */
  readonly tasks: readonly string[];
}

export interface BasePayload {
  readonly origin: string;
  readonly n: number;
  /** Events among the entries up to `n`. */
  readonly events: number;
  readonly cells: readonly BaseCell[];
  /** They take no more tasks. */
  readonly isPaused: boolean;
}

/** Reads the fields of a command of another transmitter, each with an error that names it. */
class Reader {
  readonly #command: string;
  readonly #all: Readonly<Record<string, unknown>>;

  constructor(command: string, value: unknown, name = 'payload') {
    this.#command = command;
    if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
      throw new FieldError(command, name, 'must be an object');
    this.#all = value as Record<string, unknown>;
  }

  text(name: string, lengthMax: number): string {
    const value = this.#all[name];
    if (typeof value === 'string' && value.length <= lengthMax) return value;
    throw this.bad(name, `must be a text of at most ${lengthMax} characters`);
  }

  id(name: string): string {
    const value = this.#all[name];
    if (typeof value === 'string' && isThid(value)) return value;
    throw this.bad(name, 'must be 40 lower-case hex digits');
  }

  count(name: string): number {
    const value = this.#all[name];
    if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
    throw this.bad(name, 'must be a whole number from 0 up');
  }

  flag(name: string): boolean {
    return this.#all[name] === true;
  }

  bytes(name: string): Uint8Array {
    const value = this.#all[name];
    if (value instanceof Uint8Array) return value;
    throw this.bad(name, 'must be bytes');
  }

  has(name: string): boolean {
    return this.#all[name] !== undefined && this.#all[name] !== null;
  }

  list<T>(name: string, read: (item: Reader) => T): T[] {
    return this.values(name).map((item) => read(new Reader(this.#command, item, name)));
  }

  one<T>(name: string, read: (item: Reader) => T): T {
    return read(new Reader(this.#command, this.#all[name], name));
  }

  values(name: string): unknown[] {
    const value: unknown = this.#all[name];
    if (Array.isArray(value)) return value as unknown[];
    throw this.bad(name, 'must be a list');
  }

  texts(name: string, lengthMax: number): string[] {
    const values = this.values(name);
    if (values.every((value): value is string => typeof value === 'string' && value.length <= lengthMax)) return values;
    throw this.bad(name, 'must be a list of texts');
  }

  counts(name: string): Record<string, number> {
    const value = this.#all[name];
    if (typeof value === 'object' && value !== null && Object.values(value).every((n) => Number.isSafeInteger(n)))
      return value as Record<string, number>;
    throw this.bad(name, 'must be whole numbers by id');
  }

  bad(name: string, problem: string): FieldError {
    return new FieldError(this.#command, name, problem);
  }
}

function readerOf(frame: Frame): Reader {
  return new Reader(frame.command, frame.decode());
}

const addressLengthMax = 1024;
const reasonLengthMax = 4096;
/** A service, or a single cell of one. */
const takerLengthMax = serviceLengthMax + 1 + thidLength;

export function readLink(frame: Frame): LinkPayload {
  const reader = readerOf(frame);
  return {
    id: reader.id('id'),
    pub: reader.text('pub', addressLengthMax),
    command: reader.text('command', addressLengthMax),
    version: reader.count('version'),
    neighbours: reader.texts('neighbours', addressLengthMax),
    have: reader.counts('have'),
    base: reader.counts('base'),
  };
}

export function readLogs(frame: Frame): LogsPayload {
  const reader = readerOf(frame);
  return {
    origin: reader.id('origin'),
    first: reader.count('first'),
    entries: reader.list('entries', readEntry),
    ack: reader.flag('ack'),
    sync: reader.flag('sync'),
  };
}

export function readAcks(frame: Frame): AcksPayload {
  return { have: readerOf(frame).counts('have') };
}

export function readWant(frame: Frame): WantPayload {
  const reader = readerOf(frame);
  return { origin: reader.id('origin'), ...(reader.has('after') && { after: reader.count('after') }) };
}

export function readBase(frame: Frame): BasePayload {
  const reader = readerOf(frame);
  return {
    origin: reader.id('origin'),
    n: reader.count('n'),
    events: reader.count('events'),
    isPaused: reader.flag('isPaused'),
    cells: reader.list('cells', (cell) => ({
      id: cell.id('id'),
      service: cell.text('service', serviceLengthMax),
      capacity: cell.count('capacity'),
      patterns: cell.list('patterns', readCatch),
      tasks: cell.texts('tasks', addressLengthMax),
    })),
  };
}

function readPlace(reader: Reader): Place {
  return { cell: reader.id('cell'), via: reader.id('via') };
}

function readCatch(reader: Reader): Catch {
  return { pattern: reader.text('pattern', channelLengthMax), all: reader.flag('all') };
}

function readEnd(reader: Reader): TaskEnd {
  return {
    id: reader.id('id'),
    service: reader.text('service', takerLengthMax),
    outcome: reader.text('outcome', 10) === 'done' ? 'done' : 'failed',
  };
}

function readTask(reader: Reader): TaskEntry {
  return {
    service: reader.text('service', takerLengthMax),
    attempt: reader.count('attempt'),
    failures: reader.count('failures'),
    ...(reader.has('place') && { place: reader.one('place', readPlace) }),
  };
}

function readRequestTasks(reader: Reader): RequestTasks {
  const places = reader.list('places', readPlace);
  const chosen = reader.values('chosen');
  const isChoice = (one: unknown): one is number =>
    Number.isSafeInteger(one) && Number(one) >= 0 && Number(one) <= places.length;
  if (!chosen.every(isChoice)) throw reader.bad('chosen', `must be whole numbers from 0 to ${places.length}`);
  return { service: reader.text('service', serviceLengthMax), places, chosen };
}

function readAnswers(reader: Reader): Uint8Array[] {
  return reader.values('answers').filter((answer) => answer instanceof Uint8Array);
}

function readEvent(reader: Reader): EventEntry {
  return {
    type: 'event',
    bytes: reader.bytes('bytes'),
    ...(reader.has('sender') && { sender: reader.id('sender') }),
    wantsAnswer: reader.flag('wantsAnswer'),
    tasks: reader.list('tasks', readTask),
    ended: reader.texts('ended', takerLengthMax),
    answers: readAnswers(reader),
    copy: reader.flag('copy'),
    ...(reader.has('heir') && { heir: reader.id('heir') }),
    ...(reader.has('ends') && { ends: reader.one('ends', readEnd) }),
  };
}

function readEntry(reader: Reader): Entry {
  const type = reader.text('type', 10);
  switch (type) {
    case 'event':
      return readEvent(reader);
    case 'give': {
      const { service, attempt } = {
        service: reader.text('service', takerLengthMax),
        attempt: reader.count('attempt'),
      };
      return { type, id: reader.id('id'), service, attempt, place: reader.one('place', readPlace) };
    }
    case 'requests':
      return {
        type,
        bytes: reader.bytes('bytes'),
        count: reader.count('count'),
        tasks: reader.list('tasks', readRequestTasks),
      };
    case 'answers':
      return {
        type,
        bytes: reader.bytes('bytes'),
        count: reader.count('count'),
        channel: reader.text('channel', answerChannelLengthMax),
      };
    case 'run':
      return {
        type,
        bytes: reader.bytes('bytes'),
        channel: reader.text('channel', channelLengthMax),
        count: reader.count('count'),
      };
    case 'back':
      return {
        type,
        id: reader.id('id'),
        service: reader.text('service', takerLengthMax),
        attempt: reader.count('attempt'),
        cell: reader.id('cell'),
      };
    case 'fail':
      return {
        type,
        id: reader.id('id'),
        service: reader.text('service', takerLengthMax),
        cell: reader.id('cell'),
        reason: reader.text('reason', reasonLengthMax),
        final: reader.flag('final'),
      };
    case 'end':
      return { type, ...readEnd(reader), answers: readAnswers(reader) };
    case 'ask':
      return {
        type,
        id: reader.id('id'),
        owner: reader.id('owner'),
        services: reader.texts('services', takerLengthMax),
      };
    case 'cell':
      return {
        type,
        id: reader.id('id'),
        service: reader.text('service', serviceLengthMax),
        capacity: reader.count('capacity'),
      };
    case 'pause':
      return { type };
    case 'left':
      return { type, id: reader.id('id') };
    case 'catch':
    case 'drop':
      return { type, cell: reader.id('cell'), ...readCatch(reader) };
    default:
      throw reader.bad('type', `must be that of an entry, got ${type}`);
  }
}
