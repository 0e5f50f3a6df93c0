import { decodeFrame, encodeFrame, type EncodingCode, type Frame } from '@syncytium/codec';
import { SyncytiumError, toWireError } from '@syncytium/kit';
import type { Message, PeerId } from '@syncytium/transport';
import { unpackFrames } from '../wire/batch.js';
import { checkService } from '../wire/channel.js';
import { ProtocolError } from '../errors.js';
import { Fields } from '../wire/fields.js';
import { parsePattern } from '../patterns/pattern.js';
import { confirmWhenKnown } from '../network/hold.js';
import { goOnDraining, letGo } from '../network/drain.js';
import { elsewhere, otherCommands } from '../network/elsewhere.js';
import { dropEarly, holdEarly, startJoining, takeEarly, type Joining } from '../network/joining.js';
import { introducedBy, linkTo, meet, miss } from '../network/membership.js';
import { networkCommands } from '../network/network-frames.js';
import { flushNetwork, receivePeer, tickNetwork } from '../network/step-network.js';
import {
  addCell,
  catchPattern,
  dropKeptLanes,
  dropPattern,
  moveCell,
  removeCell,
  type Catch,
} from './transmitter-cells.js';
import { packOutgoing } from './packing.js';
import { receiveAnswer, replaceTasks, wakeTasks } from './task-endings.js';
import { receiveDones } from './transmitter-dones.js';
import { okay, receiveEvent } from './transmitter-events.js';
import { changeHearing } from './transmitter-hearing.js';
import { receiveRequests } from './transmitter-requests.js';
import { receiveRun } from './transmitter-runs.js';
import { feedCell } from './transmitter-tasks.js';
import type { Cell, TransmitterState } from './transmitter-state.js';
import type { TransmitterInput } from './transmitter-input.js';
import type { TransmitterOutput } from './transmitter-output.js';
import { channelLengthMax, commands, heartbeatsUntilLost, serviceLengthMax, syncPrefix } from '../wire/wire.js';

type Outputs = TransmitterOutput[];

/** Most commands in one message. */
const framesMax = 10_000;

/** Most events in flight that a cell may ask for. */
const capacityMax = 1_000_000;

/**
 * What a transmitter does with one input at one time: it changes `state` and says what is to be sent. It has no sockets,
 * no clock and no randomness; the same inputs at the same times always give the same outputs.
 *
 * @param clockMs milliseconds of any monotonic clock
 * @see docs/spec/thynapse.md
 */
export function step(state: TransmitterState, input: TransmitterInput, clockMs: number): TransmitterOutput[] {
  const outputs: Outputs = [];
  // Cells are refused; another transmitter that heard it again would take it for one that is there.
  if (state.hasLeft && input.type !== 'message') return outputs;
  const now = state.time.run(clockMs, state.options.heartbeatMs);
  switch (input.type) {
    case 'message':
      if (state.network.joining) hold(state.network.joining, input, outputs);
      else receive(state, input.from, input.message, now, outputs);
      break;
    case 'gone': {
      if (state.network.joining) dropEarly(state.network.joining, input.peer);
      const cell = state.cellOf.get(input.peer);
      // Who goes in good order is kept until it has come to another transmitter.
      if (cell && !cell.isGoing) lose(state, cell, now, outputs);
      break;
    }
    case 'subscribed':
      greetSubscriber(state, input.topic, now, outputs);
      break;
    case 'unsubscribed': {
      const peer = introducedBy(Buffer.from(input.topic).toString('utf8'));
      if (peer) miss(state, peer.id, now);
      break;
    }
    case 'join':
      state.network.kept.add(input.address);
      startJoining(state, now);
      linkTo(state, input.address, outputs);
      break;
    case 'peer':
      receivePeer(state, input.from, input.message, now, outputs);
      break;
    case 'peer-gone':
      miss(state, input.peer, now);
      break;
    case 'congested':
      state.congested = input.congested;
      break;
    case 'tick':
      wakeTasks(state, now, outputs);
      dropKeptLanes(state, now, outputs);
      tickNetwork(state, now, outputs);
      checkHeartbeats(state, now, outputs);
      break;
    case 'drain':
      state.draining = true;
      break;
    case 'leave':
      state.draining = true;
      for (const { peer, encoding } of state.cells.values())
        outputs.push({ type: 'send', to: peer, frame: encodeFrame(encoding, commands.goodbye, {}) });
      flushNetwork(state, now, outputs);
      for (const to of state.network.neighbours.keys())
        outputs.push({ type: 'peer', to, frame: encodeFrame('M', networkCommands.goodbye, {}) });
      state.hasLeft = true;
      state.drain = undefined;
      break;
  }
  for (const { from, message } of takeEarly(state, now)) receive(state, from, message, now, outputs);
  packOutgoing(state, outputs);
  if (state.hasLeft) return outputs;
  goOnDraining(state, input.type === 'tick', outputs);
  flushNetwork(state, now, outputs);
  return outputs;
}

function hold(joining: Joining, input: Extract<TransmitterInput, { type: 'message' }>, outputs: Outputs): void {
  try {
    holdEarly(joining, input);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    refuse(input.from, 'J', undefined, error, outputs);
  }
}

/** Every frame of a message is a command of its own; one that is wrong harms no other. */
function receive(state: TransmitterState, from: PeerId, message: Message, now: number, outputs: Outputs): void {
  const known = state.cellOf.get(from);
  if (known) known.heardMs = now;
  if (message.length > framesMax) {
    const error = new ProtocolError('busy', `a message has at most ${framesMax} commands, got ${message.length}`);
    refuse(from, known?.encoding ?? 'J', undefined, error, outputs);
    return;
  }
  for (const bytes of message) receiveFrame(state, from, bytes, now, outputs);
}

function receiveFrame(state: TransmitterState, from: PeerId, bytes: Uint8Array, now: number, outputs: Outputs): void {
  let frame: Frame | undefined;
  try {
    frame = decodeFrame(bytes);
    obey(state, from, frame, now, outputs);
  } catch (error) {
    if (!(error instanceof SyncytiumError)) throw error;
    state.counts.refused++;
    const encoding = state.cellOf.get(from)?.encoding ?? (frame?.encoding.code === 'M' ? 'M' : 'J');
    refuse(from, encoding, frame, error, outputs);
  }
}

function obey(state: TransmitterState, from: PeerId, frame: Frame, now: number, outputs: Outputs): void {
  if (frame.command === commands.hello) {
    hello(state, from, frame, now, outputs);
    return;
  }
  const cell = state.cellOf.get(from);
  if (!cell) throw new ProtocolError('hello_first', `${frame.command} came before HELO`);
  switch (frame.command) {
    case commands.event:
      receiveEvent(state, cell, frame, outputs);
      break;
    case commands.catch:
    case commands.drop: {
      const fields = new Fields(frame);
      const confirmId = fields.confirmId();
      // The cell says it again where it goes, and is confirmed there.
      if (state.drain) break;
      const caught = { pattern: fields.text('pattern', channelLengthMax), all: fields.isAsked() };
      if (frame.command === commands.drop) dropPattern(state, cell, caught, outputs);
      else startCatching(state, cell, caught, outputs);
      if (confirmId !== undefined) confirmWhenKnown(state, cell, okay(cell, confirmId, {}), outputs);
      break;
    }
    case commands.requests:
      for (const bytes of receiveRequests(state, cell, frame, outputs)) receiveFrame(state, from, bytes, now, outputs);
      break;
    case commands.dones:
      receiveDones(state, cell, frame, outputs);
      break;
    case commands.run:
      receiveRun(state, cell, frame, outputs);
      break;
    case commands.batch:
      for (const bytes of unpackFrames(frame)) receiveFrame(state, from, bytes, now, outputs);
      break;
    case commands.hear:
    case commands.mute:
      changeHearing(state, cell, frame, outputs);
      break;
    case commands.took:
      outputs.push({ type: 'took', peer: from, bytes: new Fields(frame).integer('bytes', 0, Number.MAX_SAFE_INTEGER) });
      break;
    case commands.done:
    case commands.fail:
      receiveAnswer(state, cell, frame, now, outputs);
      break;
    case commands.ping:
      outputs.push({ type: 'send', to: from, frame: encodeFrame(cell.encoding, commands.pong, elsewhere(state)) });
      break;
    case commands.pong:
      break;
    case commands.goodbye:
      if (cell.isAskedToGo && new Fields(frame).flag('resume')) {
        letGo(state, cell);
        break;
      }
      leave(state, cell, now, outputs);
      // Nobody needs to wait for it to come back.
      if (cell.solo) cell.solo.emptySinceMs = -Infinity;
      break;
    default:
      throw new ProtocolError('unknown_command', `a transmitter knows no command ${frame.command}`);
  }
}

function hello(state: TransmitterState, from: PeerId, frame: Frame, now: number, outputs: Outputs): void {
  const fields = new Fields(frame);
  const id = fields.thid('id');
  const service = fields.text('service', serviceLengthMax);
  checkService(service);
  if (state.draining) throw new ProtocolError('busy', 'the transmitter is leaving');
  const capacity = fields.optionalInteger('capacity', 1, capacityMax) ?? 1;
  const isSimple = fields.all['capacity'] === undefined;
  const resume = fields.flag('resume');
  const batch = fields.flag('batch');
  const encoding = frame.encoding.code;
  // What is packed is JSON.
  const packed = fields.flag('packed') && encoding === 'J';
  const there = state.cellOf.get(from);
  if (there && there.id !== id) leave(state, there, now, outputs);
  const former = state.cells.get(id);
  const same = former && resume && former.service.name === service && former.capacity === capacity;
  if (former && former.peer !== from) {
    const error = new ProtocolError('cell_replaced', 'a cell with the same id said HELO on another line');
    refuse(former.peer, former.encoding, undefined, error, outputs);
  }
  if (same && former.encoding === encoding && former.packed === packed) {
    former.heardMs = now;
    moveCell(state, former, from, outputs);
  } else {
    if (former) leave(state, former, now, outputs);
    makeRoom(state, now, outputs);
    addCell(state, from, { id, service, capacity, encoding, isSimple, batch, packed }, now);
  }
  const { id: own, pub, heartbeatMs } = state.options;
  const welcome = { id: own, pub, heartbeat: heartbeatMs, batch: true, packed: true, peers: otherCommands(state) };
  outputs.push({ type: 'send', to: from, frame: encodeFrame(encoding, commands.welcome, welcome) });
}

function startCatching(state: TransmitterState, cell: Cell, caught: Catch, outputs: Outputs): void {
  const { patternsPerCellMax } = state.options;
  const service = caught.all ? cell.solo : cell.service;
  const isNew = service?.lanes.get(parsePattern(caught.pattern).text)?.cells.has(cell) !== true;
  if (isNew && cell.lanes.size >= patternsPerCellMax)
    throw new ProtocolError('busy', `a cell catches at most ${patternsPerCellMax} patterns`, { patternsPerCellMax });
  catchPattern(state, cell, caught, outputs);
  feedCell(state, cell, outputs);
}

/** Where all places are taken, a cell that catches nothing and has been silent for long gives way. */
function makeRoom(state: TransmitterState, now: number, outputs: Outputs): void {
  const { cellsMax, heartbeatMs } = state.options;
  if (state.cells.size < cellsMax) return;
  let silent: Cell | undefined;
  for (const cell of state.cells.values())
    if (cell.lanes.size === 0 && cell.heardMs < (silent?.heardMs ?? now - heartbeatsUntilLost * heartbeatMs))
      silent = cell;
  if (!silent) throw new ProtocolError('busy', `a transmitter has at most ${cellsMax} cells`, { cellsMax });
  leave(state, silent, now, outputs);
}

/**
 * A cell that catches must show that it lives; one that only listens or sends may be as silent as it likes, but is not waited
 * for when it was to go to another transmitter and is not seen there: it may have ended. [T-73]
 */
function checkHeartbeats(state: TransmitterState, now: number, outputs: Outputs): void {
  const { heartbeatMs } = state.options;
  for (const cell of state.cells.values()) {
    if (cell.lanes.size === 0 && cell.tasks.size === 0 && !cell.isGoing) continue;
    const silentMs = now - cell.heardMs;
    if (silentMs >= heartbeatsUntilLost * heartbeatMs) {
      lose(state, cell, now, outputs);
    } else if (silentMs >= heartbeatMs && now - cell.pingedMs >= heartbeatMs) {
      cell.pingedMs = now;
      outputs.push({ type: 'send', to: cell.peer, frame: encodeFrame(cell.encoding, commands.ping, elsewhere(state)) });
    }
  }
}

function lose(state: TransmitterState, cell: Cell, now: number, outputs: Outputs): void {
  if (!cell.isGoing) state.counts.lost++;
  leave(state, cell, now, outputs);
}

/** What the cell had is given to others. */
function leave(state: TransmitterState, cell: Cell, now: number, outputs: Outputs): void {
  replaceTasks(state, removeCell(state, cell, now, outputs), outputs);
}

/**
 * Who subscribes to a topic of this kind wants to know that its subscriptions are in force; or it is another transmitter.
 */
function greetSubscriber(state: TransmitterState, topic: Uint8Array, now: number, outputs: Outputs): void {
  const channel = Buffer.from(topic).toString('utf8');
  const peer = introducedBy(channel);
  if (peer) meet(state, peer, now, outputs);
  if (!channel.startsWith(syncPrefix) || channel.length > channelLengthMax) return;
  outputs.push({ type: 'publish', channel, frame: encodeFrame('J', commands.event, { channel }) });
}

function refuse(
  to: PeerId,
  encoding: EncodingCode,
  frame: Frame | undefined,
  error: SyncytiumError,
  outputs: Outputs,
): void {
  const { code, message } = toWireError(error);
  const re = frame && idOf(frame);
  const payload = { code, message, ...(re !== undefined && { re }) };
  outputs.push({ type: 'send', to, frame: encodeFrame(encoding, commands.error, payload) });
}

/** The id in a refused frame, where one can be made out, so that its sender knows what was refused. */
function idOf(frame: Frame): string | undefined {
  try {
    return new Fields(frame).optionalText('id', channelLengthMax);
  } catch {
    return undefined;
  }
}
