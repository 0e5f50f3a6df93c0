import { allowedHosts, bytes, duration, hostPort, integer, text, type Setting } from '@syncytium/program';

const MiB = 2 ** 20;

/** What a URL of a Redis can say beside its address. */
const redisForms = 'rediss:// for TLS, ?cluster=true for a cluster, ?sentinel=NAME for a Sentinel';

/** Settings of the server. */
export const serverSettings = {
  arguments: {},
  options: {
    listen: hostPort({
      help: 'address of the embedded broker, which speaks the Redis protocol; not with --redis',
      defaultText: '127.0.0.1:6380',
    }),
    http: hostPort({ help: 'address of the HTTP gateway', default: '127.0.0.1:6381' }),
    allowedHosts,
    redis: {
      placeholder: 'URL',
      help: `gateway to this Redis or Valkey instead of the embedded broker: redis://[[user]:password@]host[:port], ${redisForms}`,
      default: undefined as string | undefined,
      parse: parseRedisUrl,
    },
    maxMemory: bytes({
      help: 'most memory of the embedded broker; what does not fit is refused',
      default: 1024 * MiB,
      defaultText: '1gb',
      min: MiB,
      max: 2 ** 50,
    }),
    password: text({
      placeholder: 'PASSWORD',
      help: 'what clients of the embedded broker must give; better told by the environment than by a flag',
    }),
    maxClients: integer({ help: 'most clients of the embedded broker', default: 10_000, min: 1, max: 1_000_000 }),
    maxSessions: integer({
      help: 'most sessions and WebSockets open through the gateway',
      default: 1000,
      min: 1,
      max: 1_000_000,
    }),
    maxBody: bytes({
      help: 'most bytes in the body of a request, or in a message, to the gateway',
      default: 16 * MiB,
      defaultText: '16mb',
      min: 1,
      max: 512 * MiB,
    }),
    sessionIdle: duration({
      help: 'a session of the gateway that nobody has called for so long is closed',
      default: '5m',
    }),
  },
} as const;

/** Where client commands find the broker: by default the one that `fxp` itself embeds. */
export const redisSetting: Setting<string> = {
  placeholder: 'URL',
  help: `the Redis, Valkey or fxp to talk to: ${redisForms}`,
  default: 'redis://127.0.0.1:6380',
  parse: parseRedisUrl,
};

/** What has a password in it is left to the driver, whose errors do not repeat it. */
function parseRedisUrl(value: string): string {
  if (/^rediss?:\/\/./.test(value) || value.includes('@')) return value;
  throw new Error('must be redis://HOST:PORT or rediss://HOST:PORT');
}
