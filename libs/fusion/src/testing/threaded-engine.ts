import { silentLog, systemClock, systemPrng, WaitTable } from '@syncytium/kit';
import { afterEach, vi } from 'vitest';
import type { EngineOptions } from '../engine/engine-options.js';
import { Engine } from '../engine/engine.js';
import type { ThreadOptions } from '../engine/threads/thread-crew.js';
import { parse, toBytes, type Response } from './test-engine.js';
import { makeWorkerEntry } from './worker-entry.js';

/**
 * A thread that ends at a query with the `_qid` `die`, and that `hang` holds up until another thread is asked to `go`.
 * After `step N` it ends in the middle of a change, at its Nth step, and after `twice` when it replaces one that did. Its
 * clock is ahead by what `skip` says, and before that by what the environment says, which may also keep it from starting.
 */
const entry = makeWorkerEntry(`
  import { workerData } from 'node:worker_threads';
  import { Executor } from '../../executor/executor.js';
  import { CellColumn } from '../../store/columns/cell-column.js';
  import { OidColumn } from '../../store/columns/oid-column.js';
  import { MemberIndex } from '../../store/indexes/member-index.js';
  import { Store } from '../../store/store.js';
  import { processClock } from './process-clock.js';
  const { execute, begin } = Executor.prototype;
  const { recover } = Store.prototype;
  const { now } = processClock;
  let skippedMs = Number(process.env.SKIPPED_MS ?? 0);
  processClock.now = () => now() + skippedMs;
  let stepsLeft = Infinity;
  for (const [{ prototype }, name] of [[CellColumn, 'set'], [OidColumn, 'addRow'], [OidColumn, 'clear'], [MemberIndex, 'add']]) {
    const step = prototype[name];
    prototype[name] = function (...args) {
      if (--stepsLeft === 0) process.exit(7);
      return step.apply(this, args);
    };
  }
  Store.prototype.recover = function () {
    if (Atomics.load(signal, 0) === 2) process.exit(7);
    recover.call(this);
  };
  if (process.env.CANNOT_START) process.exit(7);
  const signal = new Int32Array(workerData.state, 12, 1);
  const obey = ({ head: { qid } }) => {
    if (qid === 'die') process.exit(7);
    if (qid?.startsWith('step')) stepsLeft = Number(qid.slice(5));
    if (qid?.startsWith('skip')) skippedMs = Number(qid.slice(5));
    if (qid === 'twice') Atomics.store(signal, 0, 2);
    if (qid === 'hang') Atomics.wait(signal, 0, 0);
    if (qid === 'go') Atomics.store(signal, 0, 1), Atomics.notify(signal, 0);
  };
  Executor.prototype.execute = function (query, range) {
    obey(query);
    return execute.call(this, query, range);
  };
  Executor.prototype.begin = function (query) {
    obey(query);
    return begin.call(this, query);
  };
`);

const engines: Engine[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

/** An engine of so many such threads, closed after the test, with a client. */
export function start(count: number, options: Partial<ThreadOptions> = {}, engineOptions: Partial<EngineOptions> = {}) {
  const engine = new Engine({
    clock: systemClock,
    prng: systemPrng(),
    waits: new WaitTable({ system: 'fusion', clock: systemClock }),
    log: silentLog,
    threads: { count, entry, ...options },
    ...engineOptions,
  });
  engines.push(engine);
  const client = engine.connect('standard', 'ann');
  const ask = (query: object): Promise<Response | undefined> =>
    new Promise((resolve) => client.submit(toBytes(query), (answer) => resolve(parse(answer))));
  return { engine, ask };
}

/** What a query named `die` is answered. */
export function died(query: string, thread: number): object {
  const _err = { _c: 5000, _a: `thread ${thread} of the engine died: exit code 7` };
  return { _qid: 'die', [`${query}_RSP_ERR`]: { _err } };
}
