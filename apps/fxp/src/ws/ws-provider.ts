import {
  InternalError,
  InvalidArgumentError,
  LimitError,
  type Clock,
  type Log,
  type Prng,
  type WaitTable,
} from '@syncytium/kit';
import { FxpRemoteError, FxpSessionEndedError, Provider, type PayloadCodec } from '@syncytium/fxp';
import type { Broker } from '@syncytium/transport';
import type { WsConnection, WsHandlers } from '@syncytium/transport/ws';
import { ClientGoneError, ClientFailedError, NoSessionError } from '../errors.js';
import type { AnySession } from '../gateway.js';
import { readDuration, readText, readWord } from '../session-request.js';
import { checkItem } from './check-item.js';
import { messageShapes, type ClientMessage } from './client-message.js';
import { WsPeer, type Answer } from './ws-peer.js';

export interface WsProviderDeps {
  readonly broker: Broker;
  readonly waits: WaitTable;
  readonly clock: Clock;
  readonly prng: Prng;
  readonly log: Log;
  /** Most sessions that one client may serve at once. */
  readonly capacityMax: number;
}

interface Serving {
  readonly session: AnySession;
  /** Ends the service function: well, or with what the requestor is to be told. */
  readonly end: (error?: Error) => void;
}

/** Sessions at once, unless a client says more. */
const capacityDefault = 1;

const known = ['role', 'name', 'version', 'capacity', 'codec', 'timeout'];

/**
 * A provider at the end of a WebSocket: offers the service while the connection lasts. When the client disconnects, the
 * requestors of its sessions are told.
 *
 * @see docs/spec/fxp.md
 */
export function wsProvider(
  connection: WsConnection,
  service: string,
  query: Readonly<Record<string, string>>,
  { broker, waits, clock, prng, log, capacityMax }: WsProviderDeps,
): WsHandlers {
  const serving = new Map<string, Serving>();
  const gone = new AbortController();
  let load: number | undefined;
  let client = `provider at ${connection.remoteAddress}`;
  const peer = new WsPeer(connection, messageShapes.provider, (message) => answer(message), log);

  const serve = async (session: AnySession): Promise<void> => {
    const { id, mode } = session;
    let own: Serving | undefined;
    const failure = await new Promise<Error | undefined>((resolve) => {
      own = { session, end: resolve };
      serving.set(id, own);
      peer.tell({ type: 'session', session: id, mode });
      if (gone.signal.aborted) resolve(new ClientGoneError(client));
    });
    // Its requestor may have opened it anew meanwhile.
    if (serving.get(id) === own) serving.delete(id);
    peer.tell({ type: 'over', session: id });
    if (failure) throw failure;
  };

  const connect = async (): Promise<Provider> => {
    const { codec, timeout, capacity, ...options } = readProviderRequest(query, capacityMax);
    if (options.name !== undefined) client = `provider "${options.name}" at ${connection.remoteAddress}`;
    const loads = { load: (): number => load ?? serving.size / capacity };
    const provider = await Provider.connect(broker, { ...options, ...loads, capacity, waits, clock, prng, log });
    try {
      await provider.register<PayloadCodec>(service, serve, { codec, ...(timeout !== undefined && { timeout }) });
    } catch (error) {
      await provider.close();
      throw error;
    }
    const { provider: name, instance } = provider.id;
    peer.tell({ type: 'registered', service, provider: name, instance, capacity });
    return provider;
  };
  const connecting = connect();
  connecting.catch((error: unknown) => peer.refuse(error));

  const find = (id = ''): Serving => {
    const found = serving.get(id);
    if (!found) throw new NoSessionError(id);
    return found;
  };

  const answer = async (message: ClientMessage): Promise<Answer> => {
    const provider = await connecting;
    switch (message.type) {
      case 'pop':
        return pop(find(message.session), message);
      case 'push':
        return push(find(message.session), message);
      case 'end':
        find(message.session).end();
        return { type: 'done' };
      case 'fail':
        find(message.session).end(new ClientFailedError(message.error ?? {}));
        return { type: 'done' };
      case 'load':
        load = message.load;
        return { type: 'done' };
      case 'drain':
        await provider.drain({ signal: gone.signal });
        return { type: 'done' };
      case 'call':
        throw new InternalError('a provider has no call');
    }
  };

  /** The requestor's end is an answer, not a failure, and ends this end of the session, too. */
  const pop = async (own: Serving, { timeout }: ClientMessage): Promise<Answer> => {
    const options = { ...(timeout !== undefined && { timeout }), signal: gone.signal };
    try {
      return { type: 'item', item: await own.session.pop(options) };
    } catch (error) {
      endIfOver(own, error);
      if (error instanceof FxpSessionEndedError) return { type: 'end' };
      throw error;
    }
  };

  const push = async (own: Serving, { item }: ClientMessage): Promise<Answer> => {
    try {
      await own.session.push(checkItem(item, own.session.codec));
      return { type: 'done' };
    } catch (error) {
      endIfOver(own, error);
      throw error;
    }
  };

  return {
    onMessage: (frame, isBinary) => peer.onFrame(frame, isBinary),
    onClose() {
      const error = new ClientGoneError(client);
      gone.abort(error);
      for (const { end } of [...serving.values()]) end(error);
      connecting
        .then((provider) => provider.close())
        .catch((error: unknown) => log.debug('a provider was not there', { client, err: error }));
    },
  };
}

/** Nothing can come of a session that has ended, or whose requestor has failed. */
function endIfOver({ session, end }: Serving, error: unknown): void {
  if (session.isEnded || error instanceof FxpSessionEndedError || error instanceof FxpRemoteError) end();
}

interface ProviderRequest {
  readonly name?: string;
  readonly version?: string;
  readonly capacity: number;
  readonly codec: PayloadCodec;
  readonly timeout?: number;
}

function readProviderRequest(query: Readonly<Record<string, string>>, capacityMax: number): ProviderRequest {
  const unknown = Object.keys(query).find((field) => !known.includes(field));
  if (unknown !== undefined) throw new InvalidArgumentError(unknown, `is unknown; known are ${known.join(', ')}`);
  const { name, version, capacity, codec, timeout } = query;
  const sessions = capacity === undefined ? capacityDefault : /^\d{1,7}$/.test(capacity) ? Number(capacity) : NaN;
  if (!(sessions >= 1)) throw new InvalidArgumentError('capacity', 'must be a whole number of at least 1');
  if (sessions > capacityMax) throw new LimitError('the capacity of a provider', capacityMax, 'sessions');
  return {
    ...(name !== undefined && { name: readText(name, 'name') }),
    ...(version !== undefined && { version: readText(version, 'version') }),
    ...(timeout !== undefined && { timeout: readDuration(timeout, 'timeout') }),
    capacity: sessions,
    codec: codec === undefined ? 'json' : readWord(codec, 'codec', ['json', 'msgpack', 'raw']),
  };
}
