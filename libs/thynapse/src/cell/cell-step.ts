import { decodeFrame, encodeFrame, type Frame } from '@syncytium/codec';
import { SyncytiumError } from '@syncytium/kit';
import { unpackFrames } from '../wire/batch.js';
import type { CellInput, CellOutput, CellState, Outstanding } from './cell-state.js';
import type { ThynapseEvent } from '../wire/event.js';
import { Fields } from '../wire/fields.js';
import { checkFrameBytes } from '../wire/payload-size.js';
import type { AskedCell } from '../wire/cell-name.js';
import type { Gathering } from './gathering.js';
import {
  askedMode,
  channelLengthMax,
  commands,
  heartbeatsUntilLost,
  payloadBytesMax,
  payloadDepthMax,
} from '../wire/wire.js';

type Outputs = CellOutput[];

/** Most transmitters whose events it counts. */
const positionsMax = 1000;

/** Most other transmitters that a cell keeps in mind. */
const addressesMax = 32;

/**
 * What a cell does with one input at one time: it changes `state` and says what is to be sent and known. Without
 * sockets, clock and randomness, like its counterpart, the transmitter's `step`.
 *
 * @see docs/spec/thynapse.md
 */
export function stepCell(state: CellState, input: CellInput, now: number): CellOutput[] {
  const outputs: Outputs = [];
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
      answer(state, input.re, commands.done, input.data === undefined ? {} : { data: input.data }, now, outputs);
      break;
    case 'fail': {
      const final = input.final ? { final: true } : {};
      answer(state, input.re, commands.fail, { message: input.message, ...final }, now, outputs);
      break;
    }
    case 'forget':
      state.outstanding.delete(input.id);
      break;
    case 'drain':
      drain(state, now, outputs);
      break;
    case 'leave':
      if (state.phase === 'welcome') send(state, frameOf(state, commands.goodbye, {}), now, outputs);
      state.phase = 'left';
      break;
    case 'tick':
      keepAlive(state, now, outputs);
      break;
  }
  return outputs;
}

function sayHello(state: CellState, now: number, outputs: Outputs): void {
  const { id, service, capacity } = state.options;
  const resume = state.wasWelcome ? { resume: true } : {};
  send(state, frameOf(state, commands.hello, { id, service, capacity, batch: true, ...resume }), now, outputs);
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
      settle(state, fields.text('re', channelLengthMax), fields.all, outputs);
      break;
    }
    case commands.event: {
      const event = new Fields(frame).all as unknown as ThynapseEvent;
      const id = event.re ?? '';
      const outstanding = state.outstanding.get(id);
      if (outstanding?.gathering)
        gather(state, id, outstanding.gathering, () => outstanding.gathering?.add(event), outputs);
      else if (outstanding?.needsAnswer) {
        state.outstanding.delete(id);
        outputs.push({ type: 'answered', id, event });
      }
      break;
    }
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
  const welcome = { id: fields.thid('id'), pub: fields.text('pub', channelLengthMax), heartbeatMs, batch };
  state.phase = 'welcome';
  state.wasWelcome = true;
  state.welcome = welcome;
  learn(state, fields);
  outputs.push({ type: 'welcomed', welcome });
  for (const type of ['catch', 'answer'] as const) {
    const { command, patterns, mode } = changes(state)[type];
    for (const [pattern, id] of patterns)
      if (!state.outstanding.has(id)) send(state, frameOf(state, command, { pattern, ...mode }), now, outputs);
  }
  hearAgain(state, now, outputs);
  for (const frame of state.untold.splice(0)) send(state, frame, now, outputs);
  for (const [id, outstanding] of state.outstanding) pass(state, id, outstanding, now, outputs);
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

function take(state: CellState, fields: Fields, now: number, outputs: Outputs): void {
  const id = fields.thid('id');
  fields.text('channel', channelLengthMax);
  const attempt = fields.optionalInteger('attempt', 1, Number.MAX_SAFE_INTEGER) ?? 1;
  if (state.working.has(id)) return;
  const answered = state.answers.get(id);
  if (answered) {
    send(state, answered, now, outputs);
    return;
  }
  state.working.add(id);
  outputs.push({ type: 'task', event: { ...(fields.all as unknown as ThynapseEvent), attempt } });
}

function settle(state: CellState, id: string, { services, cells }: Fields['all'], outputs: Outputs): void {
  const outstanding = state.outstanding.get(id);
  if (!outstanding) return;
  const { gathering, needsAnswer } = outstanding;
  outstanding.isConfirmed = true;
  if (!needsAnswer) state.outstanding.delete(id);
  const known = Array.isArray(services) ? services.filter((service) => typeof service === 'string') : undefined;
  outputs.push({ type: 'confirmed', id, services: known });
  state.draining?.delete(id);
  tellDrained(state, outputs);
  if (gathering) gather(state, id, gathering, () => gathering.expect(askedCells(cells)), outputs);
}

/** Something came of what all are asked for; perhaps all. */
function gather(state: CellState, id: string, gathering: Gathering, put: () => void, outputs: Outputs): void {
  put();
  if (gathering.isComplete && state.outstanding.delete(id)) outputs.push({ type: 'gathered', id });
}

function askedCells(cells: unknown): AskedCell[] {
  if (!Array.isArray(cells)) return [];
  return (cells as (Partial<AskedCell> | null)[]).filter(
    (cell): cell is AskedCell => typeof cell?.id === 'string' && typeof cell.service === 'string',
  );
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

function changePattern(
  state: CellState,
  { type, pattern, id }: Extract<CellInput, { pattern: string }>,
  now: number,
  outputs: Outputs,
): void {
  const { command, patterns, starts, mode } = changes(state)[type];
  if (starts) patterns.set(pattern, id);
  else patterns.delete(pattern);
  const frame = frameOf(state, command, { pattern, ...mode, id, confirm: true });
  submit(state, id, frame, { confirm: true, answer: false }, now, outputs);
}

/** How each change is said, and what of this cell it changes. */
function changes({ patterns, asked, heard }: CellState) {
  const mode = { mode: askedMode };
  return {
    catch: { command: commands.catch, patterns, starts: true, mode: {} },
    drop: { command: commands.drop, patterns, starts: false, mode: {} },
    answer: { command: commands.catch, patterns: asked, starts: true, mode },
    ignore: { command: commands.drop, patterns: asked, starts: false, mode },
    hear: { command: commands.hear, patterns: heard, starts: true, mode: {} },
    mute: { command: commands.mute, patterns: heard, starts: false, mode: {} },
  } as const;
}

function submit(
  state: CellState,
  id: string,
  frame: Uint8Array,
  { confirm, answer, gathering }: Pick<Extract<CellInput, { type: 'emit' }>, 'confirm' | 'answer' | 'gathering'>,
  now: number,
  outputs: Outputs,
): void {
  const { outstandingMax } = state.options;
  if (state.outstanding.size >= outstandingMax) {
    const message = `a cell waits for at most ${outstandingMax} confirmations and answers at once`;
    outputs.push({ type: 'refused', id, code: 'busy', message });
    return;
  }
  const outstanding = { frame, needsConfirmation: confirm, needsAnswer: answer, gathering, isConfirmed: false };
  state.outstanding.set(id, outstanding);
  if (state.phase === 'welcome') pass(state, id, outstanding, now, outputs);
}

function pass(state: CellState, id: string, outstanding: Outstanding, now: number, outputs: Outputs): void {
  send(state, outstanding.frame, now, outputs);
  if (!outstanding.needsConfirmation && !outstanding.needsAnswer) state.outstanding.delete(id);
}

function answer(
  state: CellState,
  re: string,
  command: string,
  facts: Readonly<Record<string, unknown>>,
  now: number,
  outputs: Outputs,
): void {
  if (!state.working.has(re)) return;
  const frame = encodeFrame(state.options.encoding, command, { re, ...facts }, { depthMax: payloadDepthMax });
  checkFrameBytes(frame.length);
  state.working.delete(re);
  // A failure may be tried again, by this cell too: only what was done is done for good.
  if (command === commands.done) state.answers.set(re, frame);
  if (state.phase === 'welcome') send(state, frame, now, outputs);
  else state.untold.push(frame);
  tellDrained(state, outputs);
}

/** Drops all patterns: what comes until that is confirmed is handled as before. */
function drain(state: CellState, now: number, outputs: Outputs): void {
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
  tellDrained(state, outputs);
}

function tellDrained(state: CellState, outputs: Outputs): void {
  if (state.draining?.size !== 0 || state.working.size > 0) return;
  state.draining = undefined;
  outputs.push({ type: 'drained' });
}

function keepAlive(state: CellState, now: number, outputs: Outputs): void {
  const isHomeless = state.phase === 'waiting' || state.phase === 'moving';
  if (isHomeless && state.addresses.length > 1 && now - state.lostMs >= state.options.moveMs) {
    lose(state, 'the transmitter does not let this cell go', now, outputs);
    move(state, now, outputs);
    return;
  }
  if (!state.connected) return;
  const heartbeatMs = state.welcome?.heartbeatMs ?? state.options.helloMs;
  if (now - state.heardMs >= heartbeatsUntilLost * heartbeatMs) {
    state.connected = false;
    lose(state, 'the transmitter is silent', now, outputs);
    outputs.push({ type: 'reconnect' });
  } else if (state.phase === 'waiting' && now - state.saidMs >= state.options.helloMs) {
    sayHello(state, now, outputs);
  } else if (state.phase === 'welcome') {
    const isQuiet = now - state.saidMs >= heartbeatMs || now - state.heardMs >= heartbeatMs;
    if (!isQuiet || now - state.pingedMs < heartbeatMs) return;
    state.pingedMs = now;
    send(state, frameOf(state, commands.ping, {}), now, outputs);
  }
}

/** To the next transmitter that it knows, if there is one; it comes back to this one after all others. [T-61] */
function move(state: CellState, now: number, outputs: Outputs): void {
  const [former, address, ...others] = state.addresses;
  state.lostMs = now;
  if (former === undefined || address === undefined) return;
  state.addresses = [address, ...others, former];
  state.connected = false;
  outputs.push({ type: 'move', from: former, to: address });
}

/** What a transmitter says of others: where to go when it is lost. [T-60] */
function learn(state: CellState, { all }: Fields): void {
  const { peers } = all;
  if (!Array.isArray(peers)) return;
  const told = peers.filter((peer): peer is string => typeof peer === 'string');
  const [current, ...older] = state.addresses;
  // Those that are not named any more may be there again when all others are gone.
  state.addresses = [...new Set([...(current === undefined ? [] : [current]), ...told, ...older])].slice(
    0,
    addressesMax,
  );
}

function lose(state: CellState, why: string, now: number, outputs: Outputs): void {
  if (state.phase !== 'welcome' && state.phase !== 'moving') return;
  state.phase = 'waiting';
  state.lostMs = now;
  outputs.push({ type: 'lost', why });
}

function send(state: CellState, frame: Uint8Array, now: number, outputs: Outputs): void {
  state.saidMs = now;
  outputs.push({ type: 'send', frame });
}

function frameOf(state: CellState, command: string, payload: unknown): Uint8Array {
  return encodeFrame(state.options.encoding, command, payload);
}
