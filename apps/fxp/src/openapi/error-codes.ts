import type { ErrorCodes } from '@syncytium/transport/openapi';

/** Error codes of the gateway's own answers by status; what they mean. */
export const fxpErrorCodes: ErrorCodes = {
  400: { fxp_unasked_answer: 'there is no input that this could answer' },
  404: {
    fxp_no_provider: 'nobody provides the service, or nobody in the way that was asked for',
    fxp_no_session: 'no session of this id is open through the gateway over HTTP',
  },
  409: { fxp_session_exists: 'a session of this id is open through the gateway already' },
  410: { fxp_session_ended: 'the session is over; the message says why' },
  415: { unsupported_media_type: 'the body is not of the type that the session carries' },
  502: {
    fxp_remote: 'the other party failed; `remote` is its error',
    fxp_peer_lost: 'the other party is gone without a word',
    fxp_lease_lost: 'the session is held by somebody else, or by nobody',
    fxp_bad_item: 'the other party sent what the session does not carry',
    broker_denied: 'the Redis lets the server not in',
    broker_refused: 'the Redis refused a command',
    broker_wrong_type: 'a key of the session holds something else',
  },
  503: {
    limit_reached: 'there are sessions, calls or connections enough',
    broker_unreachable: 'the Redis cannot be reached',
  },
  507: { broker_out_of_memory: 'the Redis has no room' },
};
