/** Flags that put every server on a free port of loopback, for tests and for examples beside servers that run already. */
export const anyPortFlags: readonly string[] = [
  'http',
  'netsync',
  'fxp',
  'fxp-http',
  'thynapse',
  'thynapse-http',
  'fusion-rest',
  'fusion-ws',
  'fusion-bulk',
].flatMap((flag) => [`--${flag}`, '127.0.0.1:0']);
