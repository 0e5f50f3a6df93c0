/** What the benchmarks use of the package `zeromq` itself: the limit of what is possible with it. */
export interface Zeromq {
  readonly XPublisher: new (options: {
    readonly sendHighWaterMark: number;
    readonly verbosity: 'allSubs';
  }) => ZeromqSocket;
  readonly Subscriber: new (options: { readonly receiveHighWaterMark: number }) => ZeromqSocket & {
    subscribe(topic: string): void;
  };
  readonly Push: new () => ZeromqSocket;
  readonly Pull: new () => ZeromqSocket;
  readonly Router: new () => ZeromqSocket;
  readonly Dealer: new () => ZeromqSocket;
}

interface ZeromqSocket {
  /** Where it is bound. */
  readonly lastEndpoint: string | null;
  bind(address: string): Promise<void>;
  connect(address: string): void;
  send(frames: (Uint8Array | string)[]): Promise<void>;
  receive(): Promise<Uint8Array[]>;
  close(): void;
}

/** Addresses of one publisher: where it publishes, and where it is told how much was heard. */
export interface ZeromqAddresses {
  readonly pub: string;
  readonly reports: string;
}

/** Sends whenever it is called, one after the other: zeromq.js allows one send at a time. */
export function oneAtATime(send: () => Promise<void>): () => void {
  let waiting = 0;
  let isSending = false;
  const sendAll = async (): Promise<void> => {
    isSending = true;
    for (; waiting > 0; waiting--) await send();
    isSending = false;
  };
  return () => {
    waiting++;
    if (!isSending) void sendAll();
  };
}
