import { checkInteger, checkNotEmpty, checkTtl, valueBytes } from '../broker-arguments.js';
import type { BrokerCommands, BrokerValue, ListEnd, SetOptions } from '../broker.js';
import { byteKeyOf, type ByteKey } from '../keyspace/byte-key.js';
import { copyOf } from '../keyspace/memory-use.js';
import type { Store } from '../keyspace/store.js';

/** A command whose arguments are checked and, where they are bytes, copied. */
export type StoreCommand<T> = (store: Store) => T;

/** The commands that do not wait, for whoever has a way to a store. */
export abstract class MemoryCommands implements BrokerCommands {
  del(...keys: string[]): Promise<number> {
    return this.submit(() => {
      const names = keys.map(byteKeyOf);
      return (store) => {
        show(store, 'del', names);
        return names.filter((key) => store.keyspace.delete(key)).length;
      };
    });
  }

  exists(key: string): Promise<boolean> {
    return this.submit(() => {
      const name = byteKeyOf(key);
      return ({ keyspace }) => keyspace.type(name) !== undefined;
    });
  }

  expire(key: string, ttlMs: number): Promise<boolean> {
    return this.submit(() => {
      checkTtl(ttlMs);
      const name = byteKeyOf(key);
      return ({ keyspace }) => keyspace.expireAt(name, keyspace.now + ttlMs);
    });
  }

  ttl(key: string): Promise<number | undefined> {
    return this.submit(() => {
      const name = byteKeyOf(key);
      return ({ keyspace }) => {
        const at = keyspace.expiresAt(name);
        return at === undefined || at === Infinity ? undefined : Math.ceil(at - keyspace.now);
      };
    });
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.submit(() => {
      const name = byteKeyOf(key);
      return ({ keyspace }) => copyIfAny(keyspace.getString(name));
    });
  }

  set(key: string, value: BrokerValue, { onlyIf, ttlMs }: SetOptions = {}): Promise<boolean> {
    return this.submit(() => {
      if (ttlMs !== undefined) checkTtl(ttlMs);
      const name = byteKeyOf(key);
      const bytes = copyOf(valueBytes(value));
      return (store) => {
        const { keyspace } = store;
        show(store, 'set', [name], [bytes]);
        return keyspace.setString(name, bytes, {
          ...(onlyIf && { onlyIf }),
          ...(ttlMs !== undefined && { expiresAt: keyspace.now + ttlMs }),
        });
      };
    });
  }

  lpush(key: string, ...values: BrokerValue[]): Promise<number> {
    return this.#push(key, 'left', values);
  }

  rpush(key: string, ...values: BrokerValue[]): Promise<number> {
    return this.#push(key, 'right', values);
  }

  lpop(key: string): Promise<Uint8Array | undefined> {
    return this.#pop(key, 'left');
  }

  rpop(key: string): Promise<Uint8Array | undefined> {
    return this.#pop(key, 'right');
  }

  lmove(source: string, destination: string, from: ListEnd, to: ListEnd): Promise<Uint8Array | undefined> {
    return this.submit(() => {
      const [name, into] = [byteKeyOf(source), byteKeyOf(destination)];
      return ({ keyspace }) => copyIfAny(keyspace.move(name, into, from, to));
    });
  }

  llen(key: string): Promise<number> {
    return this.submit(() => {
      const name = byteKeyOf(key);
      return ({ keyspace }) => keyspace.length(name);
    });
  }

  lrange(key: string, start: number, stop: number): Promise<Uint8Array[]> {
    return this.submit(() => {
      checkInteger(start, 'start');
      checkInteger(stop, 'stop');
      const name = byteKeyOf(key);
      return ({ keyspace }) => keyspace.range(name, start, stop).map(copyOf);
    });
  }

  lrem(key: string, count: number, value: BrokerValue): Promise<number> {
    return this.submit(() => {
      checkInteger(count, 'count');
      const max = count === 0 ? Infinity : Math.abs(count);
      const name = byteKeyOf(key);
      const bytes = copyOf(valueBytes(value));
      return ({ keyspace }) => keyspace.remove(name, bytes, max, count < 0 ? 'right' : 'left');
    });
  }

  ltrim(key: string, start: number, stop: number): Promise<void> {
    return this.submit(() => {
      checkInteger(start, 'start');
      checkInteger(stop, 'stop');
      const name = byteKeyOf(key);
      return ({ keyspace }) => keyspace.trim(name, start, stop);
    });
  }

  publish(channel: string, message: BrokerValue): Promise<number> {
    return this.submit(() => {
      const name = byteKeyOf(channel);
      const bytes = copyOf(valueBytes(message));
      return (store) => {
        show(store, 'publish', [name], [bytes]);
        return store.channels.publish(name, bytes);
      };
    });
  }

  /** Prepares a command at once and executes it in its turn; what either throws, the promise rejects with. */
  protected abstract submit<T>(prepare: () => StoreCommand<T>): Promise<T>;

  #push(key: string, end: ListEnd, values: readonly BrokerValue[]): Promise<number> {
    return this.submit(() => {
      checkNotEmpty(values, 'values');
      const name = byteKeyOf(key);
      const bytes = values.map((value) => copyOf(valueBytes(value)));
      return (store) => {
        show(store, end === 'left' ? 'lpush' : 'rpush', [name], bytes);
        return store.keyspace.push(name, end, bytes);
      };
    });
  }

  #pop(key: string, end: ListEnd): Promise<Uint8Array | undefined> {
    return this.submit(() => {
      const name = byteKeyOf(key);
      return ({ keyspace }) => keyspace.pop(name, end);
    });
  }
}

/** Whoever observes the store sees a command that writes as a client of Redis would have sent it. */
function show(
  { observer }: Store,
  command: string,
  keys: readonly ByteKey[],
  values: readonly Uint8Array[] = [],
): void {
  observer?.([...[command, ...keys].map((word) => Buffer.from(word, 'latin1')), ...values]);
}

function copyIfAny(value: Uint8Array | undefined): Uint8Array | undefined {
  return value && copyOf(value);
}
