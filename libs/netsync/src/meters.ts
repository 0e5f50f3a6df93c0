import type { Counter, Histogram, Metrics, MetricSpec } from '@syncytium/kit';
import type { LeaveReason } from './trace.js';

/** The limit for which a request was refused: on all that wait, on those of one event, on the work of one arrival. */
export type RefusalReason = 'pending' | 'event' | 'search';

/** What a Netsync counts: at any time, arrivals = members of groups + left + refused + pending. */
export class Meters {
  readonly arrivals: Counter;
  readonly syncs: Counter;
  readonly refused: Readonly<Record<RefusalReason, Counter>>;
  readonly askedAgain: Readonly<Record<'waiting' | 'answered', Counter>>;
  readonly left: Readonly<Record<LeaveReason, Counter>>;
  readonly groupSize: Histogram;
  readonly waitSeconds: Histogram;

  constructor(metrics: Metrics, readPending: () => number) {
    this.arrivals = metrics.counter({ name: 'netsync_arrivals_total', help: 'Requests that arrived.' });
    this.syncs = metrics.counter({ name: 'netsync_syncs_total', help: 'Groups that synced.' });
    const counter = (spec: MetricSpec): Counter => {
      const made = metrics.counter(spec);
      // Shown from the start: a number that appears with the first loss cannot be seen to rise.
      made.inc(0);
      return made;
    };
    const refused = (reason: RefusalReason): Counter =>
      counter({
        name: 'netsync_refused_total',
        help: 'Requests refused because a limit was reached, by limit.',
        labels: { reason },
      });
    this.refused = { pending: refused('pending'), event: refused('event'), search: refused('search') };
    const askedAgain = (found: 'waiting' | 'answered'): Counter =>
      counter({
        name: 'netsync_asked_again_total',
        help: 'Requests with the idempotency id of an earlier one, by what that one was found to be.',
        labels: { found },
      });
    this.askedAgain = { waiting: askedAgain('waiting'), answered: askedAgain('answered') };
    const left = (reason: LeaveReason): Counter =>
      counter({
        name: 'netsync_left_total',
        help: 'Requests that left without a sync, by reason.',
        labels: { reason },
      });
    this.left = { cancelled: left('cancelled'), timeout: left('timeout'), closed: left('closed') };
    metrics.observedGauge({ name: 'netsync_pending', help: 'Requests that wait.' }, readPending);
    this.groupSize = metrics.histogram({
      name: 'netsync_group_size',
      help: 'Members of the groups that synced.',
      buckets: [1, 2, 3, 5, 10, 30, 100, 1000],
    });
    this.waitSeconds = metrics.histogram({
      name: 'netsync_wait_seconds',
      help: 'How long requests waited for their sync.',
      buckets: [0.001, 0.01, 0.1, 1, 10, 60, 600, 3600],
    });
  }
}
