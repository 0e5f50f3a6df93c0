import { encodeFrame, jsonText } from '@syncytium/codec';
import { SyncytiumError } from '@syncytium/kit';
import type { ThynapseEvent } from '../wire/event.js';
import type { Fields } from '../wire/fields.js';
import { checkDataText, checkFrameBytes } from '../wire/payload-size.js';
import type { Requests } from '../wire/requests.js';
import { answerChannelLengthMax, commands, payloadDepthMax } from '../wire/wire.js';
import { doneFrame } from './cell-packing.js';
import { frameOf, say } from './cell-saying.js';
import { changePattern, notePacked } from './cell-sending.js';
import type { CellInput, CellOutput, CellState, TaskEvent } from './cell-state.js';

type Outputs = CellOutput[];

export function take(state: CellState, fields: Fields, now: number, outputs: Outputs): void {
  const id = fields.thid('id');
  fields.text('channel', answerChannelLengthMax);
  const attempt = fields.optionalInteger('attempt', 1, Number.MAX_SAFE_INTEGER) ?? 1;
  if (isNews(state, id, now, outputs)) begin(state, { ...(fields.all as unknown as ThynapseEvent), attempt }, outputs);
}

export function takeWork(state: CellState, work: Requests, now: number, outputs: Outputs): void {
  const { channel, from, at, timeout } = work;
  for (const [i, id] of work.ids.entries()) {
    if (!isNews(state, id, now, outputs)) continue;
    let data: unknown;
    try {
      data = work.value(i);
    } catch (error) {
      if (!(error instanceof SyncytiumError)) throw error;
      // Nobody on its way has looked at it.
      state.working.set(id, true);
      fail(state, { re: id, message: error.message, final: true }, now, outputs);
      continue;
    }
    const [seq, attempt] = [work.seqOf(i), work.attemptOf(i)];
    begin(state, { id, channel, data, from, seq, at, confirm: true, answer: true, timeout, attempt }, outputs);
  }
}

/** A task that is none for this cell: it works on it, or has done it and says so again. */
function isNews(state: CellState, id: string, now: number, outputs: Outputs): boolean {
  if (state.working.has(id)) return false;
  const known = state.answers.find(id);
  if (known) tellAnswer(state, id, state.options.encoding === 'J' ? known.toString() : known, now, outputs);
  return !known;
}

function begin(state: CellState, event: TaskEvent, outputs: Outputs): void {
  state.working.set(event.id, true);
  outputs.push({ type: 'task', event });
}

export function succeed(state: CellState, re: string, data: unknown, now: number, outputs: Outputs): void {
  if (!state.working.has(re)) return;
  const { encoding } = state.options;
  let answered: Uint8Array | string;
  if (encoding === 'J') {
    answered = data === undefined ? '' : jsonText(data, { depthMax: payloadDepthMax - 1 });
    checkDataText(answered);
  } else {
    const done = data === undefined ? { re } : { re, data };
    answered = encodeFrame(encoding, commands.done, done, { depthMax: payloadDepthMax });
    checkFrameBytes(answered.length);
  }
  state.working.delete(re);
  state.answers.add(re, answered);
  tellAnswer(state, re, answered, now, outputs);
  tellDrained(state, outputs);
}

/** A failure may be tried again, by this cell too: it is not kept. */
export function fail(
  state: CellState,
  { re, message, final }: Omit<Extract<CellInput, { type: 'fail' }>, 'type'>,
  now: number,
  outputs: Outputs,
): void {
  if (!state.working.delete(re)) return;
  say(state, frameOf(state, commands.fail, { re, message, ...(final && { final }) }), now, outputs);
  tellDrained(state, outputs);
}

/** The data of an answer as JSON, empty for none, or its frame `DONE`. */
function tellAnswer(state: CellState, re: string, answered: Uint8Array | string, now: number, outputs: Outputs): void {
  if (typeof answered === 'string' && state.phase === 'welcome' && state.welcome?.packed) {
    const done = { id: re, text: answered };
    state.answering.push(done);
    notePacked(state, done, now, outputs);
    return;
  }
  const frame = typeof answered === 'string' ? doneFrame({ id: re, text: answered }) : answered;
  say(state, frame, now, outputs);
}

/** Drops all patterns: what comes until that is confirmed is handled as before. */
export function drain(state: CellState, now: number, outputs: Outputs): void {
  const { patterns, asked } = state;
  const draining = new Set<string>();
  state.draining = draining;
  for (const [type, dropped] of [
    ['drop', patterns],
    ['ignore', asked],
  ] as const)
    for (const pattern of [...dropped.keys()]) {
      const id = `d${draining.size}`;
      draining.add(id);
      changePattern(state, { type, pattern, id }, now, outputs);
    }
  if (state.phase === 'welcome') tellDrained(state, outputs);
  else giveUpConfirming(state, outputs);
}

/**
 * A transmitter that is lost gives this cell nothing more, and another one is not told of what it dropped: with no answer to
 * tell, it needs none.
 */
export function giveUpConfirming(state: CellState, outputs: Outputs): void {
  if (state.working.size > 0 || state.untold.length > 0) return;
  state.draining?.clear();
  tellDrained(state, outputs);
}

export function tellDrained(state: CellState, outputs: Outputs): void {
  if (state.draining?.size !== 0 || state.working.size > 0) return;
  state.draining = undefined;
  outputs.push({ type: 'drained' });
}
