import { askFusion } from '../ask-fusion.js';

/** Who is logged in, and what is remembered of them: objects in Fusion, which forgets them by itself. */
export class SessionCache {
  readonly #fusion: string;

  private constructor(fusion: string) {
    this.#fusion = fusion;
  }

  /** @param fusion the REST address of a Fusion @param lifetimeMs how long after its login a session is forgotten */
  static async open(fusion: string, lifetimeMs: number): Promise<SessionCache> {
    const cache = new SessionCache(fusion);
    const user = { _type: 'string', _index: true };
    await cache.#ask({ CREATE_CLASSES: { Session: { user, pages: 'uint', _ttl: lifetimeMs } } });
    return cache;
  }

  /** The token that the browser keeps: nobody can guess an OID. */
  async login(user: string): Promise<string> {
    const { STORE_RSP } = await this.#ask<{ STORE_RSP: [{ Session: { _oid: string } }] }>({
      STORE: { _class: 'Session', _objects: [{ user, pages: 0 }] },
    });
    return STORE_RSP[0].Session._oid;
  }

  /** Counts a page; `false` when there is no such session any more. Two at once are both counted. */
  async visit(token: string): Promise<boolean> {
    const { UPDATE_RSP } = await this.#ask<{ UPDATE_RSP: { Session: { _cnt: number } } }>({
      UPDATE: { Session: { _oids: [token], pages: { _inc: 1 } } },
    });
    return UPDATE_RSP.Session._cnt === 1;
  }

  async pages(token: string): Promise<number | undefined> {
    const { GET_RSP } = await this.#ask<{ GET_RSP: { _objects: { pages: number }[] } }>({
      GET: { Session: { _oids: [token] } },
    });
    return GET_RSP._objects[0]?.pages;
  }

  /** How many sessions a user has, on every device. */
  async count(user: string): Promise<number> {
    const { COUNT_RSP } = await this.#ask<{ COUNT_RSP: { Session: { _cnt: number } } }>({
      COUNT: { Session: { user } },
    });
    return COUNT_RSP.Session._cnt;
  }

  async logout(token: string): Promise<void> {
    await this.#ask({ DELETE: { Session: { _oids: [token] } } });
  }

  #ask<Answer>(query: object): Promise<Answer> {
    return askFusion(this.#fusion, query);
  }
}
