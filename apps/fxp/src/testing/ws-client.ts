import { connectWs } from '@syncytium/transport/ws';

/** A WebSocket client of the gateway under test: what it is told is asked for message by message. */
export interface WsClient {
  send(message: Readonly<Record<string, unknown>>, bytes?: Uint8Array): void;
  sendText(text: string): void;
  /** The next message, in the order of arrival; the bytes of a binary one are its `item`. */
  next(): Promise<Record<string, unknown>>;
  /** Sends a message and gives the next one. */
  ask(message: Readonly<Record<string, unknown>>, bytes?: Uint8Array): Promise<Record<string, unknown>>;
  /** Resolves with the code of the close. */
  readonly closed: Promise<number>;
  terminate(): void;
}

/** Connects to a path of a gateway at an HTTP URL. */
export async function openWs(http: string, path: string): Promise<WsClient> {
  const messages: Record<string, unknown>[] = [];
  const readers: ((message: Record<string, unknown>) => void)[] = [];
  let close: (code: number) => void = () => undefined;
  const closed = new Promise<number>((resolve) => (close = resolve));
  const connection = await connectWs(http.replace('http', 'ws') + path, {
    onMessage(data, isBinary) {
      const lineEnd = isBinary ? data.indexOf('\n') : data.length;
      const line = JSON.parse(data.toString('utf8', 0, lineEnd)) as Record<string, unknown>;
      const message = isBinary ? { ...line, item: Buffer.from(data.subarray(lineEnd + 1)) } : line;
      const reader = readers.shift();
      if (reader) reader(message);
      else messages.push(message);
    },
    onClose: (code) => close(code),
  });
  const client: WsClient = {
    send(message, bytes) {
      const text = JSON.stringify(message);
      connection.send(bytes ? Buffer.concat([Buffer.from(`${text}\n`), bytes]) : text);
    },
    sendText: (text) => void connection.send(text),
    next() {
      const message = messages.shift();
      return message ? Promise.resolve(message) : new Promise((resolve) => readers.push(resolve));
    },
    ask(message, bytes) {
      client.send(message, bytes);
      return client.next();
    },
    closed,
    terminate: () => connection.terminate(),
  };
  return client;
}
