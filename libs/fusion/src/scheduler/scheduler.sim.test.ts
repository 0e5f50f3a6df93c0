import { simulate, type SimulationRun } from '@syncytium/testkit';
import { expect, test } from 'vitest';
import { Scheduler } from './scheduler.js';

interface Query {
  readonly number: number;
  readonly access: 'read' | 'write';
  readonly connection: object;
  /** Milliseconds it runs; `undefined` for one that needs no turn. */
  readonly runsMs: number | undefined;
  isInParts: boolean;
  /** Whether it turns out to be one in parts when it runs. */
  readonly isLong: boolean;
}

/** A random load on a scheduler, watched for everything a scheduler promises. */
function runLoad({ prng, clock, trace }: SimulationRun, Scheduled: typeof Scheduler = Scheduler): void {
  const [readsMax, writesMax, queueMax] = [1 + prng.int(4), 1 + prng.int(3), 1 + prng.int(20)];
  const scheduler = new Scheduled<Query>({ readsMax, writesMax, queueMax });
  const connections = Array.from({ length: 1 + prng.int(3) }, (_, i) => ({ name: `connection ${i}` }));
  const running = new Set<Query>();
  const accepted: Query[] = [];
  const finished: Query[] = [];
  const released: Query[] = [];
  const writesExpected = new Map<object, Query[]>();
  let started = 0;
  /** When the thread that carries out writes, one after the other, is done with all it has. */
  let writtenAt = 0;
  /** The write in parts that has let others go on, how many parts are left of it, and the reads that may go before it. */
  let paused: { readonly query: Query; readonly partsLeft: number; readonly admitted: Query[] } | undefined;

  const release = (queries: readonly Query[]): void => {
    for (const query of queries) {
      if (query.access === 'write' && writesExpected.get(query.connection)?.shift() !== query)
        throw new Error(`write ${query.number} left out of order`);
      released.push(query);
    }
  };
  const start = (): void => {
    for (let query = scheduler.start(); query; query = scheduler.start()) {
      trace.note(`start ${query.access} ${query.number}`);
      const partsLeft = query === paused?.query ? paused.partsLeft : query.isInParts || query.isLong ? prng.int(3) : 0;
      if (query === paused?.query) {
        if (paused.admitted.length > 0) throw new Error(`${query.number} went on before what waited`);
        paused = undefined;
      } else {
        // In the order received: so no query is ever passed by, and none starves.
        if (query !== accepted[started++]) throw new Error(`${query.number} started out of order`);
        if (paused && paused.admitted.shift() !== query) throw new Error(`${query.number} ran beside a write in parts`);
      }
      running.add(query);
      if (running.size > 1 && [...running].some(({ isInParts }) => isInParts))
        throw new Error('parts ran beside others');
      const reads = [...running].filter(({ access }) => access === 'read').length;
      if (reads > 0 && reads < running.size) throw new Error('a read ran beside a write');
      if (running.size > (reads > 0 ? readsMax : writesMax)) throw new Error('more ran than may');
      const current = query;
      const startsAt = reads > 0 ? clock.now() : Math.max(clock.now(), writtenAt);
      const endsAt = startsAt + (current.runsMs ?? 0);
      if (reads === 0) writtenAt = endsAt;
      clock.setTimer(endsAt - clock.now(), () => {
        running.delete(current);
        if (partsLeft > 0 && !paused) {
          current.isInParts = true;
          const waiting = accepted.slice(started);
          const reads = waiting.slice(0, waiting.findIndex(({ access }) => access === 'write') >>> 0);
          paused = {
            query: current,
            partsLeft: partsLeft - 1,
            admitted: reads.slice(0, running.size > 0 ? 0 : readsMax),
          };
          scheduler.pause(current);
          start();
          return;
        }
        finished.push(current);
        const left = scheduler.finish(current);
        if (current.access === 'read' && left[0] !== current) throw new Error('a finished read was held back');
        release(left);
        start();
      });
    }
    // Nothing may wait while it could run.
    if (paused && running.size === 0) throw new Error(`${paused.query.number} does not go on`);
    const next = paused ? undefined : accepted[started];
    if (next && running.size === 0) throw new Error(`${next.number} waited for nothing`);
    const isOfOneKind =
      next !== undefined && [next, ...running].every(({ access, isInParts }) => access === next.access && !isInParts);
    if (isOfOneKind && running.size < (next.access === 'read' ? readsMax : writesMax))
      throw new Error(`${next.access} ${next.number} waited beside its like`);
  };

  const writeShare = prng.float();
  let refused = 0;
  for (let number = 0; number < 60; number++) {
    clock.setTimer(prng.int(200), () => {
      const connection = connections[prng.int(connections.length)] ?? {};
      const access = prng.float() < writeShare ? 'write' : 'read';
      const runsMs = prng.int(8) === 0 ? undefined : prng.int(20);
      const isInParts = access === 'write' && prng.int(4) === 0;
      const isLong = access === 'write' && prng.int(4) === 0;
      const query: Query = { number, access, connection, runsMs, isInParts, isLong };
      const expect = (): void => {
        if (access === 'write') writesExpected.set(connection, [...(writesExpected.get(connection) ?? []), query]);
      };
      if (runsMs === undefined) {
        expect();
        finished.push(query);
        release(scheduler.submitFinished(query));
      } else if (scheduler.submit(query)) {
        expect();
        accepted.push(query);
        start();
      } else {
        if (scheduler.queuedCount !== queueMax) throw new Error('refused though there was room');
        refused++;
      }
    });
  }
  clock.runUntilIdle();
  if (released.length !== 60 - refused || finished.length !== released.length) throw new Error('a query was lost');
  if (!scheduler.isIdle) throw new Error('the scheduler is not idle');
}

test('every load is served in order, without mixing, and to its end', async () => {
  const { events } = await simulate({
    name: 'every load is served in order, without mixing, and to its end',
    runs: 300,
    run: (run) => runLoad(run),
  });
  expect(events).toBeGreaterThan(1000);
});

test('a scheduler that lets reads pass a waiting write is caught', async () => {
  class Unfair<Q extends Query> extends Scheduler<Q> {
    readonly #waiting: Q[] = [];

    override submit(query: Q): boolean {
      // Holds writes back until the next query comes, so that a read overtakes them.
      const held = this.#waiting.splice(0);
      if (query.access === 'write') this.#waiting.push(query);
      else super.submit(query);
      return held.every((write) => super.submit(write));
    }
  }
  const promise = simulate({ name: 'unfair', runs: 50, run: (run) => runLoad(run, Unfair as never) });
  await expect(promise).rejects.toThrow();
});
