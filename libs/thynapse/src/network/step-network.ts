import { decodeFrame } from '@syncytium/codec';
import { SyncytiumError } from '@syncytium/kit';
import type { Message } from '@syncytium/transport';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import type { TransmitterState } from '../transmitter/transmitter-state.js';
import { makeEvent } from '../wire/event.js';
import { lostChannel } from '../wire/wire.js';
import { applyEntry } from './apply-entry.js';
import { returnParked } from './assign-task.js';
import { receiveLogs, receiveWant, repair, sendUnsent, takeAhead, trimLogs } from './disseminate.js';
import { tellElsewhere } from './elsewhere.js';
import { settleHeld } from './hold.js';
import { copyAnew, dismiss, dropSilent, forgetGone, hear, reach, receiveLink, saySelf } from './membership.js';
import {
  networkCommands,
  readAcks,
  readBase,
  readLink,
  readLogs,
  readWant,
  type BasePayload,
} from './network-frames.js';
import type { Origin } from './network-state.js';
import { audit, copyOpen, takeOrphans } from './ownership.js';
import { applyBase, enterAll, quitAll } from './roster.js';

type Outputs = TransmitterOutput[];

/** So long after a base, what was on its way then has come. */
const heartbeatsUntilAudit = [2, 10];

/** Frames from another transmitter, each a command of its own; one that is wrong harms no other. */
export function receivePeer(
  state: TransmitterState,
  from: string,
  message: Message,
  now: number,
  outputs: Outputs,
): void {
  if (from === state.options.id) return;
  for (const bytes of message) {
    try {
      obeyPeer(state, from, bytes, now, outputs);
    } catch (error) {
      if (!(error instanceof SyncytiumError)) throw error;
      state.counts.refused++;
    }
  }
}

/** Who can be reached has changed, or may have. */
export function reachAnew(state: TransmitterState, now: number, outputs: Outputs): void {
  const { come, gone } = reach(state, now);
  for (const { id, command, isReachable } of [...come, ...gone])
    outputs.push({ type: 'reach', id, command, isReachable });
  for (const member of gone) quitAll(state, member, now, outputs);
  for (const member of come) enterAll(state, member, now, outputs);
  if (come.length > 0) {
    copyAnew(state);
    tellElsewhere(state, outputs);
  }
  settleHeld(state, outputs);
}

/** What time brings. */
export function tickNetwork(state: TransmitterState, now: number, outputs: Outputs): void {
  const { network, options } = state;
  if (network.linked.size === 0 && network.introduced.size === 0) return;
  if (dropSilent(state, now)) reachAnew(state, now, outputs);
  repair(state, now, outputs);
  copyOpen(state);
  takeOrphans(state, now, outputs);
  audit(state, now);
  returnParked(state, outputs);
  trimLogs(state);
  forgetGone(state, now, outputs);
  // Who listens and is not heard yet may not have been listening when it was last told.
  const isUnheard = [...network.introduced.keys()].some((id) => !network.neighbours.has(id));
  if (now - network.saidMs >= options.heartbeatMs / (isUnheard ? 10 : 1)) network.mustSay = true;
}

/** At the end of every step: what it has to tell others. */
export function flushNetwork(state: TransmitterState, now: number, outputs: Outputs): void {
  sendUnsent(state, outputs);
  if (state.network.mustSay) saySelf(state, now, outputs);
}

function obeyPeer(state: TransmitterState, from: string, bytes: Uint8Array, now: number, outputs: Outputs): void {
  const { network } = state;
  const frame = decodeFrame(bytes);
  if (frame.command === networkCommands.goodbye) {
    dismiss(state, from);
    reachAnew(state, now, outputs);
    return;
  }
  const isNew = hear(state, from, now, outputs);
  if (isNew) reachAnew(state, now, outputs);
  switch (frame.command) {
    case networkCommands.link: {
      if (receiveLink(state, from, readLink(frame), bytes, outputs)) reachAnew(state, now, outputs);
      settleHeld(state, outputs);
      break;
    }
    case networkCommands.logs: {
      const logs = readLogs(frame);
      receiveLogs(state, from, logs, bytes, now, deliverFrom(state, logs.origin, now, outputs), outputs);
      break;
    }
    case networkCommands.acks: {
      const member = network.members.get(from);
      for (const [id, n] of Object.entries(readAcks(frame).have))
        member?.have.set(id, Math.max(n, member.have.get(id) ?? -1));
      settleHeld(state, outputs);
      break;
    }
    case networkCommands.want:
      receiveWant(state, from, readWant(frame), outputs);
      break;
    case networkCommands.base:
      receiveBase(state, readBase(frame), now, outputs);
      break;
    default:
      state.counts.refused++;
  }
}

function receiveBase(state: TransmitterState, base: BasePayload, now: number, outputs: Outputs): void {
  const { network } = state;
  const origin: Origin | undefined = network.origins.get(base.origin);
  if (!origin || origin === network.own || (origin.have !== undefined && base.n <= origin.have)) return;
  const missed = applyBase(state, origin, base, now, outputs);
  network.mustSay = true;
  const { heartbeatMs } = state.options;
  network.audits = heartbeatsUntilAudit.map((heartbeats) => now + heartbeats * heartbeatMs);
  if (missed > 0) {
    state.counts.missed += missed;
    const data = { transmitter: base.origin, entries: missed };
    outputs.push({ type: 'publish', channel: lostChannel, frame: makeEvent({ channel: lostChannel, data }).bytes });
  }
  takeAhead(origin, deliverFrom(state, base.origin, now, outputs));
}

/** An entry that breaks a rule is skipped: those after it must not wait for it for ever. */
function deliverFrom(state: TransmitterState, from: string, now: number, outputs: Outputs) {
  return (entry: Parameters<typeof applyEntry>[2]): void => {
    try {
      applyEntry(state, from, entry, now, outputs);
    } catch (error) {
      if (!(error instanceof SyncytiumError)) throw error;
      state.counts.refused++;
    }
  };
}
