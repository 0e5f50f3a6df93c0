import type { JsonObject, OpenOptions, Requestor, Session } from '@syncytium/fxp';

/** Several sessions of one service; a call takes a session that has no call under way, or waits for one. */
export class SessionPool implements AsyncDisposable {
  readonly #sessions: readonly Session[];
  readonly #idle: Session[];
  readonly #waiting: ((session: Session) => void)[] = [];

  private constructor(sessions: readonly Session[]) {
    this.#sessions = sessions;
    this.#idle = [...sessions];
  }

  static async open(requestor: Requestor, service: string, options: OpenOptions, count: number): Promise<SessionPool> {
    return new SessionPool(await Promise.all(Array.from({ length: count }, () => requestor.open(service, options))));
  }

  async call(item: JsonObject): Promise<JsonObject> {
    const session = this.#idle.pop() ?? (await new Promise<Session>((resolve) => this.#waiting.push(resolve)));
    try {
      return await session.call(item);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(session);
      else this.#idle.push(session);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
  }
}
