import { AnsweredTasks } from './answered-tasks.js';
import { EntryLog } from './entry-log.js';
import type { NetworkState, Origin } from './network-state.js';

/** A transmitter that knows of no other. */
export function newNetwork(id: string, entriesKept: number, rememberedMax: number): NetworkState {
  const own: Origin = { ...newOrigin(id, entriesKept), have: 0 };
  return {
    members: new Map(),
    neighbours: new Map(),
    origins: new Map([[id, own]]),
    own,
    linked: new Set(),
    kept: new Set(),
    introduced: new Map(),
    joining: undefined,
    linkFrames: new Map(),
    forgotten: new Map(),
    children: new Map(),
    version: 0,
    saidMs: -Infinity,
    mustSay: false,
    unsent: 1,
    untilCopied: [],
    untilKnown: [],
    ownedBy: new Map(),
    answered: new AnsweredTasks(rememberedMax),
    audits: [],
    uncopied: [],
  };
}

/** Somebody of whose entries nothing is known yet. */
export function newOrigin(id: string, entriesKept: number): Origin {
  return {
    id,
    have: undefined,
    events: 0,
    base: undefined,
    log: new EntryLog(entriesKept),
    ahead: new Map(),
    roster: new Map(),
    isPaused: false,
    wantedMs: -Infinity,
  };
}
