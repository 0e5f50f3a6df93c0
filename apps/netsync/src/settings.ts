import { allowedHosts, bytes, choice, hostPort, integer, text, texts } from '@syncytium/program';
import { defaultNetsyncLimits } from '@syncytium/netsync';

/** What can be logged for each thing that happens to a request. */
export const logFormats = ['graph', 'json', 'silent'] as const;
export type LogFormat = (typeof logFormats)[number];

/** The settings of the server. */
export const serverSettings = {
  arguments: {
    address: hostPort({
      help: 'where to listen: HOST:PORT, or :PORT for loopback only (0.0.0.0:PORT for everybody)',
      default: ':8000',
    }),
  },
  options: {
    log: choice(logFormats, {
      help: 'how to log requests, on stderr',
      defaultText: 'graph on a terminal, json otherwise',
    }),
    maxPending: integer({
      help: 'most requests waiting at once',
      default: defaultNetsyncLimits.pendingMax,
      min: 1,
      max: 1_000_000,
    }),
    maxPendingPerEvent: integer({
      help: 'most requests waiting at once on one event',
      default: defaultNetsyncLimits.pendingPerEventMax,
      min: 1,
      max: 1_000_000,
    }),
    maxOutstanding: integer({
      help: 'most requests waiting at once on one WebSocket connection',
      default: 10_000,
      min: 1,
      max: 1_000_000,
    }),
    maxMates: integer({
      help: 'most mates a request may ask for',
      default: defaultNetsyncLimits.matesMax,
      min: 1,
      // Larger groups are beyond what the matcher compares.
      max: 20_000,
    }),
    maxPayload: bytes({
      help: 'longest payload of a request',
      default: defaultNetsyncLimits.payloadBytesMax,
      defaultText: '64kb',
      min: 1,
      max: 2 ** 26,
    }),
    cors: {
      ...texts({ help: "origin whose pages may call, such as https://example.org, or '*'", placeholder: 'ORIGIN' }),
      parse(value: string) {
        if (value === '*' || (/^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value))
          return value;
        throw new Error("must be like https://example.org, without a path, or '*'");
      },
    },
    allowedHosts,
    tlsCert: text({ help: 'serve HTTPS with this certificate (PEM)', placeholder: 'FILE' }),
    tlsKey: text({ help: 'private key of the certificate (PEM)', placeholder: 'FILE' }),
  },
} as const;
