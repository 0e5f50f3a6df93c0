import { checkInteger, checkNotEmpty, checkTtl } from '../broker-arguments.js';
import type { BrokerCommands, BrokerValue, ListEnd, SetOptions } from '../broker.js';
import { argument, type Argument } from './argument.js';
import { arrayReply, bytesReply, integerReply, optionalBytesReply } from './replies.js';

/** The commands that do not wait, for whoever can send one to a Redis. */
export abstract class RedisCommands implements BrokerCommands {
  async del(...keys: string[]): Promise<number> {
    return keys.length === 0 ? 0 : integerReply(await this.call('DEL', keys));
  }

  async exists(key: string): Promise<boolean> {
    return integerReply(await this.call('EXISTS', [key])) === 1;
  }

  async expire(key: string, ttlMs: number): Promise<boolean> {
    checkTtl(ttlMs);
    return integerReply(await this.call('PEXPIRE', [key, `${Math.ceil(ttlMs)}`])) === 1;
  }

  async ttl(key: string): Promise<number | undefined> {
    const ms = integerReply(await this.call('PTTL', [key]));
    return ms < 0 ? undefined : ms;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return optionalBytesReply(await this.call('GET', [key]));
  }

  async set(key: string, value: BrokerValue, { onlyIf, ttlMs }: SetOptions = {}): Promise<boolean> {
    const args = [key, argument(value)];
    if (ttlMs !== undefined) {
      checkTtl(ttlMs);
      args.push('PX', `${Math.ceil(ttlMs)}`);
    }
    if (onlyIf) args.push(onlyIf === 'absent' ? 'NX' : 'XX');
    return (await this.call('SET', args)) !== null;
  }

  async lpush(key: string, ...values: BrokerValue[]): Promise<number> {
    return integerReply(await this.call('LPUSH', pushArguments(key, values)));
  }

  async rpush(key: string, ...values: BrokerValue[]): Promise<number> {
    return integerReply(await this.call('RPUSH', pushArguments(key, values)));
  }

  async lpop(key: string): Promise<Uint8Array | undefined> {
    return optionalBytesReply(await this.call('LPOP', [key]));
  }

  async rpop(key: string): Promise<Uint8Array | undefined> {
    return optionalBytesReply(await this.call('RPOP', [key]));
  }

  async lmove(source: string, destination: string, from: ListEnd, to: ListEnd): Promise<Uint8Array | undefined> {
    return optionalBytesReply(await this.call('LMOVE', [source, destination, from, to]));
  }

  async llen(key: string): Promise<number> {
    return integerReply(await this.call('LLEN', [key]));
  }

  async lrange(key: string, start: number, stop: number): Promise<Uint8Array[]> {
    checkInteger(start, 'start');
    checkInteger(stop, 'stop');
    return arrayReply(await this.call('LRANGE', [key, `${start}`, `${stop}`])).map(bytesReply);
  }

  async lrem(key: string, count: number, value: BrokerValue): Promise<number> {
    checkInteger(count, 'count');
    return integerReply(await this.call('LREM', [key, `${count}`, argument(value)]));
  }

  async ltrim(key: string, start: number, stop: number): Promise<void> {
    checkInteger(start, 'start');
    checkInteger(stop, 'stop');
    await this.call('LTRIM', [key, `${start}`, `${stop}`]);
  }

  async publish(channel: string, message: BrokerValue): Promise<number> {
    return integerReply(await this.call('PUBLISH', [channel, argument(message)]));
  }

  /** Sends a command at once; its first argument tells the node of a cluster. Errors are those this driver throws. */
  protected abstract call(command: string, args: readonly Argument[]): Promise<unknown>;
}

function pushArguments(key: string, values: readonly BrokerValue[]): Argument[] {
  checkNotEmpty(values, 'values');
  return [key, ...values.map(argument)];
}
