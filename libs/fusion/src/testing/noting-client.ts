import type { EngineConnection } from '../engine/connection.js';
import { parse, toBytes, type Response, type TestEngine } from './test-engine.js';

/** A client that writes down what it is answered. */
export class NotingClient {
  readonly responses: (Response | undefined)[] = [];
  readonly #connection: EngineConnection;

  constructor(test: TestEngine, name: string) {
    this.#connection = test.engine.connect('standard', name);
  }

  get pendingCount(): number {
    return this.#connection.pendingCount;
  }

  /** The keys of the responses, with their `_qid`s. */
  get keys(): string[] {
    return this.responses.map((response) =>
      Object.entries(response ?? { nothing: 1 })
        .map(([key, value]) => (key === '_qid' ? String(value) : key))
        .join(' '),
    );
  }

  send(query: unknown): void {
    this.#connection.submit(toBytes(query), (answer) => this.responses.push(parse(answer)));
  }

  close(): void {
    this.#connection.close();
  }
}
