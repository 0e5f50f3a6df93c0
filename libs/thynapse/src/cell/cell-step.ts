import { decodeFrame, type Frame } from '@syncytium/codec';
import { SyncytiumError } from '@syncytium/kit';
import { Replies } from '../wire/answers.js';
import { unpackFrames } from '../wire/batch.js';
import type { ThynapseEvent } from '../wire/event.js';
import { Fields } from '../wire/fields.js';
import { Requests } from '../wire/requests.js';
import { channelLengthMax, commands, payloadBytesMax } from '../wire/wire.js';
import { heartbeatOf, keepAlive, learn, lose, move, sayHello } from './cell-line.js';
import { hearAnswer, hearReplies, settle } from './cell-replies.js';
import { frameOf, send } from './cell-saying.js';
import { changePattern, changes, flushPacked, pass, submit } from './cell-sending.js';
import { drain, fail, succeed, take, takeWork } from './cell-tasks.js';
import { isRestarted, keepEvents, sayKept } from './homecoming.js';
import type { CellInput, CellOutput, CellState } from './cell-state.js';

type Outputs = CellOutput[];

/** Most transmitters whose events it counts. */
const positionsMax = 1000;

/**
 * What a cell does with one input at one time: it changes `state` and says what is to be sent and known. Without
 * sockets, clock and randomness, like its counterpart, the transmitter's `step`.
 *
 * @param clockMs milliseconds of any monotonic clock
 * @see docs/spec/thynapse.md
 */
export function stepCell(state: CellState, input: CellInput, clockMs: number): CellOutput[] {
  const outputs: Outputs = [];
  const now = state.time.run(clockMs, heartbeatOf(state));
  if (state.phase === 'left') return outputs;
  switch (input.type) {
    case 'connected':
      state.connected = true;
      state.heardMs = now;
      sayHello(state, now, outputs);
      break;
    case 'disconnected':
      state.connected = false;
      lose(state, 'the line to the transmitter broke', now, outputs);
      break;
    case 'message':
      state.heardMs = now;
      for (const bytes of input.message) receive(state, bytes, now, outputs);
      break;
    case 'emit':
      submit(state, input.id, input.frame, input, now, outputs);
      break;
    case 'request':
      submit(state, input.request.id, input.request, { confirm: true, answer: true }, now, outputs);
      break;
    case 'flush':
      flushPacked(state, now, outputs);
      break;
    case 'heard':
      state.heardMs = now;
      noteHeard(state, input.positions);
      break;
    case 'catch':
    case 'drop':
    case 'answer':
    case 'ignore':
    case 'hear':
    case 'mute':
      changePattern(state, input, now, outputs);
      break;
    case 'done':
      succeed(state, input.re, input.data, now, outputs);
      break;
    case 'fail':
      fail(state, input, now, outputs);
      break;
    case 'forget':
      state.outstanding.delete(input.id);
      break;
    case 'drain':
      drain(state, now, outputs);
      break;
    case 'leave':
      sayKept(state, now, outputs);
      flushPacked(state, now, outputs);
      if (state.phase === 'welcome') send(state, frameOf(state, commands.goodbye, {}), now, outputs);
      state.phase = 'left';
      break;
    case 'tick':
      keepAlive(state, now, outputs);
      if (state.kept && now >= state.kept.untilMs) sayKept(state, now, outputs);
      break;
  }
  return outputs;
}

/** Whatever a transmitter says wrong is told, and harms nothing else. */
function receive(state: CellState, bytes: Uint8Array, now: number, outputs: Outputs): void {
  try {
    obey(state, decodeFrame(bytes), now, outputs);
  } catch (error) {
    if (!(error instanceof SyncytiumError)) throw error;
    outputs.push({ type: 'error', code: error.code, message: error.message });
  }
}

function obey(state: CellState, frame: Frame, now: number, outputs: Outputs): void {
  switch (frame.command) {
    case commands.welcome:
      enter(state, new Fields(frame), now, outputs);
      break;
    case commands.task:
      take(state, new Fields(frame), now, outputs);
      break;
    case commands.okay: {
      const fields = new Fields(frame);
      const id = fields.text('re', channelLengthMax);
      const isOfMany = fields.all['count'] !== undefined;
      for (const one of (isOfMany && state.outstanding.get(id)?.together) || [id])
        settle(state, one, fields.all, outputs);
      break;
    }
    case commands.event:
      hearAnswer(state, new Fields(frame).all as unknown as ThynapseEvent, outputs);
      break;
    case commands.work:
      takeWork(state, new Requests(frame), now, outputs);
      break;
    case commands.replies:
      hearReplies(state, new Replies(frame), outputs);
      break;
    case commands.batch:
      for (const bytes of unpackFrames(frame)) receive(state, bytes, now, outputs);
      break;
    case commands.lost: {
      const fields = new Fields(frame);
      outputs.push({ type: 'missed', count: fields.integer('count', 1, Number.MAX_SAFE_INTEGER) });
      // It is over with them: they are not asked for again. [T-64]
      noteHeard(state, fields.counts('positions'));
      break;
    }
    case commands.error:
      bear(state, new Fields(frame), now, outputs);
      break;
    case commands.ping:
      learn(state, new Fields(frame));
      send(state, frameOf(state, commands.pong, {}), now, outputs);
      break;
    case commands.pong:
      learn(state, new Fields(frame));
      break;
    case commands.move:
      if (state.phase !== 'welcome') break;
      flushPacked(state, now, outputs);
      send(state, frameOf(state, commands.goodbye, { resume: true }), now, outputs);
      state.phase = 'moving';
      state.lostMs = now;
      break;
    case commands.goodbye:
      lose(state, 'the transmitter is leaving', now, outputs);
      move(state, now, outputs);
      break;
    default:
      outputs.push({ type: 'error', code: 'unknown_command', message: `a cell knows no command ${frame.command}` });
  }
}

/** Welcome: patterns first, so that nothing is missed; then what nobody has heard yet, in its old order. */
function enter(state: CellState, fields: Fields, now: number, outputs: Outputs): void {
  const heartbeatMs = fields.optionalInteger('heartbeat', 1, 2 ** 31 - 1) ?? state.options.helloMs;
  const batch = fields.flag('batch');
  const packed = fields.flag('packed') && state.options.encoding === 'J';
  const welcome = { id: fields.thid('id'), pub: fields.text('pub', channelLengthMax), heartbeatMs, batch, packed };
  const restarted = isRestarted(state, welcome, fields);
  state.phase = 'welcome';
  state.wasWelcome = true;
  state.welcome = welcome;
  state.welcomedAt = state.addresses[0];
  state.kept = undefined;
  learn(state, fields);
  outputs.push({ type: 'welcomed', welcome });
  for (const type of ['catch', 'answer'] as const) {
    const { command, patterns, mode } = changes(state)[type];
    for (const [pattern, id] of patterns)
      if (!state.outstanding.has(id)) send(state, frameOf(state, command, { pattern, ...mode }), now, outputs);
  }
  hearAgain(state, now, outputs);
  for (const frame of state.untold.splice(0)) send(state, frame, now, outputs);
  if (restarted) keepEvents(state, now);
  for (const [id, outstanding] of state.outstanding)
    if (!restarted || !outstanding.isEvent) pass(state, id, outstanding, now, outputs);
}

/** Listens as before, and asks for what it missed meanwhile. [T-63] */
function hearAgain(state: CellState, now: number, outputs: Outputs): void {
  const patterns = [...state.heard].filter(([, id]) => !state.outstanding.has(id)).map(([pattern]) => pattern);
  if (patterns.length === 0) return;
  const since = Object.fromEntries(state.positions);
  send(state, frameOf(state, commands.hear, { patterns, since }), now, outputs);
}

/** Of transmitters that are gone for long, nothing more comes. */
function noteHeard({ positions }: CellState, until: Readonly<Record<string, number>>): void {
  for (const [origin, n] of Object.entries(until)) {
    const heard = Math.max(n, positions.get(origin) ?? 0);
    positions.delete(origin);
    positions.set(origin, heard);
  }
  for (const oldest of positions.keys()) {
    if (positions.size <= positionsMax) return;
    positions.delete(oldest);
  }
}

function bear(state: CellState, fields: Fields, now: number, outputs: Outputs): void {
  const code = fields.text('code', channelLengthMax);
  const message = fields.text('message', payloadBytesMax);
  const re = fields.optionalText('re', channelLengthMax);
  if (code === 'hello_first') {
    // A transmitter that was restarted does not know this cell any more; what it refused is sent again when it does.
    if (state.phase === 'welcome') {
      lose(state, 'the transmitter does not know this cell', now, outputs);
      sayHello(state, now, outputs);
    }
    return;
  }
  if (re === state.options.id) outputs.push({ type: 'unwelcome', code, message });
  else if (re !== undefined && state.outstanding.delete(re)) outputs.push({ type: 'refused', id: re, code, message });
  else outputs.push({ type: 'error', code, message });
}
