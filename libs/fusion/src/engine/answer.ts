/** What an interface gives back for a query. */
export interface Answer {
  /** Whether the query failed, which REST says by its status. */
  readonly hasFailed: boolean;
  /** Whether it failed only because the engine is too busy or stopping: trying again later may help. */
  readonly isRefused: boolean;
  /** The response, JSON in UTF-8; `undefined` when the query wanted none. */
  readonly bytes: Uint8Array | undefined;
}
