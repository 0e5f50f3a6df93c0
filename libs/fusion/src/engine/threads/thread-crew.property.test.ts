import { setEnvironmentData } from 'node:worker_threads';
import { propertyRuns, scaledTimeoutMs } from '@syncytium/testkit';
import fc from 'fast-check';
import { afterAll, expect, test, vi } from 'vitest';
import { querySequences } from '../../testing/arbitrary-queries.js';
import { Comparison } from '../../testing/comparison.js';
import { TestEngine } from '../../testing/test-engine.js';
import { makeWorkerEntry } from '../../testing/worker-entry.js';
import { processClock } from './process-clock.js';

/** Counts what threads have answered. */
const answered = new Int32Array(new SharedArrayBuffer(4));
setEnvironmentData('answered', answered);

/** Threads whose clock stands still until a query with the `_qid` `at N`, and which pause after every step of a write. */
const entry = makeWorkerEntry(`
  import { getEnvironmentData } from 'node:worker_threads';
  import { Executor } from '../../executor/executor.js';
  import { processClock } from './process-clock.js';
  import { WriteRun } from '../run-query.js';
  import { RingWriter } from './message-ring.js';
  import { WriterState } from './worker-protocol.js';
  const { begin } = Executor.prototype;
  let time = 0;
  processClock.now = () => time;
  Executor.prototype.begin = function (query) {
    const { qid } = query.head;
    if (qid?.startsWith('at ')) time = Number(qid.slice(3));
    return begin.call(this, query);
  };
  const { goOn } = WriteRun.prototype;
  WriteRun.prototype.goOn = function (stepsMax = 1) {
    return goOn.call(this, stepsMax);
  };
  WriterState.prototype.takeAwaited = () => true;
  const answered = getEnvironmentData('answered');
  const { publish } = RingWriter.prototype;
  RingWriter.prototype.publish = function () {
    const isAwaited = publish.call(this);
    Atomics.add(answered, 0, 1);
    Atomics.notify(answered, 0);
    return isAwaited;
  };
`);

/** An engine whose thread that writes has the time that the test says. */
class TimedEngine extends TestEngine {
  /** Leaves its processor to the threads until one has answered: what spins keeps them from working where there are few. */
  override turn(): void {
    const before = Atomics.load(answered, 0);
    super.turn();
    if (this.isAwake) Atomics.wait(answered, 0, before, 1);
  }

  override advance(ms: number): void {
    const now = this.clock.now() + ms;
    // That there is no such class is found out by the thread. It has to know first, for it is what takes out what has expired.
    this.ask({ DROP_INDEX: { _qid: `at ${now}`, NoSuchClass: ['a'] } });
    super.advance(ms);
  }
}

const engines: TestEngine[] = [];

afterAll(() => Promise.all(engines.map(({ engine }) => engine.close())));

test.each([1, 3])(
  'an engine of %i threads and the reference model answer every sequence of queries alike',
  { timeout: scaledTimeoutMs(120_000) },
  (count) => {
    // Starting threads takes longer than a sequence, so all use the same.
    const engine = new TimedEngine({ threads: { count, entry, splitRowsMin: 2 }, pollWindowMs: 1 });
    engines.push(engine);
    vi.spyOn(processClock, 'now').mockImplementation(() => engine.clock.now());
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(querySequences(fc.boolean()), (steps) => {
        engine.run({ CLEAR: { _confirm: 'IKnowWhatImDoing' } });
        const comparison = new Comparison(seen, engine);
        for (const step of steps) comparison.take(step);
        comparison.compareAll();
      }),
      propertyRuns(150),
    );
    expect(seen.get('FIND_RSP')).toBeGreaterThan(20);
    expect(seen.get('UPDATE_RSP')).toBeGreaterThan(20);
  },
);
