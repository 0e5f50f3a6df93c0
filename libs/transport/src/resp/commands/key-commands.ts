import { detach } from '../../keyspace/memory-use.js';
import type { Keyspace } from '../../keyspace/keyspace.js';
import type { Arguments } from '../arguments.js';
import { oneKey, type Command } from '../command.js';
import { ReplyError } from '../errors.js';
import * as texts from '../reply-texts.js';
import type { RespSession } from '../resp-session.js';

/** Most milliseconds a point in time may lie after 1970: 64 bits. */
const wallMsMax = 2 ** 63;

const generic = { group: 'generic', keys: oneKey } as const;

/** Commands on keys of any kind, and on strings. */
export const keyCommands: readonly Command[] = [
  {
    ...generic,
    name: 'del',
    arity: -2,
    since: '1.0.0',
    summary: 'Delete a key',
    flags: ['write'],
    keys: [1, -1, 1],
    run: (client, args, { keyspace }) =>
      client.reply.integer(args.keys(0).filter((key) => keyspace.delete(key)).length),
  },
  {
    ...generic,
    name: 'exists',
    arity: -2,
    since: '1.0.0',
    summary: 'Determine if a key exists',
    flags: ['readonly', 'fast'],
    keys: [1, -1, 1],
    run: (client, args, { keyspace }) =>
      client.reply.integer(args.keys(0).filter((key) => keyspace.type(key) !== undefined).length),
  },
  expire('expire', '1.0.0', 1000, "Set a key's time to live in seconds"),
  expire('pexpire', '2.6.0', 1, "Set a key's time to live in milliseconds"),
  ttl('ttl', '1.0.0', (ms) => Math.floor((ms + 500) / 1000), 'Get the time to live for a key in seconds'),
  ttl('pttl', '2.6.0', (ms) => ms, 'Get the time to live for a key in milliseconds'),
  {
    name: 'get',
    group: 'string',
    keys: oneKey,
    arity: 2,
    since: '1.0.0',
    summary: 'Get the value of a key',
    flags: ['readonly', 'fast'],
    run: (client, args, { keyspace }) => client.reply.bulk(keyspace.getString(args.key(0))),
  },
  {
    name: 'set',
    group: 'string',
    keys: oneKey,
    arity: -3,
    since: '1.0.0',
    summary: 'Set the string value of a key',
    flags: ['write', 'denyoom'],
    run: (client, args, { keyspace }) => set(client, args, keyspace),
  },
];

interface SetRequest {
  onlyIf?: 'absent' | 'present';
  /** How the expiry is given, and where. */
  expiry?: { readonly unit: string; readonly index: number };
  keepExpiry: boolean;
  giveBack: boolean;
}

function set(client: RespSession, args: Arguments, keyspace: Keyspace): void {
  const request = readSetOptions(args);
  const expiresAt = request.expiry && readExpiry(client, args, keyspace, request.expiry);
  const key = args.key(0);
  const before = request.giveBack ? keyspace.getString(key) : undefined;
  const isSet = keyspace.setString(key, detach(args.bytes(1)), {
    ...(request.onlyIf && { onlyIf: request.onlyIf }),
    ...(expiresAt !== undefined && { expiresAt }),
    keepExpiry: request.keepExpiry,
  });
  if (request.giveBack) client.reply.bulk(before);
  else if (isSet) client.reply.ok();
  else client.reply.null();
}

function readSetOptions(args: Arguments): SetRequest {
  const request: SetRequest = { keepExpiry: false, giveBack: false };
  for (let i = 2; i < args.size; i++) {
    const option = args.word(i);
    if (option === 'NX' && request.onlyIf !== 'present') request.onlyIf = 'absent';
    else if (option === 'XX' && request.onlyIf !== 'absent') request.onlyIf = 'present';
    else if (option === 'GET') request.giveBack = true;
    else if (option === 'KEEPTTL' && !request.expiry) request.keepExpiry = true;
    else if (['EX', 'PX', 'EXAT', 'PXAT'].includes(option) && takesExpiry(request, option) && i + 1 < args.size)
      request.expiry = { unit: option, index: ++i };
    else throw new ReplyError(texts.syntaxError);
  }
  return request;
}

function takesExpiry({ expiry, keepExpiry }: SetRequest, unit: string): boolean {
  return !keepExpiry && (expiry === undefined || expiry.unit === unit);
}

function readExpiry(
  client: RespSession,
  args: Arguments,
  keyspace: Keyspace,
  { unit, index }: NonNullable<SetRequest['expiry']>,
): number {
  const ms = args.integer(index) * (unit.startsWith('EX') ? 1000 : 1);
  const wallNow = client.host.clock.wallNow();
  const wallMs = unit.endsWith('AT') ? ms : wallNow + ms;
  if (ms <= 0 || ms > wallMsMax || wallMs > wallMsMax) throw new ReplyError(texts.invalidExpiry('set'));
  return keyspace.now + wallMs - wallNow;
}

function expire(name: string, since: string, unitMs: number, summary: string): Command {
  return {
    ...generic,
    name,
    arity: -3,
    since,
    summary,
    flags: ['write', 'fast'],
    run(client, args, { keyspace }) {
      const options = readExpireOptions(args);
      const ms = args.integer(1) * unitMs;
      if (ms < -wallMsMax || ms > wallMsMax || client.host.clock.wallNow() + ms > wallMsMax)
        throw new ReplyError(texts.invalidExpiry(name));
      const before = keyspace.expiresAt(args.key(0));
      const at = keyspace.now + ms;
      const isForbidden =
        before === undefined ||
        (options.has('NX') && before !== Infinity) ||
        (options.has('XX') && before === Infinity) ||
        (options.has('GT') && at <= before) ||
        (options.has('LT') && at >= before);
      client.reply.integer(!isForbidden && keyspace.expireAt(args.key(0), at) ? 1 : 0);
    },
  };
}

function readExpireOptions(args: Arguments): Set<string> {
  const options = new Set<string>();
  for (let i = 2; i < args.size; i++) {
    if (!['NX', 'XX', 'GT', 'LT'].includes(args.word(i))) throw new ReplyError(`ERR Unsupported option ${args.key(i)}`);
    options.add(args.word(i));
  }
  if (options.has('NX') && options.size > 1)
    throw new ReplyError('ERR NX and XX, GT or LT options at the same time are not compatible');
  if (options.has('GT') && options.has('LT'))
    throw new ReplyError('ERR GT and LT options at the same time are not compatible');
  return options;
}

function ttl(name: string, since: string, inUnit: (ms: number) => number, summary: string): Command {
  return {
    ...generic,
    name,
    arity: 2,
    since,
    summary,
    flags: ['readonly', 'fast'],
    run(client, args, { keyspace }) {
      const at = keyspace.expiresAt(args.key(0));
      if (at === undefined) client.reply.integer(-2);
      else if (at === Infinity) client.reply.integer(-1);
      else client.reply.integer(inUnit(Math.ceil(at - keyspace.now)));
    },
  };
}
