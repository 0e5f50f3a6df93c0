import {
  durationMs,
  silentLog,
  systemClock,
  systemPrng,
  WaitTable,
  type Clock,
  type Duration,
  type Log,
  type Prng,
} from '@syncytium/kit';
import type { Broker, BrokerConnection } from '@syncytium/transport';
import { hostname } from 'node:os';
import { connectBroker, type BrokerLease, type BrokerTarget } from './connect-broker.js';
import { createSession, type SessionEnd } from './session/create-session.js';
import { LossWatch } from './loss-watch.js';
import { checkLeaseTime } from './claims/offer-record.js';
import type { PayloadCodec } from './wire/payload.js';
import { checkProviderName } from './presence/presence-channel.js';
import type { Role, SessionName } from './wire/protocol.js';
import type { SessionFaults } from './session/session-channel-options.js';
import type { SessionTerms } from './session/session-terms.js';

/** The original's default. */
const timeoutMsDefault = 10_000;
const leaseMsDefault = 10_000;

/** What providers and requestors are made with. */
export interface PartyOptions {
  readonly log?: Log;
  readonly clock?: Clock;
  /** Where every wait is seen while it lasts (a table of its own unless told). */
  readonly waits?: WaitTable;
  /** Where ids come from. */
  readonly prng?: Prng;
  /** What peers know this party by, at most 1024 bytes and without `__` (`HOST-PID` unless told). */
  readonly name?: string;
  /** `false`: only what the original protocol has (`true` unless told). */
  readonly extensions?: boolean;
  /** How long a lease lasts that is not renewed: after so long a party that is gone is known to be (10,000 ms unless told). */
  readonly leaseMs?: number;
  /** Largest payload that travels in one piece, in bytes; larger ones travel in parts (64 MiB unless told). */
  readonly partBytesMax?: number;
  /**
   * What the sessions of a test do without.
   *
   * @internal
   */
  readonly faults?: SessionFaults;
}

/** What one end of a session is made with. */
export interface SessionOptions<C extends PayloadCodec> {
  readonly name: SessionName;
  readonly role: Role;
  readonly codec: C;
  readonly timeout: Duration | undefined;
  /** Of an extended session. */
  readonly terms: SessionTerms | undefined;
  readonly onClose: () => void;
  /** See {@link CreateSessionOptions}. */
  readonly prefetch?: number | undefined;
  readonly exposeStacks?: boolean | undefined;
}

/** What a provider and a requestor have in common: a broker, a name, and sessions over connections of their own. */
export class Party {
  readonly waits: WaitTable;
  readonly log: Log;
  readonly clock: Clock;
  readonly prng: Prng;
  readonly name: string;
  readonly extensions: boolean;
  readonly leaseMs: number;
  /** Tells when the broker is gone for good. */
  readonly losses: LossWatch;
  readonly #lease: BrokerLease;
  readonly #options: PartyOptions;

  private constructor(lease: BrokerLease, options: PartyOptions) {
    const { log = silentLog, clock = systemClock, prng = systemPrng(), waits } = options;
    this.#lease = lease;
    this.#options = options;
    this.log = log;
    this.clock = clock;
    this.prng = prng;
    this.waits = waits ?? new WaitTable({ system: 'fxp', clock });
    this.name = options.name ?? nameDefault();
    this.extensions = options.extensions ?? true;
    this.leaseMs = leaseMsOf(options);
    this.losses = new LossWatch(lease.broker.lost);
  }

  static async connect(target: BrokerTarget, options: PartyOptions): Promise<Party> {
    const { log = silentLog, clock = systemClock } = options;
    // Said before anything is opened.
    if (options.name !== undefined) checkProviderName(options.name);
    leaseMsOf(options);
    return new Party(await connectBroker(target, { log, clock }), options);
  }

  get broker(): Broker {
    return this.#lease.broker;
  }

  /** One end of a session over a connection that becomes the session's own. */
  session<C extends PayloadCodec>(connection: BrokerConnection, options: SessionOptions<C>): SessionEnd<C> {
    const { timeout, ...rest } = options;
    const timeoutMs = timeout === undefined ? timeoutMsDefault : durationMs(timeout, 'timeout');
    const { broker, waits, clock } = this;
    const { partBytesMax, faults } = this.#options;
    return createSession({ ...rest, broker, connection, waits, clock, timeoutMs, partBytesMax, faults });
  }

  close(): Promise<void> {
    this.losses.close();
    return this.#lease.release();
  }
}

function leaseMsOf({ leaseMs = leaseMsDefault }: PartyOptions): number {
  return checkLeaseTime(leaseMs, 'leaseMs');
}

/** Host names may have more in them than a party's name can. */
function nameDefault(): string {
  return `${hostname().replace(/_{2,}/g, '_')}-${process.pid}`;
}
