import type { WaitSubject } from '@syncytium/kit';
import { textOf, type ByteKey } from '../keyspace/byte-key.js';
import type { WaitDescription } from './resp-host.js';
import type { RespSession } from './resp-session.js';

/** Who waits for what, asked only when somebody looks. */
export class ClientWait implements WaitSubject {
  readonly #session: RespSession;
  readonly #keys: readonly ByteKey[];

  constructor(session: RespSession, keys: readonly ByteKey[]) {
    this.#session = session;
    this.#keys = keys;
  }

  get who(): string {
    return this.#described().who;
  }

  get what(): string {
    return this.#described().what;
  }

  get whom(): readonly string[] {
    return this.#described().whom;
  }

  get details(): Readonly<Record<string, unknown>> {
    const { address, id, lastCommand } = this.#session;
    return { client: address, clientId: id, command: lastCommand, keys: this.#names() };
  }

  #described(): WaitDescription {
    const { host, name, address } = this.#session;
    const names = this.#names();
    return (
      host.describeWait(this.#session, names) ?? {
        who: name || address,
        what: `item of key ${names.join(' or ')}`,
        whom: [],
      }
    );
  }

  #names(): string[] {
    return this.#keys.map(textOf);
  }
}
