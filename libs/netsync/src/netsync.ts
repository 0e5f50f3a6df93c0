import {
  AbortedError,
  ClosedError,
  LimitError,
  silentMetrics,
  systemClock,
  systemPrng,
  throwIfAborted,
  WaitTable,
  WallTime,
  type Clock,
  type Metrics,
  type Prng,
  type Timer,
} from '@syncytium/kit';
import { IdempotencyReusedError, SearchLimitError, SupersededError, SyncTimeoutError } from './errors.js';
import { explainWait } from './explain-wait.js';
import { IdempotencyTable } from './idempotency-table.js';
import { netsyncLimits, type NetsyncLimits } from './limits.js';
import { Matcher } from './matcher.js';
import { Meters } from './meters.js';
import { ParamsReader, type CheckedParams, type SyncParams } from './params.js';
import { answeredListener, deadlineOf, PendingRequest, type SyncListener } from './pending.js';
import { statsOf, type Stats } from './stats.js';
import { Sync } from './sync.js';
import type { LeaveReason, TraceEntry } from './trace.js';

export interface NetsyncOptions {
  readonly limits?: Partial<NetsyncLimits>;
  /** Most work to find a group of three or more for one arrival; see `MatcherOptions`. */
  readonly searchWordsMax?: number;
  /** Where each pending request is a wait; a table of its own unless told. */
  readonly waits?: WaitTable;
  readonly clock?: Clock;
  /** Makes the ids of one Netsync differ from those of another. */
  readonly prng?: Prng;
  readonly metrics?: Metrics;
  /** Told everything that happens, in order; must not call back into the Netsync. */
  readonly onTrace?: (entry: TraceEntry) => void;
}

export interface SendParams extends SyncParams {
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/** What every member of a group is told. */
export interface SendResult {
  /** Everybody's payload, the own one included, by actor. */
  readonly payloads: Readonly<Record<string, string>>;
  /** The same for all members. */
  readonly matchId: string;
  readonly requestId: string;
  readonly waitedMs: number;
}

/** A request that synced, kept for who asks again. */
interface AnsweredRequest {
  readonly sync: Sync;
  readonly request: PendingRequest;
}

/**
 * Rendezvous: a request names an event and waits until enough other requests for it are there that match; then all of
 * them are answered at once with everybody's payload.
 *
 * @see docs/spec/netsync.md
 */
export class Netsync {
  /** Each pending request is a wait in here. */
  readonly waits: WaitTable;
  readonly #clock: Clock;
  readonly #wallTime: WallTime;
  readonly #limits: NetsyncLimits;
  readonly #params: ParamsReader;
  readonly #matcher: Matcher<PendingRequest>;
  readonly #meters: Meters;
  readonly #onTrace: ((entry: TraceEntry) => void) | undefined;
  readonly #idPrefix: string;
  readonly #idempotency: IdempotencyTable<PendingRequest, AnsweredRequest>;
  /** From the clock's time to milliseconds since 1970. */
  #requests = 0;
  #syncs = 0;
  #isClosed = false;
  #timer: Timer | undefined;
  #timerDue = Infinity;

  constructor({
    limits,
    searchWordsMax,
    clock = systemClock,
    waits = new WaitTable({ system: 'netsync', clock }),
    prng = systemPrng(),
    metrics = silentMetrics,
    onTrace,
  }: NetsyncOptions = {}) {
    this.#limits = netsyncLimits(limits);
    this.#params = new ParamsReader(this.#limits);
    this.#matcher = new Matcher(searchWordsMax === undefined ? {} : { searchWordsMax });
    this.#meters = new Meters(metrics, () => this.#matcher.size);
    this.#clock = clock;
    this.#wallTime = new WallTime(clock);
    this.#onTrace = onTrace;
    this.#idPrefix = prng.uint32().toString(36).padStart(7, '0').slice(-5);
    this.waits = waits;
    const { keptAnswersMax: answersMax, keptPayloadMax: weightMax, keptAnswersMs: answersKeptMs } = this.#limits;
    this.#idempotency = new IdempotencyTable({ answersMax, weightMax, answersKeptMs });
  }

  /** Number of requests that wait. */
  get pending(): number {
    return this.#matcher.size;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Resolves when the request syncs. Rejects with `ParamError`, with `SyncTimeoutError` when its timeout passes, with
   * `AbortedError` when its signal fires, with `ClosedError` when the Netsync is closed, with `LimitError` when too many
   * requests wait, and with `SearchLimitError`. A request that was given up is in no group.
   */
  send({ signal, ...params }: SendParams): Promise<SendResult> {
    return new Promise((resolve, reject) => {
      throwIfAborted(signal, 'the request');
      let cancel: (() => void) | undefined;
      const onAbort = (): void => cancel?.();
      const settled = (): void => signal?.removeEventListener('abort', onAbort);
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        cancel = this.submit(params, {
          onSync: (sync, { id, since }) => {
            settled();
            resolve({ payloads: sync.payloads, matchId: sync.id, requestId: id, waitedMs: sync.at - since });
          },
          onError: (error) => {
            settled();
            reject(error instanceof AbortedError ? new AbortedError('the request', signal?.reason) : error);
          },
        });
      } catch (error) {
        settled();
        throw error;
      }
    });
  }

  /**
   * As `send` with less in between: calls the listener once, possibly before it returns. The returned function gives the
   * request up; after it was answered, or when another took its place, it does nothing. Throws what `send` rejects with for
   * a request that is not let in.
   */
  submit(params: SyncParams, listener: SyncListener): () => void {
    if (this.#isClosed) throw new ClosedError('netsync');
    const now = this.#clock.now();
    const checked = this.#params.read(params);
    if (checked.idempotency !== undefined) {
      const cancel = this.#askAgain(checked.idempotency, checked, listener, now);
      if (cancel) return cancel;
    }
    const request = new PendingRequest({
      id: `${this.#idPrefix}${(this.#requests++).toString(36)}`,
      params: checked,
      since: now,
      listener,
      survey: this.#survey,
    });
    this.#meters.arrivals.inc();
    const decision = this.#matcher.arrive(request);
    if (decision.kind === 'refused') {
      this.#meters.refused.search.inc();
      throw new SearchLimitError(request.event, request.mates);
    }
    if (decision.kind === 'wait') this.#checkRoom(request);
    this.#onTrace?.({ kind: 'arrive', request: request.factsAt(now), pending: this.pending });
    if (decision.kind === 'wait') {
      request.wait = this.waits.open(request, request.deadline);
      if (request.idempotency !== undefined) this.#idempotency.begin(request.idempotency, request);
      this.#watchDeadline();
    } else {
      this.#sync(decision.members, now);
    }
    return () => this.#giveUp(request, listener);
  }

  /** Waiting requests by event, actor and id. */
  stats(): Stats {
    return statsOf(this.#matcher.waiting(), this.#wallTime.offset);
  }

  /** Every waiting request ends with a `ClosedError`, and so does every further one. Calling it again does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    for (const request of [...this.#matcher.waiting()]) this.#cancel(request.id, 'closed');
  }

  /** A request under the id of an earlier one: takes its place, or gets its answer. `undefined` when there is none. */
  #askAgain(id: string, params: CheckedParams, listener: SyncListener, now: number): (() => void) | undefined {
    const recall = this.#idempotency.recall(id, now);
    if (recall.kind === 'new') return undefined;
    const request = recall.kind === 'waiting' ? recall.waiter : recall.answer.request;
    if (!request.isAskedBy(params)) throw new IdempotencyReusedError(id);
    this.#meters.askedAgain[recall.kind].inc();
    if (recall.kind === 'answered') {
      listener.onSync(recall.answer.sync, request);
      return () => undefined;
    }
    const former = request.listener;
    request.listener = listener;
    this.#setDeadline(request, deadlineOf(params, now));
    former.onError(new SupersededError(id));
    return () => this.#giveUp(request, listener);
  }

  #setDeadline(request: PendingRequest, deadline: number): void {
    if (deadline === request.deadline) return;
    this.#matcher.setDeadline(request, deadline);
    // A wait tells until when it lasts, and does not change its mind.
    request.wait?.close('cancelled');
    request.wait = this.waits.open(request, deadline);
    this.#watchDeadline();
  }

  /** A request that has to wait must find room; one that syncs needs none. */
  #checkRoom({ id, event }: PendingRequest): void {
    const { pendingMax, pendingPerEventMax } = this.#limits;
    const isFull = this.#matcher.size > pendingMax || this.waits.openCount >= this.waits.max;
    if (!isFull && this.#matcher.sizeOf(event) <= pendingPerEventMax) return;
    this.#matcher.leave(id);
    this.#meters.refused[isFull ? 'pending' : 'event'].inc();
    if (isFull) throw new LimitError('pending requests', Math.min(pendingMax, this.waits.max), 'at once');
    throw new LimitError('pending requests of one event', pendingPerEventMax, 'at once', { event });
  }

  #sync(members: readonly PendingRequest[], now: number): void {
    const sync = new Sync(`${this.#idPrefix}m${(this.#syncs++).toString(36)}`, members[0]?.event ?? '', members, now);
    this.#meters.syncs.inc();
    this.#meters.groupSize.observe(members.length);
    this.#onTrace?.({
      kind: 'match',
      matchId: sync.id,
      requests: members.map((member) => member.factsAt(now)),
      pending: this.pending,
    });
    for (const member of members) {
      member.wait?.close('done');
      this.#meters.waitSeconds.observe((now - member.since) / 1000);
      if (member.idempotency !== undefined)
        this.#idempotency.answer(member.idempotency, { sync, request: member }, sync.payloadLength, now);
      const { listener } = member;
      member.listener = answeredListener;
      listener.onSync(sync, member);
    }
  }

  /** Whoever asked gives up, unless it was answered or another took its place meanwhile. */
  #giveUp(request: PendingRequest, listener: SyncListener): void {
    if (request.listener === listener) this.#cancel(request.id);
  }

  #cancel(id: string, reason: 'cancelled' | 'closed' = 'cancelled'): void {
    const request = this.#matcher.leave(id);
    if (!request) return;
    this.#noteLeft(request, reason, this.#clock.now());
    request.listener.onError(reason === 'closed' ? new ClosedError('netsync') : new AbortedError('the request'));
  }

  #expire(): void {
    this.#timerDue = Infinity;
    const now = this.#clock.now();
    for (let request = this.#matcher.expire(now); request; request = this.#matcher.expire(now)) {
      this.#noteLeft(request, 'timeout', now);
      const { actor, event, since } = request;
      const { present, missing, blockedBy } = explainWait(this.#matcher, request);
      const lacked = { present, missing, ...(blockedBy !== undefined && { blockedBy }) };
      request.listener.onError(new SyncTimeoutError({ actor, event, waitedMs: now - since, ...lacked }));
    }
    if (!this.#isClosed) this.#watchDeadline();
  }

  #noteLeft(request: PendingRequest, reason: LeaveReason, now: number): void {
    if (request.idempotency !== undefined) this.#idempotency.leave(request.idempotency);
    request.wait?.close(reason === 'timeout' ? 'timeout' : 'cancelled');
    this.#meters.left[reason].inc();
    this.#onTrace?.({ kind: 'leave', request: request.factsAt(now), reason, pending: this.pending });
  }

  /** One timer for all deadlines: it is set anew when an earlier one comes, and finds nothing to do when one has gone. */
  #watchDeadline(): void {
    const due = this.#matcher.nextDeadline;
    if (due >= this.#timerDue) return;
    this.#timer?.cancel();
    this.#timerDue = due;
    this.#timer = this.#clock.setTimer(due - this.#clock.now(), () => this.#expire());
  }

  readonly #survey = (request: PendingRequest) => explainWait(this.#matcher, request);
}
