import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newRingMemory, RingReader, RingWriter } from './message-ring.js';

interface Sent {
  readonly kind: number;
  readonly id: number;
  readonly numbers: readonly [number, number, number];
  readonly payload: readonly number[];
}

const word = fc.nat(0xffffffff);
const anyMessage = fc.record({
  kind: word,
  id: word,
  numbers: fc.tuple(word, word, word),
  payload: fc.array(fc.nat(255), { maxLength: 140 }),
});
const anyStep = fc.oneof(
  anyMessage.map((message) => ({ type: 'write', message }) as const),
  fc.constantFrom({ type: 'publish' } as const, { type: 'read' } as const),
);

test('a ring gives every message once, whole and in order, as soon as it is published', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 300 }), (steps) => {
      const memory = newRingMemory(256);
      const [writer, reader] = [new RingWriter(memory), new RingReader(memory)];
      const written: Sent[] = [];
      const published: Sent[] = [];
      // The room of the message read last is free when the next is asked for.
      let isHeld = false;
      for (const step of steps) {
        if (step.type === 'publish') {
          writer.publish();
          published.push(...written.splice(0));
        } else if (step.type === 'read') {
          expect(reader.isEmpty).toBe(published.length === 0);
          const message = reader.read();
          isHeld = message !== undefined;
          expect(message && { ...message, payload: [...message.payload] }).toEqual(published.shift());
        } else {
          const { kind, id, payload, numbers } = step.message;
          const isTaken = writer.write(kind, id, Uint8Array.from(payload), numbers);
          if (isTaken) written.push(step.message);
          // An empty ring has room for whatever is not longer than half of it.
          else expect(payload.length > 104 || published.length + written.length > 0 || isHeld).toBe(true);
        }
      }
    }),
  );
});

test('a ring refuses a message longer than half of it, and everything while it is full', () => {
  const memory = newRingMemory(256);
  const [writer, reader] = [new RingWriter(memory), new RingReader(memory)];
  expect(writer.write(1, 1, new Uint8Array(105))).toBe(false);
  expect([1, 2, 3].map((id) => writer.write(1, id, new Uint8Array(100)))).toEqual([true, true, false]);
  writer.publish();
  reader.read();
  expect(writer.write(1, 3, new Uint8Array(100))).toBe(false);
  reader.read();
  expect(writer.write(1, 3, new Uint8Array(100))).toBe(true);
});

test('a publisher is told once that its reader sleeps, and a reader does not fall asleep over a message', () => {
  const memory = newRingMemory(256);
  const [writer, reader] = [new RingWriter(memory), new RingReader(memory)];
  expect(reader.fallAsleep()).toBe(true);
  writer.write(1, 1, new Uint8Array());
  expect([writer.publish(), writer.publish()]).toEqual([true, false]);
  expect(reader.fallAsleep()).toBe(false);
  expect(reader.read()?.id).toBe(1);
  writer.write(1, 2, new Uint8Array());
  expect(writer.publish()).toBe(false);
});
