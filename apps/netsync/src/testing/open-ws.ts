import { connectWs } from '@syncytium/transport/ws';

/** A WebSocket client under test: what it is told is asked for message by message. */
export interface TestWs {
  send(message: unknown): void;
  /** The next message, in the order of arrival. */
  next(): Promise<Record<string, unknown>>;
  /** Resolves with the code of the close. */
  readonly closed: Promise<number>;
  terminate(): void;
}

/** Connects to `/ws` of a server at an HTTP URL. */
export async function openWs(url: string, headers: Record<string, string> = {}): Promise<TestWs> {
  const messages: Record<string, unknown>[] = [];
  const readers: ((message: Record<string, unknown>) => void)[] = [];
  let close: (code: number) => void;
  const closed = new Promise<number>((resolve) => (close = resolve));
  const connection = await connectWs(
    `${url.replace(/^http/, 'ws')}/ws`,
    {
      onMessage(data) {
        const message = JSON.parse(data.toString()) as Record<string, unknown>;
        const reader = readers.shift();
        if (reader) reader(message);
        else messages.push(message);
      },
      onClose: (code) => close(code),
    },
    { headers },
  );
  return {
    send: (message) => void connection.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next() {
      const message = messages.shift();
      return message ? Promise.resolve(message) : new Promise((resolve) => readers.push(resolve));
    },
    closed,
    terminate: () => connection.terminate(),
  };
}
