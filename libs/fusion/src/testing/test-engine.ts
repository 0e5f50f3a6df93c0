import { seededPrng, WaitTable } from '@syncytium/kit';
import { SimulatedClock } from '@syncytium/testkit';
import { expect } from 'vitest';
import type { Answer } from '../engine/answer.js';
import type { EngineConnection } from '../engine/connection.js';
import { Engine } from '../engine/engine.js';
import type { EngineOptions } from '../engine/engine-options.js';
import type { InterfaceName } from '../fql/query-names.js';

/** Stands for any OID in a comparison. */
export const anyOid: unknown = expect.any(String);

/** A response as a test looks at it. */
export type Response = Readonly<Record<string, unknown>>;

/** An engine whose turns a test takes by hand, with one client of each interface. */
export class TestEngine {
  readonly clock = new SimulatedClock();
  readonly waits = new WaitTable({ system: 'fusion', clock: this.clock });
  readonly engine: Engine;
  readonly #isPolling: boolean;
  readonly #deferred: (() => void)[] = [];
  readonly #clients = new Map<InterfaceName, EngineConnection>();

  constructor(options: Partial<EngineOptions> = {}) {
    this.#isPolling = (options.pollWindowMs ?? 0) > 0;
    this.engine = new Engine({
      clock: this.clock,
      prng: seededPrng(1),
      waits: this.waits,
      defer: (run) => this.#deferred.push(run),
      ...options,
    });
  }

  /** Whether the engine wants another turn. */
  get isAwake(): boolean {
    return this.#deferred.length > 0;
  }

  /** Lets time pass. */
  advance(ms: number): void {
    this.clock.advance(ms);
  }

  /** Takes one turn. */
  turn(): void {
    this.#deferred.shift()?.();
  }

  /** Takes turns until the engine sleeps. */
  settle(): void {
    while (this.isAwake) this.turn();
  }

  /** The answer to a query, given as JSON text, bytes, or what `JSON.stringify` takes. */
  answer(query: unknown, from: InterfaceName = 'standard'): Answer {
    let client = this.#clients.get(from);
    if (!client) this.#clients.set(from, (client = this.engine.connect(from, from)));
    let answer: Answer | undefined;
    client.submit(toBytes(query), (given) => {
      if (answer) throw new Error('answered twice');
      answer = given;
    });
    // An engine with threads stays awake as long as it looks for what they have done.
    while (!answer && this.isAwake) this.turn();
    if (!this.#isPolling) this.settle();
    if (!answer) throw new Error('not answered');
    return answer;
  }

  /** The response to a query; `undefined` when it wants none. */
  ask(query: unknown, from: InterfaceName = 'standard'): Response | undefined {
    return parse(this.answer(query, from));
  }

  /** The contents of the response to a query that must succeed. */
  run(query: Readonly<Record<string, unknown>>): never {
    const [name = ''] = Object.keys(query);
    const response = this.ask(query);
    const key = `${name === 'CREATE_CLASS' ? 'CREATE_CLASSES' : name}_RSP`;
    if (!response || !(key in response)) throw new Error(`no ${key} but ${JSON.stringify(response)}`);
    return response[key] as never;
  }

  /** The error code of a query that must fail. */
  codeOf(query: unknown, from: InterfaceName = 'standard'): number {
    return this.errorOf(query, from).code;
  }

  errorOf(query: unknown, from: InterfaceName = 'standard'): { key: string; code: number; detail: string } {
    const response = this.ask(query, from);
    const entry = Object.entries(response ?? {}).find(([key]) => key.endsWith('_RSP_ERR'));
    if (!entry) throw new Error(`no error but ${JSON.stringify(response)}`);
    const { _err } = entry[1] as { _err: { _c: number; _a: string } };
    return { key: entry[0], code: _err._c, detail: _err._a };
  }
}

/** An answer's response as a value. */
export function parse({ bytes }: Answer): Response | undefined {
  return bytes && (JSON.parse(Buffer.from(bytes).toString()) as Response);
}

export function toBytes(query: unknown): Uint8Array {
  if (query instanceof Uint8Array) return query;
  return Buffer.from(typeof query === 'string' ? query : JSON.stringify(query));
}
