import { allowedHosts, choices, hostPort, type ConfigOf } from '@syncytium/program';

/** The four servers, in the order they start. */
export const serverNames = ['netsync', 'fxp', 'thynapse', 'fusion'] as const;
export type ServerName = (typeof serverNames)[number];

const options = {
  only: choices(serverNames, {
    help: 'the servers to run, separated by commas',
    placeholder: 'NAMES',
    default: serverNames,
    defaultText: 'all four',
  }),
  http: hostPort({
    help: 'address of the waits, metrics and health of all servers together',
    default: '127.0.0.1:8100',
  }),
  allowedHosts: {
    ...allowedHosts,
    help: `${allowedHosts.help}; for all servers, before what they are told by their environment`,
  },
  netsync: hostPort({ help: 'HTTP address of netsync', default: '127.0.0.1:8000' }),
  fxp: hostPort({ help: 'address of the embedded broker of fxp (Redis protocol)', default: '127.0.0.1:6380' }),
  fxpHttp: hostPort({ help: 'HTTP address of fxp', default: '127.0.0.1:6381' }),
  thynapse: hostPort({
    help: 'command address of the thynapse transmitter; events go out one port above',
    default: '127.0.0.1:5454',
  }),
  thynapseHttp: hostPort({ help: 'HTTP address of thynapse', default: '127.0.0.1:5456' }),
  fusionRest: hostPort({ help: 'REST address of fusion', default: '127.0.0.1:1981' }),
  fusionWs: hostPort({ help: 'WebSocket address of fusion', default: '127.0.0.1:1982' }),
  fusionBulk: hostPort({ help: 'bulk WebSocket address of fusion', default: '127.0.0.1:1983' }),
};

/** Settings of `syncytium` and of `syncytium tour`. Everything else of a server has the server's own default. */
export const settings = { arguments: {}, options };

export type SyncytiumConfig = ConfigOf<typeof options>;
