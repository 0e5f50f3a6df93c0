/** Any free port of loopback. */
export const anyPort = '127.0.0.1:0';

/** Flags that put every server of `syncytium` on ports of its own. */
export const syncytiumOnAnyPorts = [
  'http',
  'netsync',
  'fxp',
  'fxp-http',
  'thynapse',
  'thynapse-http',
  'fusion-rest',
  'fusion-ws',
  'fusion-bulk',
].flatMap((flag) => [`--${flag}`, anyPort]);
