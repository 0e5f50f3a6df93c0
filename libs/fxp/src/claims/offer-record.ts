import { InvalidArgumentError, timerDelayMsMax } from '@syncytium/kit';
import { parseRecord, type RecordOf } from '../wire/json-record.js';

const fields = {
  fxp: 'number',
  opening: 'string',
  requestor: 'string',
  acknowledge: 'boolean',
  claimed: 'boolean',
  leaseMs: 'number',
  expiryMs: 'number',
} as const;

/** The version of the extended protocol that an offer is for. */
export const protocolVersion = 1;

/** Shortest lease, in milliseconds: two parties could not keep a shorter one alive. */
export const leaseMsMin = 10;

/**
 * That a requestor speaks the extended protocol: what the key `ID__X__offer` holds. `opening` tells this session from
 * others of its name (12 hex digits), `requestor` is its name, `claimed` that a provider has it: whoever comes later must
 * leave it alone, even if that one is done by then. `leaseMs` is how long a lease lasts that is not renewed, `expiryMs`
 * how long the session's keys outlive their last use.
 */
export type OfferRecord = RecordOf<typeof fields>;

export function encodeOffer({ opening, requestor, acknowledge, claimed, leaseMs, expiryMs }: OfferRecord): string {
  return JSON.stringify({ fxp: protocolVersion, opening, requestor, acknowledge, claimed, leaseMs, expiryMs });
}

/** The offer that bytes stand for; `undefined` for anything else, and for versions we do not speak. */
export function parseOffer(bytes: Uint8Array): OfferRecord | undefined {
  const record = parseRecord(bytes, fields);
  if (!record || record.fxp !== protocolVersion || record.opening === '') return undefined;
  return isLeaseTime(record.leaseMs) && isLeaseTime(record.expiryMs) ? record : undefined;
}

/** Throws {@link InvalidArgumentError} for what is no time for leases and expiries. */
export function checkLeaseTime(ms: number, field: string): number {
  if (!isLeaseTime(ms))
    throw new InvalidArgumentError(field, `must be from ${leaseMsMin} to ${timerDelayMsMax} milliseconds, got ${ms}`);
  return ms;
}

function isLeaseTime(ms: number): boolean {
  return ms >= leaseMsMin && ms <= timerDelayMsMax;
}
