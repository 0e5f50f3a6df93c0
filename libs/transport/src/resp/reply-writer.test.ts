import { expect, test } from 'vitest';
import { ReplyWriter } from './reply-writer.js';

function written(protocol: 2 | 3, write: (reply: ReplyWriter) => void): string {
  const reply = new ReplyWriter();
  reply.protocol = protocol;
  write(reply);
  const bytes = reply.bytes;
  const text = reply
    .take()
    .map((part) => (typeof part === 'string' ? part : Buffer.from(part).toString('latin1')))
    .join('');
  expect(bytes).toBe(text.length);
  expect(reply.bytes).toBe(0);
  return text;
}

test.each<[string, (reply: ReplyWriter) => void, string, string]>([
  ['a simple string', (reply) => reply.simple('PONG'), '+PONG\r\n', '+PONG\r\n'],
  ['an error of several lines', (reply) => reply.error('ERR a\r\nb'), '-ERR a  b\r\n', '-ERR a  b\r\n'],
  ['an integer', (reply) => reply.integer(-3), ':-3\r\n', ':-3\r\n'],
  ['bytes', (reply) => reply.bulk(Buffer.from([255, 13, 10])), '$3\r\n\xff\r\n\r\n', '$3\r\n\xff\r\n\r\n'],
  ['no bytes', (reply) => reply.bulk(undefined), '$-1\r\n', '_\r\n'],
  ['no array', (reply) => reply.nullArray(), '*-1\r\n', '_\r\n'],
  ['a map', (reply) => reply.map(2), '*4\r\n', '%2\r\n'],
  ['a set', (reply) => reply.set(2), '*2\r\n', '~2\r\n'],
  ['a push', (reply) => reply.push(3, () => undefined), '*3\r\n', '>3\r\n'],
  ['a text for people', (reply) => reply.verbatim('ü'), '$2\r\n\xc3\xbc\r\n', '=6\r\ntxt:\xc3\xbc\r\n'],
])('%s', (_name, write, resp2, resp3) => {
  expect(written(2, write)).toBe(resp2);
  expect(written(3, write)).toBe(resp3);
});

test('a large value is handed on as it is, between texts', () => {
  const reply = new ReplyWriter();
  const value = Buffer.alloc(5000, 'x');
  reply.integer(1);
  reply.bulk(value);
  reply.integer(2);
  const parts = reply.take();
  expect(parts).toHaveLength(3);
  expect(parts[0]).toBe(':1\r\n$5000\r\n');
  expect(parts[1]).toBe(value);
  expect(parts[2]).toBe('\r\n:2\r\n');
});
