import fc from 'fast-check';

/** The keys that random commands are about. */
export const randomKeys = ['a', 'b', 'c'];

/** A command with its arguments, one character per byte. */
export type WireCommand = readonly string[];

type Part = string | fc.Arbitrary<string>;

const key = fc.constantFrom(...randomKeys);
const value = fc.constantFrom('x', 'y', '', '\xff\r\n', 'z'.repeat(2000));
const number = fc.constantFrom('0', '1', '-1', '2', '-2', '100', '-100', 'x', '1.5', '', '+1', '01', ' 1', '1 ');
const huge = fc.constantFrom('9223372036854775807', '-9223372036854775808', '9223372036854775808', '1e3', '0x10');
const integer = fc.oneof({ arbitrary: number, weight: 5 }, huge);
const end = fc.constantFrom('LEFT', 'RIGHT', 'left', 'Right', 'x');
const wait = fc.constantFrom('0.01', '.01', 'x', '-1', 'nan', 'inf', '1e400', '1e-3', '');
const ttl = fc.constantFrom('100', '10000', '0', '-1', 'x', '1.5', '9223372036854775807', '-9223372036854775808');
/** One of each, since Redis lists several in no order. */
const channel = 'ch';
const pattern = 'c*';

/** Every command the server knows, in the forms that can be compared. */
const forms: readonly (readonly Part[])[] = [
  ['PING'],
  ['PING', value],
  ['ECHO', value],
  ['HELLO'],
  ['HELLO', fc.constantFrom('2', '3', '3', '3', '1', '4', 'x', '02')],
  ['HELLO', '3', 'SETNAME', fc.constantFrom('me', 'a b', '')],
  ['HELLO', '3', 'AUTH', fc.constantFrom('default', 'nobody'), fc.constantFrom('', 'x')],
  ['HELLO', '2', 'AUTH', 'default', 'x', 'SETNAME', 'me'],
  ['AUTH', value],
  ['AUTH', fc.constantFrom('default', 'nobody'), value],
  ['SELECT', integer],
  ['RESET'],
  ['CLIENT', 'GETNAME'],
  ['CLIENT', 'SETNAME', fc.constantFrom('me', 'a b', '', 'x\n', '\xff')],
  ['CLIENT', 'INFO'],
  ['CLIENT', 'LIST'],
  ['CLIENT', 'LIST', 'TYPE', fc.constantFrom('normal', 'PUBSUB', 'replica', 'slave', 'master', 'x')],
  ['CLIENT', 'LIST', 'ID', fc.constantFrom('999999', '0', '-1', 'x')],
  ['CLIENT', 'KILL', fc.constantFrom('1.2.3.4:5', '', 'x')],
  ['CLIENT', 'KILL', 'ID', fc.constantFrom('999999', '0', '-1', 'x')],
  ['CLIENT', 'KILL', 'TYPE', fc.constantFrom('pubsub', 'master', 'replica', 'x'), 'SKIPME', fc.constantFrom('no', 'x')],
  ['CLIENT', 'KILL', 'ADDR', fc.constantFrom('1.2.3.4:5', ''), 'LADDR', '1.2.3.4:5'],
  ['CLIENT', 'KILL', 'USER', 'nobody'],
  ['CLIENT', 'KILL', 'ID', '999999', 'ID', '999998', 'SKIPME', 'YES'],
  ['CLIENT', 'UNBLOCK', fc.constantFrom('999999', '0', '-1', 'x')],
  ['CLIENT', 'UNBLOCK', '999999', fc.constantFrom('TIMEOUT', 'error', 'x')],
  ['CLIENT', 'NO-EVICT', fc.constantFrom('on', 'OFF', 'x')],
  ['CLIENT', 'REPLY', fc.constantFrom('ON', 'skip', 'SKIP', 'OFF', 'x')],
  ['INFO', 'nosuchsection'],
  ['COMMAND', fc.constantFrom('INFO', 'DOCS'), 'nosuchcommand'],
  [fc.constantFrom('DEL', 'EXISTS'), key],
  [fc.constantFrom('DEL', 'EXISTS'), key, key, key],
  [fc.constantFrom('EXPIRE', 'PEXPIRE'), key, ttl],
  [fc.constantFrom('EXPIRE', 'PEXPIRE'), key, ttl, fc.constantFrom('NX', 'XX', 'GT', 'LT', 'x')],
  ['EXPIRE', key, '10000', fc.constantFrom('NX', 'XX', 'GT'), fc.constantFrom('XX', 'GT', 'LT', 'x')],
  [fc.constantFrom('TTL', 'PTTL'), key],
  ['GET', key],
  ['SET', key, value],
  ['SET', key, value, fc.constantFrom('NX', 'XX', 'GET', 'KEEPTTL', 'PX', 'x')],
  ['SET', key, value, fc.constantFrom('EX', 'PX', 'EXAT', 'PXAT'), ttl],
  ['SET', key, value, fc.constantFrom('NX', 'XX', 'GET'), fc.constantFrom('NX', 'GET', 'KEEPTTL', 'EX', 'x')],
  ['SET', key, value, 'EX', '10000', fc.constantFrom('NX', 'XX', 'GET', 'KEEPTTL', 'EX', 'PX')],
  [fc.constantFrom('LPUSH', 'RPUSH'), key, value],
  [fc.constantFrom('LPUSH', 'RPUSH'), key, value, 'x', 'y'],
  [fc.constantFrom('LPUSH', 'rpush'), key, value, 'y', 'x', 'z'],
  [fc.constantFrom('LPOP', 'RPOP'), key],
  [fc.constantFrom('LPOP', 'RPOP'), key, integer],
  [fc.constantFrom('BLPOP', 'BRPOP'), key, wait],
  [fc.constantFrom('BLPOP', 'BRPOP'), key, key, wait],
  ['LMOVE', key, key, end, end],
  ['BLMOVE', key, key, end, end, wait],
  ['LLEN', key],
  [fc.constantFrom('LRANGE', 'LTRIM'), key, integer, integer],
  ['LREM', key, integer, value],
  ['PUBLISH', channel, value],
  [fc.constantFrom('SUBSCRIBE', 'UNSUBSCRIBE'), channel],
  [fc.constantFrom('PSUBSCRIBE', 'PUNSUBSCRIBE'), pattern],
  [fc.constantFrom('UNSUBSCRIBE', 'PUNSUBSCRIBE')],
  ['PUBSUB', 'CHANNELS', fc.constantFrom('*', 'c?', '[a-d]h', 'x', '')],
  ['PUBSUB', 'CHANNELS'],
  ['PUBSUB', 'NUMSUB', channel, 'x'],
  ['PUBSUB', 'NUMPAT'],
  [fc.constantFrom('NOPE', 'GETT', '', '\xff'), value],
  [fc.constantFrom('CLIENT', 'PUBSUB', 'COMMAND'), fc.constantFrom('NOPE', '', 'x'.repeat(200))],
];

const junk = fc.constantFrom('', 'x', '-1', '0', '1', '1.5', 'NX', 'a', '*', '\xff\r\n', '9223372036854775808', ' 1');

/** What somebody may get wrong: an argument too few, too many, or a wrong one. */
type Slip = (words: readonly string[]) => string[];
const slip: fc.Arbitrary<Slip> = fc.oneof(
  { arbitrary: fc.constant<Slip>((words) => [...words]), weight: 12 },
  fc.constant<Slip>((words) => words.slice(0, Math.max(words.length - 1, 1))),
  junk.map<Slip>((word) => (words) => [...words, word]),
  fc.record({ at: fc.nat(5), word: junk }).map<Slip>(
    ({ at, word }) =>
      (words) =>
        words.map((old, i) => (i === at + 1 ? word : old)),
  ),
);

const isBlocking = /^B(L|R|LM)(POP|OVE)$/i;
/** What the server is known to answer otherwise, or tells of itself: its commands, its facts, clients' numbers. */
const isIncomparable = ([name = '', sub = '', ...args]: WireCommand): boolean =>
  /^(CLIENT|PUBSUB|COMMAND) HELP$|^CLIENT ID$|^COMMAND $|^INFO (?!nosuchsection)/i.test(`${name} ${sub}`) ||
  (/^COMMAND$/i.test(name) && args.length === 0);

/** Any command with any arguments; a blocking one waits for a moment at most. */
export const randomCommand: fc.Arbitrary<WireCommand> = fc
  .tuple(
    fc.oneof(
      ...forms.map((parts) => fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))),
    ),
    slip,
  )
  .map(([words, slip]) => {
    const slipped = slip(words);
    if (isIncomparable(slipped)) return [...words];
    const last = Number(slipped.at(-1));
    if (isBlocking.test(slipped[0] ?? '') && (last === 0 || last > 0.02)) slipped[slipped.length - 1] = '0.01';
    return slipped;
  });
