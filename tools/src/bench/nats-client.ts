/** What the benchmarks use of the package `nats`. */
export interface Nats {
  readonly connect: (options: { readonly servers: string }) => Promise<NatsConnection>;
  readonly JSONCodec: () => { encode(value: unknown): Uint8Array; decode(data: Uint8Array): unknown };
}

interface NatsConnection {
  subscribe(
    subject: string,
    options: { readonly queue?: string; callback(error: Error | null, message: NatsRequest): void },
  ): void;
  publish(subject: string, data: Uint8Array): void;
  request(subject: string, data: Uint8Array, options: { readonly timeout: number }): Promise<NatsMessage>;
  flush(): Promise<void>;
  close(): Promise<void>;
  jetstream(): JetStream;
  jetstreamManager(): Promise<JetStreamManager>;
}

interface JetStream {
  /** Resolves when the server has the message. */
  publish(subject: string, data: Uint8Array): Promise<unknown>;
  readonly consumers: { get(stream: string, consumer: string): Promise<JetStreamConsumer> };
}

interface JetStreamConsumer {
  consume(options: { readonly max_messages: number; callback(message: JetStreamMessage): void }): Promise<unknown>;
}

interface JetStreamMessage extends NatsMessage {
  ack(): void;
}

interface JetStreamManager {
  readonly streams: { add(config: Readonly<Record<string, unknown>>): Promise<unknown> };
  readonly consumers: { add(stream: string, config: Readonly<Record<string, unknown>>): Promise<unknown> };
}

interface NatsMessage {
  readonly data: Uint8Array;
}

interface NatsRequest extends NatsMessage {
  respond(data: Uint8Array): boolean;
}
