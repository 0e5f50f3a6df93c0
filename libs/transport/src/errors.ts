import { SyncytiumError, type ErrorOptions } from '@syncytium/kit';

/** What a broker refused or could not do. */
export type BrokerErrorCode =
  'broker_wrong_type' | 'broker_out_of_memory' | 'broker_unreachable' | 'broker_denied' | 'broker_refused';

/** A command that the broker refused, or a broker that cannot be reached; `details.driver` tells which. */
export class BrokerError extends SyncytiumError {
  declare readonly code: BrokerErrorCode;

  constructor(code: BrokerErrorCode, message: string, options: ErrorOptions = {}) {
    super(code, message, options);
  }
}

/** What a socket or server could not do with an address. */
export type AddressErrorCode = 'address_in_use' | 'address_not_available' | 'address_denied' | 'address_invalid';

/** An address that cannot be bound; names the address. */
export class AddressError extends SyncytiumError {
  declare readonly code: AddressErrorCode;

  constructor(code: AddressErrorCode, address: string, problem: string, options: ErrorOptions = {}) {
    super(code, `${address} ${problem}`, { ...options, details: { ...options.details, address } });
  }
}

/** A peer that a socket refused, or that refused this end: wrong keys, another protocol. Code `handshake_failed`. */
export class HandshakeError extends SyncytiumError {
  constructor(address: string, problem: string, cause?: unknown) {
    super('handshake_failed', `handshake on ${address} failed: ${problem}`, { details: { address }, cause });
  }
}
