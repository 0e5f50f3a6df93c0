/**
 * Fusion: an in-memory object cache with its own query language. An {@link Engine} takes queries as JSON, from any
 * number of connections, and answers them; classes have members, objects of class-typed members are objects of their
 * own, and finding is recursive.
 *
 * @example
 * ```ts
 * import { Engine } from '@syncytium/fusion';
 * import { systemClock, systemPrng, WaitTable } from '@syncytium/kit';
 *
 * const engine = new Engine({
 *   clock: systemClock,
 *   prng: systemPrng(),
 *   waits: new WaitTable({ system: 'fusion', clock: systemClock }),
 * });
 * const client = engine.connect('standard', 'me');
 * const ask = (query: object) =>
 *   new Promise<string>((resolve) =>
 *     client.submit(Buffer.from(JSON.stringify(query)), ({ bytes = [] }) => resolve(Buffer.from(bytes).toString())),
 *   );
 * await ask({ CREATE_CLASSES: { Address: { city: 'string' }, Person: { name: 'string', address: 'Address' } } });
 * await ask({ STORE: { _class: 'Person', _objects: [{ name: 'Ada', address: { city: 'London' } }] } });
 * console.log(await ask({ FIND: { Person: { address: { city: 'London' } } } }));
 * ```
 *
 * @packageDocumentation
 */
export { Engine } from './engine/engine.js';
export type { EngineOptions, WhenFull } from './engine/engine-options.js';
export type { EngineConnection } from './engine/connection.js';
export type { QueryParts } from './engine/query-parts.js';
export type { Answer } from './engine/answer.js';
export type { ThreadOptions } from './engine/threads/thread-crew.js';
export { PollWindow } from './engine/poll-window.js';
export { Scheduler, type Schedulable, type SchedulerOptions } from './scheduler/scheduler.js';
export { Executor, type ExecutorOptions, type Outcome } from './executor/executor.js';
export { composeResponse, type QueryTimes, type ResponseBody } from './executor/respond.js';
export type { SearchTimes } from './executor/row-selector.js';
export type { ClientCounts, InterfaceFacts, ServerFacts, ServerInfo, ServerStats } from './engine/server-facts.js';
export { Store, type StoreOptions } from './store/store.js';
export { parseQuery, type ParsedQuery, type RejectedQuery } from './fql/parse-query.js';
export { bindQuery } from './fql/bind-query.js';
export type { Plan } from './fql/plan.js';
export type { AnswerMode, Query, QueryBody, QueryHead } from './fql/query.js';
export { queryNames, type AccessType, type InterfaceName, type QueryName } from './fql/query-names.js';
export { Catalogue } from './schema/catalogue.js';
export { ClassDefinition, type LinkMember, type Member, type ScalarMember } from './schema/class-definition.js';
export { readClassDefinition } from './schema/read-definition.js';
export { errorCodes, errorDescriptions, type ErrorCode } from './error-codes.js';
export { FusionError } from './errors.js';
