import type { Sockets } from '@syncytium/transport';
import { memorySockets } from '@syncytium/transport/memory';
import type { Cell } from './cell/cell.js';
import { register, type RegisterOptions } from './register.js';
import { TransmitterNode, type TransmitterNodeOptions } from './transmitter/transmitter-node.js';

export type LocalOptions = Omit<TransmitterNodeOptions, 'sockets' | 'command' | 'event' | 'advertise'>;

/** A transmitter and cells within one process, with the same promises as over a network. */
export interface LocalHub {
  readonly transmitter: TransmitterNode;
  readonly sockets: Sockets;
  /** As the function `register`, without an address. */
  register(service: string, options?: Omit<RegisterOptions, 'sockets'>): Promise<Cell>;
  /** Closes every cell and the transmitter. */
  close(): Promise<void>;
}

/** The same API without any sockets: for tests, and for services that live in one process. */
export function local(options: LocalOptions = {}): LocalHub {
  const sockets = memorySockets();
  const transmitter = new TransmitterNode({ ...options, sockets, command: 'command', event: 'event' });
  const started = transmitter.start();
  const cells = new Set<Cell>();
  return {
    transmitter,
    sockets,
    async register(service, cellOptions = {}) {
      await started;
      const { clock, prng, log } = options;
      const shared = { ...(clock && { clock }), ...(prng && { prng }), ...(log && { log }) };
      const cell = await register(service, transmitter.command, { ...shared, ...cellOptions, sockets });
      cells.add(cell);
      return cell;
    },
    async close() {
      await started;
      await Promise.all([...cells].map((cell) => cell.close()));
      await transmitter.stop();
    },
  };
}
