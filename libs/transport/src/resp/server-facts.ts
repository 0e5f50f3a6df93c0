/** The Redis version whose behaviour the server follows, as clients are told. */
export const redisVersion = '7.0.15';

/** What `INFO` tells. */
export interface ServerFacts {
  readonly port: number;
  readonly uptimeMs: number;
  readonly clientsMax: number;
  readonly connectedClients: number;
  readonly blockedClients: number;
  readonly connectionsReceived: number;
  readonly connectionsRejected: number;
  readonly commandsProcessed: number;
  readonly memoryBytes: number;
  /** `Infinity` for no maximum. */
  readonly memoryBytesMax: number;
  readonly keys: number;
  readonly expiringKeys: number;
  readonly channels: number;
  readonly patterns: number;
}

type Section = readonly [name: string, fields: Readonly<Record<string, string | number>>];

/** The sections of `INFO`, those asked for (in lower case) or all. */
export function formatInfo(facts: ServerFacts, asked: readonly string[]): string {
  const isAll = asked.length === 0 || asked.some((name) => ['all', 'everything', 'default'].includes(name));
  return sections(facts)
    .filter(([name]) => isAll || asked.includes(name.toLowerCase()))
    .map(([name, fields]) => `# ${name}\r\n${formatFields(fields)}`)
    .join('\r\n');
}

function formatFields(fields: Section[1]): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join('');
}

function sections(facts: ServerFacts): Section[] {
  const uptimeSeconds = Math.floor(facts.uptimeMs / 1000);
  return [
    [
      'Server',
      {
        redis_version: redisVersion,
        redis_mode: 'standalone',
        server_name: 'syncytium',
        process_id: process.pid,
        tcp_port: facts.port,
        uptime_in_seconds: uptimeSeconds,
        uptime_in_days: Math.floor(uptimeSeconds / 86_400),
      },
    ],
    [
      'Clients',
      {
        connected_clients: facts.connectedClients,
        maxclients: facts.clientsMax,
        blocked_clients: facts.blockedClients,
      },
    ],
    [
      'Memory',
      {
        used_memory: facts.memoryBytes,
        maxmemory: Number.isFinite(facts.memoryBytesMax) ? facts.memoryBytesMax : 0,
        maxmemory_policy: 'noeviction',
      },
    ],
    ['Persistence', { loading: 0 }],
    [
      'Stats',
      {
        total_connections_received: facts.connectionsReceived,
        total_commands_processed: facts.commandsProcessed,
        rejected_connections: facts.connectionsRejected,
        pubsub_channels: facts.channels,
        pubsub_patterns: facts.patterns,
      },
    ],
    ['Replication', { role: 'master', connected_slaves: 0 }],
    ['Keyspace', facts.keys === 0 ? {} : { db0: `keys=${facts.keys},expires=${facts.expiringKeys},avg_ttl=0` }],
  ];
}
