/**
 * Events over ØMQ where the receiver chooses: *multicatch*, every cell that listens gets the event, or *anycatch*,
 * exactly one cell of the service does, and answers. `register` makes a cell, {@link TransmitterNode} is what cells
 * connect to, and `local` has both in one process without any sockets.
 *
 * @example
 * ```ts
 * import { local } from '@syncytium/thynapse';
 *
 * const hub = local();
 * const mail = await hub.register('mail');
 * await mail.on('user::registered', (message) => ({ welcome: message.data })); // anycatch
 * const web = await hub.register('web');
 * await web.all.on('mail::*', (message) => console.log(message.channel)); // mail::user::registered::success
 * console.log(await web.request('user::registered', 'Ada')); // { welcome: 'Ada' }
 * await hub.close();
 * ```
 *
 * @packageDocumentation
 */
export { register, type RegisterOptions } from './register.js';
export { local, type LocalHub, type LocalOptions } from './local.js';
export { Cell, type CellParts, type CloseOptions, type Subscription } from './cell/cell.js';
export { checkKey, type RequestOptions, type SendOptions } from './cell/send-options.js';
export type { Handler } from './cell/handlers.js';
export type { CellAnswer, MissingAnswer } from './cell/gathering.js';
export type { CellNodeOptions } from './cell/cell-node.js';
export type { WaitOptions } from './cell/wait-options.js';
export type { CellOptions, TaskEvent } from './cell/cell-state.js';
export type { Responder } from './cell/responder.js';
export type { Interest, Listener } from './cell/listeners.js';
export { checkService } from './wire/channel.js';
export type { EventContents, ThynapseEvent } from './wire/event.js';
export { parsePattern, type Pattern } from './patterns/pattern.js';
export { PatternIndex } from './patterns/pattern-index.js';
export { TransmitterNode, type TransmitterNodeOptions } from './transmitter/transmitter-node.js';
export { transmitterDefaults, type TransmitterOptions } from './transmitter/transmitter-options.js';
export type { CellTopology, ServiceTopology, Topology, TransmitterTopology } from './transmitter/topology.js';
export {
  AnswersMissingError,
  DriverMissingError,
  NoServiceError,
  ProtocolError,
  RefusedError,
  RequestFailedError,
} from './errors.js';
export { protocolErrorCodes, type ProtocolErrorCode } from './wire/wire.js';
