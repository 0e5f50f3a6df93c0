import { json as jsonValues, propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecError, FrameError } from './errors.js';
import { decodeFrame, encodeFrame } from './frame.js';
import { holdsProtoKey } from './testing/holds-proto-key.js';

const command = fc.stringMatching(/^[A-Z]{4}$/);
const value = jsonValues().filter((candidate) => !holdsProtoKey(candidate));

describe('frames', () => {
  it('give back command and payload', () => {
    fc.assert(
      fc.property(fc.constantFrom('J', 'M'), command, value, (code, name, payload) => {
        const frame = decodeFrame(encodeFrame(code, name, payload));
        expect(frame.encoding.code).toBe(code);
        expect(frame.command).toBe(name);
        expect(frame.decode()).toEqual(payload);
      }),
      propertyRuns(500),
    );
  });

  it('are accepted exactly when they look like one', () => {
    const piece = fc.constantFrom('J', 'M', 'R', 'X', ' ', 'EVNT', 'PING', 'evnt', '{}', '\0', '\xff', '');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
        const text = pieces.join('');
        const looksLikeOne = /^[JMR] [A-Z]{4} /.test(text);
        try {
          const frame = decodeFrame(Buffer.from(text, 'latin1'));
          expect(looksLikeOne).toBe(true);
          expect(Buffer.from(frame.payload).toString('latin1')).toBe(text.slice(7));
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
          expect(looksLikeOne).toBe(false);
        }
      }),
      propertyRuns(3000),
    );
  });

  it('with any payload give a value or a CodecError', () => {
    fc.assert(
      fc.property(fc.constantFrom('J', 'M', 'R'), fc.uint8Array({ maxLength: 30 }), (code, payload) => {
        const frame = decodeFrame(Buffer.concat([Buffer.from(`${code} EVNT `), payload]));
        try {
          frame.decode();
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
          expect((error as CodecError).code).toBe('frame_bad_payload');
        }
      }),
      propertyRuns(2000),
    );
  });
});
