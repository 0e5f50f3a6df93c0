import type { Fields } from '../wire/fields.js';
import { commands, heartbeatsUntilLost } from '../wire/wire.js';
import { frameOf, send } from './cell-saying.js';
import { unpack } from './cell-sending.js';
import type { CellOutput, CellState } from './cell-state.js';
import { giveUpConfirming } from './cell-tasks.js';

type Outputs = CellOutput[];

/** Most other transmitters that a cell keeps in mind. */
const addressesMax = 32;

export function sayHello(state: CellState, now: number, outputs: Outputs): void {
  const { id, service, capacity, encoding } = state.options;
  const resume = state.wasWelcome ? { resume: true } : {};
  // What is packed is JSON.
  const packed = encoding === 'J';
  send(state, frameOf(state, commands.hello, { id, service, capacity, batch: true, packed, ...resume }), now, outputs);
}

/** How often its line should carry something. */
export function heartbeatOf({ welcome, options }: CellState): number {
  return welcome?.heartbeatMs ?? options.helloMs;
}

export function keepAlive(state: CellState, now: number, outputs: Outputs): void {
  const { phase, options } = state;
  const heartbeatMs = heartbeatOf(state);
  // A transmitter that lets go lives, and waits for others: who goes too early says again what they do not know yet.
  const patienceMs = phase === 'moving' ? heartbeatsUntilLost * heartbeatMs : options.moveMs;
  const isHomeless = phase === 'waiting' || phase === 'moving';
  if (isHomeless && state.addresses.length > 1 && now - state.lostMs >= patienceMs) {
    lose(state, 'the transmitter does not let this cell go', now, outputs);
    move(state, now, outputs);
    return;
  }
  if (!state.connected) return;
  if (now - state.heardMs >= heartbeatsUntilLost * heartbeatMs) {
    state.connected = false;
    lose(state, 'the transmitter is silent', now, outputs);
    outputs.push({ type: 'reconnect' });
  } else if (state.phase === 'waiting' && now - state.saidMs >= state.options.helloMs) {
    sayHello(state, now, outputs);
  } else if (state.phase === 'welcome') {
    const isQuiet = now - state.saidMs >= heartbeatMs || now - state.heardMs >= heartbeatMs;
    if (!isQuiet || now - state.pingedMs < heartbeatMs) return;
    state.pingedMs = now;
    send(state, frameOf(state, commands.ping, {}), now, outputs);
  }
}

/** To the next transmitter that it knows, if there is one; it comes back to this one after all others. [T-61] */
export function move(state: CellState, now: number, outputs: Outputs): void {
  const [former, address, ...others] = state.addresses;
  state.lostMs = now;
  if (former === undefined || address === undefined) return;
  state.addresses = [address, ...others, former];
  state.connected = false;
  outputs.push({ type: 'move', from: former, to: address });
}

/** What a transmitter says of others: where to go when it is lost. [T-60] */
export function learn(state: CellState, { all }: Fields): void {
  const { peers } = all;
  if (!Array.isArray(peers)) return;
  const told = peers.filter((peer): peer is string => typeof peer === 'string');
  const [current, ...older] = state.addresses;
  // Those that are not named any more may be there again when all others are gone.
  state.addresses = [...new Set([...(current === undefined ? [] : [current]), ...told, ...older])].slice(
    0,
    addressesMax,
  );
}

export function lose(state: CellState, why: string, now: number, outputs: Outputs): void {
  if (state.phase !== 'welcome' && state.phase !== 'moving') return;
  unpack(state);
  state.phase = 'waiting';
  state.lostMs = now;
  outputs.push({ type: 'lost', why, address: state.addresses[0] });
  giveUpConfirming(state, outputs);
}
