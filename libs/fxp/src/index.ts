/**
 * FXP: sessions between requestors and providers of services, over the lists and channels of a Redis or of a broker in
 * the process. Peers that speak the original protocol are served, and are served by others, unchanged.
 *
 * @example
 * ```ts
 * import { Provider, Requestor } from '@syncytium/fxp';
 *
 * await using provider = await Provider.connect('memory:');
 * await provider.register('json_echo', async (session) => {
 *   for await (const input of session) await session.push(input);
 * });
 *
 * await using requestor = await Requestor.connect('memory:');
 * await using session = await requestor.open('json_echo');
 * console.log(await session.call({ hello: 'world' })); // { hello: 'world' }
 * ```
 *
 * @packageDocumentation
 */
export {
  Provider,
  type DrainOptions,
  type ProviderOptions,
  type RegisterOptions,
  type Registration,
  type ServiceFunction,
} from './provider.js';
export type { ProviderInfo, ProviderList } from './presence/attendance.js';
export type { ProviderId } from './presence/presence-channel.js';
export { Requestor, type OpenOptions, type RequestorOptions } from './requestor.js';
export { Exchange, Session, type PopOptions } from './session/session.js';
export type { WaitOptions } from './session/session-carrier.js';
export type { PartyOptions } from './party.js';
export { connectBroker, type BrokerLease, type BrokerTarget, type ConnectBrokerOptions } from './connect-broker.js';
export { decodeItem, encodeItem, type ItemOf, type JsonObject, type PayloadCodec } from './wire/payload.js';
export { isAvailable, listServices, negotiate, pop, providerCount, push, type ServiceSummary } from './steps.js';
export {
  claimKeyOf,
  direction,
  keyOf,
  offerKeyOf,
  parseKey,
  partyOf,
  peerOf,
  separator,
  type Role,
  type SessionName,
} from './wire/protocol.js';
export { parseClaim, type ClaimRecord } from './claims/claim-record.js';
export { parseOffer, type OfferRecord } from './claims/offer-record.js';
export { openEnvelope, type Envelope, type EnvelopeKind } from './wire/envelope.js';
export { PartAssembly } from './wire/parts.js';
export type { SessionMode } from './session/session-terms.js';
export type { SessionPhase } from './session/session-state.js';
export type { StreamInputs, StreamOptions } from './session/stream.js';
export {
  FxpAlreadyRegisteredError,
  FxpBadItemError,
  FxpClaimTimeoutError,
  FxpDriverMissingError,
  FxpLeaseLostError,
  FxpNoProviderError,
  FxpPeerLostError,
  FxpRemoteError,
  FxpSessionEndedError,
  FxpSessionTimeoutError,
  FxpTimeoutError,
  FxpUnaskedAnswerError,
  type FxpClaimTimeoutFacts,
  type FxpPeerLostFacts,
  type FxpSessionTimeoutFacts,
  type FxpTimeoutFacts,
  type RemoteError,
} from './errors.js';
