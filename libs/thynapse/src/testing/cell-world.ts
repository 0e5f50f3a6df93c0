import { decodeFrame } from '@syncytium/codec';
import type { Inbox } from '@syncytium/testkit';
import type { Message, Sockets } from '@syncytium/transport';
import { afterEach, beforeEach } from 'vitest';
import type { Cell } from '../cell/cell.js';
import type { TaskEvent } from '../cell/cell-state.js';
import type { Responder } from '../cell/responder.js';
import { register, type RegisterOptions } from '../register.js';
import { TransmitterNode, type TransmitterNodeOptions } from '../transmitter/transmitter-node.js';

/** A transmitter and cells on real sockets, made anew for each test of the suites that it is given to. */
export interface CellWorld {
  readonly sockets: Sockets;
  /** The one that was started last, which cells join. */
  readonly transmitter: TransmitterNode;
  /** An address that is free. */
  readonly anyAddress: string;
  /** What is closed after the test. */
  readonly open: { close(): Promise<void> }[];
  startTransmitter(options?: Partial<TransmitterNodeOptions>): Promise<void>;
  join(service: string, options?: RegisterOptions): Promise<Cell>;
}

export function cellWorld(makeSockets: () => Sockets, anyAddress: string): CellWorld {
  let sockets: Sockets;
  let transmitter: TransmitterNode;
  let open: CellWorld['open'];
  const world: CellWorld = {
    get sockets() {
      return sockets;
    },
    get transmitter() {
      return transmitter;
    },
    anyAddress,
    get open() {
      return open;
    },
    async startTransmitter(options = {}) {
      const node = new TransmitterNode({ sockets, command: anyAddress, event: anyAddress, ...options });
      await node.start();
      open.push({ close: () => node.stop() });
      transmitter = node;
    },
    async join(service, options = {}) {
      const cell = await register(service, transmitter.command, { sockets, ...options });
      open.push({ close: () => cell.close({ timeout: 0 }) });
      return cell;
    },
  };
  beforeEach(async () => {
    sockets = makeSockets();
    open = [];
    await world.startTransmitter();
  });
  afterEach(async () => {
    for (const one of open.reverse()) await one.close();
  });
  return world;
}

/** What a handler was given. */
export interface Taken {
  readonly message: TaskEvent;
  readonly resp: Responder;
}

/** A handler that answers when the test does. */
export function hold(inbox: Inbox<Taken>) {
  return (message: TaskEvent, resp: Responder): void => {
    inbox.put({ message, resp });
  };
}

/** A frame as a test reads it. */
export function read(bytes: Uint8Array) {
  const frame = decodeFrame(bytes);
  return { command: frame.command, payload: frame.decode() as Record<string, unknown> };
}

export function textOf(message: Message): string[] {
  return message.map((frame) => Buffer.from(frame).toString());
}
