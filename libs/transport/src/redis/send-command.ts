import { Writable } from 'node:stream';
import { InternalError } from '@syncytium/kit';
import { Command } from 'ioredis';
import type { Argument } from './argument.js';
import type { RedisClient } from './redis-clients.js';

/** An argument from this size on is sent from where it is; smaller ones are joined into one piece. */
const largeBytes = 64 * 1024;

/** Sends a command; its reply is given as bytes, its errors are the client library's own. */
export function sendCommand(client: RedisClient, name: string, args: readonly Argument[]): Promise<unknown> {
  if (!args.some(isLarge)) return client.callBuffer(name, [...args]);
  return client.sendCommand(new LargeCommand(name, [...args], { replyEncoding: null })) as Promise<unknown>;
}

function isLarge(arg: Argument): boolean {
  return typeof arg !== 'string' && arg.length >= largeBytes;
}

/** A command that the client library does not copy into one piece, which would take as much memory and time again. */
class LargeCommand extends Command {
  override toWritable(line: object): string {
    if (!(line instanceof Writable))
      throw new InternalError('the client library writes to something that is no stream');
    // The parts travel as one.
    line.cork();
    process.nextTick(() => line.uncork());
    let text = `*${this.args.length + 1}\r\n$${Buffer.byteLength(this.name)}\r\n${this.name}\r\n`;
    for (const arg of this.args as readonly Argument[]) {
      text += `$${Buffer.byteLength(arg)}\r\n`;
      if (typeof arg === 'string') text += arg;
      else {
        line.write(text);
        line.write(arg);
        text = '';
      }
      text += '\r\n';
    }
    return text;
  }
}
