/** What the benchmarks use of the package `nats`. */
export interface Nats {
  readonly connect: (options: { readonly servers: string }) => Promise<NatsConnection>;
  readonly JSONCodec: () => { encode(value: unknown): Uint8Array; decode(data: Uint8Array): unknown };
}

interface NatsConnection {
  subscribe(subject: string, options: { callback(error: Error | null, message: NatsRequest): void }): void;
  publish(subject: string, data: Uint8Array): void;
  request(subject: string, data: Uint8Array, options: { readonly timeout: number }): Promise<NatsMessage>;
  flush(): Promise<void>;
}

interface NatsMessage {
  readonly data: Uint8Array;
}

interface NatsRequest extends NatsMessage {
  respond(data: Uint8Array): boolean;
}
