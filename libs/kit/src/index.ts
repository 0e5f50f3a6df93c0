/**
 * What every other package stands on: an error base with stable codes, time and randomness as inputs, bounded queues,
 * start and stop in order, and *waits*, the objects that make every wait visible.
 *
 * @example
 * ```ts
 * import { findCycles, systemClock, WaitTable } from '@syncytium/kit';
 *
 * const waits = new WaitTable({ system: 'demo', clock: systemClock });
 * waits.open({ who: 'VM', what: 'a coin', whom: ['CUST'] });
 * waits.open({ who: 'CUST', what: 'chocolate', whom: ['VM'] });
 * console.log(findCycles(waits.list())[0]?.parties); // the ring VM, CUST
 * ```
 *
 * @packageDocumentation
 */
export {
  AbortedError,
  assert,
  ClosedError,
  InternalError,
  InvalidArgumentError,
  LimitError,
  SyncytiumError,
  throwIfAborted,
  TimeoutError,
  toWireError,
  type ErrorDetails,
  type ErrorOptions,
  type TimeoutFacts,
  type WireError,
} from './errors.js';
export { systemClock, timerDelayMsMax, type Clock, type Timer } from './clock.js';
export { WallTime } from './wall-time.js';
export { backoffMs, type BackoffDelays } from './backoff.js';
export { pause } from './pause.js';
export { collectGarbage } from './collect-garbage.js';
export { durationMs, type Duration } from './duration.js';
export { seededPrng, systemPrng, type Prng } from './prng.js';
export { randomHex } from './random-hex.js';
export { BoundedQueue } from './bounded-queue.js';
export { Deadline, Deadlines } from './deadlines.js';
export { ChurnMap } from './churn-map.js';
export { Lifecycle, type Component, type LifecycleOptions, type LifecycleState } from './lifecycle.js';
export { silentLog, type Log, type LogFields } from './log.js';
export {
  silentMetrics,
  type Counter,
  type Gauge,
  type Histogram,
  type HistogramSpec,
  type Labels,
  type Metrics,
  type MetricSpec,
} from './metrics.js';
export {
  WaitTable,
  type Wait,
  type WaitCounts,
  type WaitListOptions,
  type WaitOutcome,
  type WaitSubject,
  type WaitTableOptions,
  type WaitView,
} from './waits.js';
export { findCycles, formatCycle, type WaitCycle } from './wait-graph.js';
