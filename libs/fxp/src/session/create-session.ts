import type { Clock, WaitTable } from '@syncytium/kit';
import type { Broker, BrokerConnection } from '@syncytium/transport';
import type { PayloadCodec } from '../wire/payload.js';
import type { Role, SessionName } from '../wire/protocol.js';
import type { SessionFaults } from './session-channel-options.js';
import { SessionChannel } from './session-channel.js';
import { SessionLine } from './session-line.js';
import { SessionState } from './session-state.js';
import type { SessionControl, SessionTerms } from './session-terms.js';
import { Session } from './session.js';

/** What one end of a session is made of. */
export interface CreateSessionOptions<C extends PayloadCodec> {
  readonly name: SessionName;
  readonly role: Role;
  readonly codec: C;
  readonly broker: Broker;
  /** Becomes the session's own. */
  readonly connection: BrokerConnection;
  readonly waits: WaitTable;
  readonly clock: Clock;
  /** Of waits that are given none, in milliseconds. */
  readonly timeoutMs: number;
  /** Of an extended session; a plain one has none. */
  readonly terms?: SessionTerms | undefined;
  /** Told once when it is closed. */
  readonly onClose: () => void;
  /** How many inputs a provider pops ahead of its service function at most (64 unless told). */
  readonly prefetch?: number | undefined;
  /** Whether stacks travel with errors (not unless told). */
  readonly exposeStacks?: boolean | undefined;
  /** Largest payload in one piece, in bytes (64 MiB unless told). */
  readonly partBytesMax?: number | undefined;
  /** For tests. */
  readonly faults?: SessionFaults | undefined;
}

/** One end of a session, and how to tell it what becomes of it. */
export interface SessionEnd<C extends PayloadCodec> {
  readonly session: Session<C>;
  readonly control: SessionControl;
}

/** One end of a session: plain without terms, extended with them. */
export function createSession<C extends PayloadCodec>(options: CreateSessionOptions<C>): SessionEnd<C> {
  const { name, role, codec, terms } = options;
  const state = new SessionState(name, role, terms ? 'claimed' : 'negotiating');
  if (!terms) {
    const line = new SessionLine({ ...options, state });
    return { session: new Session(line, codec), control: line };
  }
  const channel = new SessionChannel({ ...options, state, terms });
  channel.start();
  return { session: new Session(channel, codec), control: channel };
}
