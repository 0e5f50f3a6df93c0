import { randomThid } from '@syncytium/codec';
import { silentLog, systemClock, systemPrng, WaitTable, type Clock, type Log, type Prng } from '@syncytium/kit';
import type { SocketOptions, Sockets } from '@syncytium/transport';
import type { WaitOptions } from './cell/wait-options.js';
import { cellDefaults } from './cell/cell-state.js';
import { Cell } from './cell/cell.js';
import { checkService } from './wire/channel.js';
import { DriverMissingError } from './errors.js';
import { cellName } from './wire/cell-name.js';

export interface RegisterOptions extends WaitOptions {
  /** Most events this cell handles at once (16 unless told). */
  readonly capacity?: number;
  /** How commands are encoded: `J` (JSON, unless told) or `M` (MessagePack). Events are published in JSON either way. */
  readonly encoding?: 'J' | 'M';
  /** Sockets to use; those of ØMQ unless told, for which the package `zeromq` must be installed. */
  readonly sockets?: Sockets;
  /** CURVE keys of this cell and the public key of the transmitter. */
  readonly curve?: SocketOptions['curve'];
  readonly clock?: Clock;
  readonly prng?: Prng;
  readonly log?: Log;
  /** Where the waits of this cell are shown; a table of its own unless told. */
  readonly waits?: WaitTable;
  /**
   * What goes wrong outside any call. Unless told, an error in a listener is thrown as an uncaught exception, since a
   * cell is to crash rather than to go on wrong; trouble on the line (an unconfirmed event that was refused, a failed
   * handshake) is a warning in the log.
   */
  readonly onError?: (error: Error) => void;
  /** So many events that this cell listens to were dropped, since it did not keep up; they are also in `cell.missed`. */
  readonly onMissed?: (count: number) => void;
}

/**
 * Makes a cell of a service and connects it to a transmitter. Resolves when it is welcome.
 *
 * Throws `InvalidArgumentError` (a bad name or option), `AddressError` (an address that is none), `RefusedError` (the
 * transmitter does not want it), `HandshakeError` (it wants other keys, or none), `TimeoutError` (nobody answers there)
 * and `DriverMissingError` (no `zeromq`).
 *
 * @see docs/spec/thynapse.md
 */
export async function register(service: string, address: string, options: RegisterOptions = {}): Promise<Cell> {
  checkService(service);
  const { clock = systemClock, prng = systemPrng(), log = silentLog, onError, onMissed } = options;
  const { capacity = cellDefaults.capacity, encoding = cellDefaults.encoding, curve } = options;
  const id = randomThid(prng);
  const cell = new Cell({
    ...cellDefaults,
    id,
    service,
    capacity,
    encoding,
    address,
    name: cellName(service, id),
    sockets: options.sockets ?? (await zeromqSockets()),
    clock,
    log,
    waits: options.waits ?? new WaitTable({ system: 'thynapse', clock }),
    ...(curve && { curve }),
    ...(onMissed && { onMissed }),
    onError: onError ?? throwUncaught,
    onTrouble: onError ?? ((error) => log.warn(error.message, { err: error })),
  });
  return cell.start(options);
}

/** Only here, and only when it is needed: the library itself must not drag ØMQ in. */
async function zeromqSockets(): Promise<Sockets> {
  try {
    const driver = await import('@syncytium/transport/zeromq');
    return driver.zeromqSockets();
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND') throw new DriverMissingError('zeromq', error);
    throw error;
  }
}

function throwUncaught(error: Error): void {
  queueMicrotask(() => {
    throw error;
  });
}
