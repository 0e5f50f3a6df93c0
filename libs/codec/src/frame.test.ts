import { describe, expect, it } from 'vitest';
import { DecodeError, EncodeError, FrameError } from './errors.js';
import { decodeFrame, encodeFrame } from './frame.js';
import { json } from './json.js';
import { messagePack } from './messagepack.js';
import { raw } from './raw.js';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const text = (frame: Uint8Array): string => Buffer.from(frame).toString('latin1');

describe('encodeFrame', () => {
  it('puts code, command and payload behind one another', () => {
    expect(text(encodeFrame('J', 'EVNT', { channel: 'hello::world' }))).toBe('J EVNT {"channel":"hello::world"}');
    expect(text(encodeFrame('M', 'PING', {}))).toBe('M PING \x80');
    expect(text(encodeFrame('R', 'DATA', bytes('\0\xff')))).toBe('R DATA \0\xff');
  });

  it('refuses a command that is not four capital letters', () => {
    for (const command of ['', 'EVN', 'EVENT', 'evnt', 'EV T', 'EVNÄ', 'EVNT\n']) {
      expect(() => encodeFrame('J', command, {})).toThrow(expect.objectContaining({ code: 'frame_bad_command' }));
    }
  });

  it('refuses an encoding that there is not', () => {
    for (const code of ['X', '', 'JJ', '\u0100', 'é']) {
      expect(() => encodeFrame(code as 'J', 'PING', {})).toThrow(
        expect.objectContaining({ code: 'frame_unknown_encoding', details: { found: code, known: ['J', 'M', 'R'] } }),
      );
    }
  });

  it('refuses a value that the encoding does not carry', () => {
    expect(() => encodeFrame('J', 'EVNT', { data: NaN })).toThrow(EncodeError);
    expect(() => encodeFrame('R', 'EVNT', 'text')).toThrow(EncodeError);
  });
});

describe('decodeFrame', () => {
  it('reads the header and leaves the payload', () => {
    const frame = decodeFrame(bytes('J EVNT {"channel":"hello::world"}'));
    expect(frame.encoding).toBe(json);
    expect(frame.command).toBe('EVNT');
    expect(text(frame.payload)).toBe('{"channel":"hello::world"}');
    expect(frame.decode()).toEqual({ channel: 'hello::world' });
  });

  it('knows every encoding', () => {
    expect(decodeFrame(bytes('M PING \x80')).encoding).toBe(messagePack);
    expect(decodeFrame(bytes('R DATA ')).encoding).toBe(raw);
    expect(decodeFrame(bytes('R DATA ')).decode()).toHaveLength(0);
  });

  it('copies nothing: frame and payload are the bytes that came', () => {
    const message = bytes('R DATA xyz');
    const frame = decodeFrame(message);
    expect(frame.bytes).toBe(message);
    expect(frame.payload.buffer).toBe(message.buffer);
    message[7] = 0x58;
    expect(text(frame.decode() as Uint8Array)).toBe('Xyz');
  });

  it('lets a bad payload pass until it is decoded', () => {
    const frame = decodeFrame(bytes('J EVNT {"channel"'));
    expect(frame.command).toBe('EVNT');
    const error = caught(() => frame.decode());
    expect(error).toBeInstanceOf(FrameError);
    expect(error.code).toBe('frame_bad_payload');
    expect(error.details).toMatchObject({ command: 'EVNT', encoding: 'json', reason: 'decode_malformed' });
    expect(error.cause).toBeInstanceOf(DecodeError);
  });

  it('passes limits on to the decoder', () => {
    const frame = decodeFrame(bytes('J EVNT [[1]]'));
    expect(frame.decode({ depthMax: 2, bytesMax: 5 })).toEqual([[1]]);
    expect(caught(() => frame.decode({ depthMax: 1 })).details).toMatchObject({ reason: 'decode_too_deep' });
    expect(caught(() => frame.decode({ bytesMax: 4 })).details).toMatchObject({ reason: 'decode_too_large' });
  });

  it.each([
    ['', 'frame_too_short', { length: 0, lengthMin: 7 }],
    ['J PING', 'frame_too_short', { length: 6, lengthMin: 7 }],
    ['X PING {}', 'frame_unknown_encoding', { found: 'X', known: ['J', 'M', 'R'] }],
    ['j PING {}', 'frame_unknown_encoding', { found: 'j', known: ['J', 'M', 'R'] }],
    ['\xff PING {}', 'frame_unknown_encoding', { found: '\xff', known: ['J', 'M', 'R'] }],
    ['J_PING {}', 'frame_bad_separator', { at: 1, found: 0x5f }],
    ['J\tPING {}', 'frame_bad_separator', { at: 1, found: 0x09 }],
    ['J PING{}', 'frame_bad_separator', { at: 6, found: 0x7b }],
    ['J PINGS {}', 'frame_bad_separator', { at: 6, found: 0x53 }],
    ['J ping {}', 'frame_bad_command', { found: 'ping' }],
    ['J PIN  {}', 'frame_bad_command', { found: 'PIN ' }],
    ['J PI\xd1G {}', 'frame_bad_command', { found: 'PIÑG' }],
    ['J  PING {}', 'frame_bad_command', { found: ' PIN' }],
  ])('refuses %j: %s', (message, code, details) => {
    const error = caught(() => decodeFrame(bytes(message)));
    expect(error).toBeInstanceOf(FrameError);
    expect(error.code).toBe(code);
    expect(error.details).toEqual(details);
    expect(error.toWire()).toMatchObject({ code, message: error.message, ...details });
  });
});

function caught(act: () => unknown): FrameError {
  try {
    act();
  } catch (error) {
    if (error instanceof FrameError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
