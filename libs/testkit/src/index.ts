/**
 * What tests of distributed code need to be exact: a clock that stands still, a network whose faults come from a seed, a
 * runner that tells the failing seed and replays it, and shared arbitraries. For tests only.
 *
 * @example
 * ```ts
 * import { simulate, SimulatedNetwork } from '@syncytium/testkit';
 *
 * await simulate({
 *   name: 'a ping is answered',
 *   runs: 100,
 *   run({ clock, prng, trace }) {
 *     let answers = 0;
 *     const network = new SimulatedNetwork<string>({ clock, prng, trace, faults: { delayMs: [1, 50] } });
 *     network.addNode('server', (node) => ({ receive: (from) => node.send(from, 'pong') }));
 *     network.addNode('client', (node) => {
 *       node.send('server', 'ping');
 *       return { receive: () => void answers++ };
 *     });
 *     clock.advance(100);
 *     if (answers !== 1) throw new Error(`got ${answers} answers`);
 *   },
 * });
 * ```
 *
 * @packageDocumentation
 */
export { Inbox } from './inbox.js';
export { settle, SimulatedClock, type RunUntilIdleOptions, type SimulatedClockOptions } from './simulated-clock.js';
export {
  SimulatedNetwork,
  type LinkFaults,
  type NodeBehaviour,
  type PartitionOptions,
  type SimulatedNetworkOptions,
  type SimulatedNode,
} from './simulated-network.js';
export { unleashFaults, type FaultPlan, type RangeMs } from './unleash-faults.js';
export { Trace, type TraceEvent, type TraceOptions } from './trace.js';
export { simulate, type Simulation, type SimulationReport, type SimulationRun } from './simulate.js';
export { expectReplay } from './expect-replay.js';
export { propertyRuns, type PropertyRuns } from './property-runs.js';
export { runSettings, scaledRuns, scaledTimeoutMs, type Environment, type RunSettings } from './run-settings.js';
export { readRegressions, regressionsFile, type Regression } from './regressions.js';
export { bytes, frames, json, name, text, type Json } from './arbitraries.js';
export {
  NotReplayableError,
  RedisServerError,
  RegressionsError,
  SimulationFailedError,
  type SimulationFacts,
} from './errors.js';
export { freePort, takePort, type TakenPort } from './ports.js';
export {
  redisServerPath,
  startRedisServer,
  testRedis,
  type RedisServer,
  type RedisServerOptions,
  type TestRedis,
} from './redis-server.js';
export { watchForcedCollections, type ForcedCollections } from './forced-collections.js';
