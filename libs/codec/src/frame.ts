import type { Encoding, EncodingCode } from './encoding.js';
import { encodings } from './encodings.js';
import { DecodeError, FrameError } from './errors.js';
import type { DecodeLimits, EncodeOptions } from './limits.js';

/** An encoding character, a space, a command of four letters, a space: what comes before the payload. */
export const frameHeaderBytes = 7;

/**
 * A command frame whose header has been read and whose payload has not: it can be passed on as it came, or be decoded
 * by whoever wants to know.
 *
 * @see docs/spec/codec.md
 */
export class Frame {
  constructor(
    /** The whole frame as it came. */
    readonly bytes: Uint8Array,
    readonly encoding: Encoding,
    /** Four letters `A` to `Z`. */
    readonly command: string,
  ) {}

  /** The payload still encoded: a view of the frame's bytes. */
  get payload(): Uint8Array {
    return this.bytes.subarray(frameHeaderBytes);
  }

  /**
   * The payload's value; decoded anew on every call.
   *
   * @throws FrameError `frame_bad_payload` with the {@link DecodeError} as cause
   */
  decode(limits?: DecodeLimits): unknown {
    try {
      return this.encoding.decode(this.payload, limits);
    } catch (cause) {
      if (!(cause instanceof DecodeError)) throw cause;
      const details = { ...cause.details, command: this.command, reason: cause.code };
      throw new FrameError('frame_bad_payload', `${this.command} has a bad payload: ${cause.message}`, details, cause);
    }
  }
}

/**
 * A command with its payload as bytes: `J EVNT {"channel":"hello::world"}`.
 *
 * @param command four letters `A` to `Z`
 * @param options 64 levels unless told
 * @throws FrameError where the command is none or no encoding has this code; EncodeError where the encoding does not
 * carry the value
 */
export function encodeFrame(
  code: EncodingCode,
  command: string,
  value: unknown,
  options?: Pick<EncodeOptions, 'depthMax'>,
): Uint8Array {
  const encoding = encodingAt(code.charCodeAt(0));
  if (encoding?.code !== code) throw unknownEncoding(code);
  if (!/^[A-Z]{4}$/.test(command)) throw badCommand(command);
  return encoding.encode(value, { ...options, prefix: `${code} ${command} ` });
}

/**
 * Reads a frame's header. The payload is left as it is, right or wrong, until {@link Frame.decode} is called.
 *
 * @throws FrameError with one of the codes `frame_too_short`, `frame_unknown_encoding`, `frame_bad_separator`,
 * `frame_bad_command`
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  const [code = 0, space1, a = 0, b = 0, c = 0, d = 0, space2] = bytes;
  if (bytes.length < frameHeaderBytes) throw tooShort(bytes);
  const encoding = encodingAt(code);
  if (encoding === undefined) throw unknownEncoding(String.fromCharCode(code));
  if (space1 !== space) throw badSeparator(1, space1);
  const command = String.fromCharCode(a, b, c, d);
  if (!(isLetter(a) && isLetter(b) && isLetter(c) && isLetter(d))) throw badCommand(command);
  if (space2 !== space) throw badSeparator(6, space2);
  return new Frame(bytes, encoding, command);
}

const space = 0x20;

/** By the code's character, which is ASCII. */
const encodingTable: readonly (Encoding | undefined)[] = Array.from({ length: 128 }, (_, unit) =>
  encodings.find(({ code }) => code.charCodeAt(0) === unit),
);

function encodingAt(unit: number): Encoding | undefined {
  return encodingTable[unit];
}

function isLetter(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function tooShort({ length }: Uint8Array): FrameError {
  const problem = `a frame needs ${frameHeaderBytes} bytes before its payload, got ${length}`;
  return new FrameError('frame_too_short', problem, { length, lengthMin: frameHeaderBytes });
}

function unknownEncoding(found: string): FrameError {
  const known = encodings.map(({ code }) => code);
  return new FrameError('frame_unknown_encoding', `no encoding has the code ${JSON.stringify(found)}`, {
    found,
    known,
  });
}

function badSeparator(at: number, found: number | undefined): FrameError {
  const problem = `a frame has a space at byte ${at}, got byte ${found ?? 'none'}`;
  return new FrameError('frame_bad_separator', problem, { at, found });
}

function badCommand(command: string): FrameError {
  const found = command.slice(0, 40);
  return new FrameError('frame_bad_command', `a command is four letters A to Z, got ${JSON.stringify(found)}`, {
    found,
  });
}
