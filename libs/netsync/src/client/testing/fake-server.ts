import { settle } from '@syncytium/testkit';
import type { WsConnection, WsHandlers } from '@syncytium/transport/ws';
import type { RequestMessage } from '../../messages.js';

/** One connection that a client under test has made. */
export interface FakeConnection {
  /** What the client has sent, and not been asked for before. */
  heard(): Promise<RequestMessage[]>;
  /** How many messages that took. */
  readonly messageCount: number;
  say(message: unknown): void;
  /** The connection breaks. */
  lose(code?: number): void;
}

/** A server of a scripted kind: connections succeed while it is up, and say what the test says. */
export class FakeServer {
  isUp = true;
  attempts = 0;
  readonly connections: FakeConnection[] = [];

  readonly connect = (handlers: WsHandlers): Promise<WsConnection> => {
    this.attempts++;
    if (!this.isUp) return Promise.reject(new Error('refused'));
    let isOpen = true;
    const messages: RequestMessage[] = [];
    let messageCount = 0;
    const end = (code: number): void => {
      if (!isOpen) return;
      isOpen = false;
      handlers.onClose?.(code, '');
    };
    this.connections.push({
      heard: () => settle().then(() => messages.splice(0)),
      get messageCount() {
        return messageCount;
      },
      say: (message) => handlers.onMessage(Buffer.from(JSON.stringify(message)), false),
      lose: (code = 1006) => end(code),
    });
    return Promise.resolve({
      remoteAddress: '',
      get isOpen() {
        return isOpen;
      },
      bufferedBytes: 0,
      send(data) {
        messageCount++;
        messages.push(...[JSON.parse(String(data)) as RequestMessage | RequestMessage[]].flat());
        return true;
      },
      sendPart: () => {
        throw new Error('a client sends whole messages');
      },
      pause: () => undefined,
      resume: () => undefined,
      close: (code = 1000) => end(code),
      terminate: () => end(1006),
    });
  };

  /** The latest connection. */
  get connection(): FakeConnection {
    const latest = this.connections.at(-1);
    if (!latest) throw new Error('nobody has connected');
    return latest;
  }
}
