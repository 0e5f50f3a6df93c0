import { decodeFrame, type Frame } from '@syncytium/codec';
import { startsWith } from './batch.js';
import { checkChannel } from './channel.js';
import { ProtocolError } from '../errors.js';
import { jsonContents, makeEvent } from './event.js';
import { Fields } from './fields.js';
import { readRunData, runForms, writeRunData, type RunForm, type RunItem } from './run-data.js';
import { channelLengthMax, commands, runEventsMax } from './wire.js';

/** What the events of a run have in common; their `seq` count on from the first one's. */
export interface RunHead {
  readonly channel: string;
  /** THID of the cell that sent them. */
  readonly from: string;
  readonly seq: number;
  /** When they were sent, in milliseconds since 1970. */
  readonly at: number;
  readonly count: number;
  /** How the data travels. */
  readonly form: RunForm;
}

/** Between the head and the data. JSON on one line has none. */
const lineFeed = 0x0a;
const beginning = Buffer.from(`R ${commands.run} `, 'latin1');

/**
 * Unconfirmed events of one sender on one channel, one after the other: a frame `R EVTS`, the head as JSON, a line feed,
 * and the data of each. Who only passes it on reads the head.
 *
 * @param items each event's data in the form that the head tells
 * @see docs/spec/thynapse.md#runs
 */
export function makeRun(
  head: Omit<RunHead, 'count' | 'form'> & { readonly form?: RunForm },
  items: readonly RunItem['item'][],
): Uint8Array {
  const { channel, from, seq, at, form = 'json' } = head;
  const told = { channel, from, seq, at, count: items.length, ...(form !== 'json' && { form }) };
  return writeRunData(`R ${commands.run} ${JSON.stringify(told)}\n`, form, items);
}

export function isRun(bytes: Uint8Array): boolean {
  return startsWith(bytes, beginning);
}

/** Reads the head and leaves the data alone. Throws `FrameError` and {@link ProtocolError}. */
export function readRunHead(frame: Frame): RunHead {
  const { payload } = frame;
  const end = payload.indexOf(lineFeed);
  if (end < 0) throw new ProtocolError('bad_field', `payload of ${commands.run} has no line feed behind its head`);
  const fields = new Fields(decodeFrame(Buffer.concat([runHead, payload.subarray(0, end)])));
  const channel = fields.text('channel', channelLengthMax * 2);
  checkChannel(channel);
  return {
    channel,
    from: fields.thid('from'),
    seq: fields.integer('seq', 0, Number.MAX_SAFE_INTEGER),
    at: fields.integer('at', 0, Number.MAX_SAFE_INTEGER),
    count: fields.integer('count', 1, runEventsMax),
    form: fields.optionalOneOf('form', runForms) ?? 'json',
  };
}

/** The data of each event. Throws `DecodeError` and {@link ProtocolError}. */
export function dataOfRun({ payload }: Frame, { form, count }: RunHead): readonly unknown[] {
  return readRunData(payload.subarray(payload.indexOf(lineFeed) + 1), form, count);
}

/** The same events one by one, for those who take them so. */
export function expandRun(frame: Frame): Uint8Array[] {
  const head = readRunHead(frame);
  const { channel, from, at } = head;
  return dataOfRun(frame, head).map(
    (data, i) => makeEvent(jsonContents({ channel, data, from, seq: head.seq + i, at })).bytes,
  );
}

const runHead = Buffer.from(`J ${commands.run} `, 'latin1');
