import { durationMs, silentLog, systemClock, WaitTable, type Clock, type Duration, type Log } from '@syncytium/kit';
import type { Broker, BrokerConnection } from '@syncytium/transport';
import { connectBroker, type BrokerLease, type BrokerTarget } from './connect-broker.js';
import type { PayloadCodec } from './payload.js';
import type { Role, SessionName } from './protocol.js';
import { SessionLine } from './session-line.js';
import { SessionState } from './session-state.js';
import { Session } from './session.js';

/** The original's default. */
const timeoutMsDefault = 10_000;

/** What providers and requestors are made with. */
export interface PartyOptions {
  readonly log?: Log;
  readonly clock?: Clock;
  /** Where every blocked pop is seen while it waits (a table of its own unless told). */
  readonly waits?: WaitTable;
}

/** What one end of a session is made with. */
export interface SessionOptions<C extends PayloadCodec> {
  readonly name: SessionName;
  readonly role: Role;
  readonly codec: C;
  readonly timeout: Duration | undefined;
  readonly onClose: () => void;
}

/** What a provider and a requestor have in common: a broker, and sessions over connections of their own. */
export class Party {
  readonly waits: WaitTable;
  readonly log: Log;
  readonly clock: Clock;
  readonly #lease: BrokerLease;

  private constructor(lease: BrokerLease, { log = silentLog, clock = systemClock, waits }: PartyOptions) {
    this.#lease = lease;
    this.log = log;
    this.clock = clock;
    this.waits = waits ?? new WaitTable({ system: 'fxp', clock });
  }

  static async connect(target: BrokerTarget, options: PartyOptions): Promise<Party> {
    const { log = silentLog, clock = systemClock } = options;
    return new Party(await connectBroker(target, { log, clock }), options);
  }

  get broker(): Broker {
    return this.#lease.broker;
  }

  /** One end of a session over a connection that becomes the session's own. */
  session<C extends PayloadCodec>(connection: BrokerConnection, options: SessionOptions<C>): Session<C> {
    const { name, role, codec, timeout, onClose } = options;
    const timeoutMs = timeout === undefined ? timeoutMsDefault : durationMs(timeout, 'timeout');
    const { waits, clock } = this;
    const state = new SessionState(name, role);
    return new Session(new SessionLine({ state, connection, waits, clock, timeoutMs, onClose }), codec);
  }

  close(): Promise<void> {
    return this.#lease.release();
  }
}
