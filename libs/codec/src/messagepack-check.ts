import { isUtf8 } from 'node:buffer';
import { DecodeError, type DecodeErrorCode } from './errors.js';

/**
 * Reads over MessagePack without building anything and throws at the first byte that is malformed, too deep or refused.
 * What passes can be given to a decoder that trusts its input: lengths are true, texts are UTF-8, and there is exactly
 * one value, made of nothing but JSON's types, bytes and typed arrays.
 *
 * @throws DecodeError with the place
 */
export function checkMessagePack(bytes: Uint8Array, depthMax: number): void {
  new Check(bytes, depthMax).run();
}

class Check {
  private at = 0;
  /** Where the current value starts: the place that an error names. */
  private start = 0;
  /** How many values the innermost open array or map still lacks; the outermost "array" is the message itself. */
  private missing = 1;
  private isMap = false;
  /** The same for those around it, from the outside in. */
  private readonly outerMissing: number[] = [];
  private readonly outerIsMap: boolean[] = [];

  constructor(
    private readonly bytes: Uint8Array,
    private readonly depthMax: number,
  ) {}

  run(): void {
    for (;;) {
      while (this.missing === 0) {
        const missing = this.outerMissing.pop();
        if (missing === undefined) {
          if (this.at < this.bytes.length) this.failAfterValue();
          return;
        }
        this.missing = missing;
        this.isMap = this.outerIsMap.pop() === true;
      }
      this.missing--;
      // In a map keys and values take turns, the last one being a value.
      this.checkValue(this.isMap && this.missing % 2 === 1);
    }
  }

  private checkValue(isKey: boolean): void {
    this.start = this.at;
    const type = this.bytes[this.at];
    if (type === undefined) this.failTruncated();
    this.at++;
    if (type >= 0xa0 && type <= 0xbf) {
      this.checkText(type & 0x1f, isKey);
    } else if (type >= 0xd9 && type <= 0xdb) {
      this.checkText(this.length(1 << (type - 0xd9)), isKey);
    } else if (isKey) {
      this.fail('decode_unsupported', 'a key that is no text');
    } else if (type >= 0x80 && type <= 0x8f) {
      this.open(2 * (type & 0x0f), true);
    } else if (type >= 0x90 && type <= 0x9f) {
      this.open(type & 0x0f, false);
    } else if (type >= 0xc0 && type <= 0xdf) {
      this.checkTyped(type);
    }
    // The rest are integers of one byte.
  }

  private checkTyped(type: number): void {
    switch (type) {
      case 0xc0: // nil
      case 0xc2: // false
      case 0xc3: // true
        break;
      case 0xc4: // bin 8, 16, 32
      case 0xc5:
      case 0xc6:
        this.skip(this.length(1 << (type - 0xc4)));
        break;
      case 0xc7: // ext 8, 16, 32
      case 0xc8:
      case 0xc9:
        this.checkExtension(this.length(1 << (type - 0xc7)));
        break;
      case 0xca: // float 32
        this.checkFloat(4, 0x80);
        break;
      case 0xcb: // float 64
        this.checkFloat(8, 0xf0);
        break;
      case 0xcc: // uint 8, 16, 32
      case 0xcd:
      case 0xce:
        this.skip(1 << (type - 0xcc));
        break;
      case 0xcf: // uint 64
        this.checkInteger(this.length(4));
        break;
      case 0xd0: // int 8, 16, 32
      case 0xd1:
      case 0xd2:
        this.skip(1 << (type - 0xd0));
        break;
      case 0xd3: // int 64
        this.checkInteger(this.length(4) | 0);
        break;
      case 0xd4: // fixext 1, 2, 4, 8, 16
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        this.checkExtension(1 << (type - 0xd4));
        break;
      case 0xdc: // array 16, 32
      case 0xdd:
        this.open(this.length(2 << (type - 0xdc)), false);
        break;
      case 0xde: // map 16, 32
      case 0xdf:
        this.open(2 * this.length(2 << (type - 0xde)), true);
        break;
      default:
        this.fail('decode_malformed', `the unused type 0x${type.toString(16)}`);
    }
  }

  /** Reads an unsigned integer of 1, 2 or 4 bytes. */
  private length(byteCount: number): number {
    const start = this.at;
    this.skip(byteCount);
    let value = 0;
    for (let at = start; at < this.at; at++) value = value * 256 + (this.bytes[at] ?? 0);
    return value;
  }

  private skip(count: number): void {
    if (count > this.bytes.length - this.at) this.failTruncated();
    this.at += count;
  }

  private open(count: number, isMap: boolean): void {
    if (this.outerMissing.length >= this.depthMax) {
      this.fail('decode_too_deep', `more than ${this.depthMax} levels of nesting`);
    }
    // Every element takes a byte at least, so that a length that cannot be true is found before anyone allocates for it.
    if (count > this.bytes.length - this.at) this.failTruncated();
    this.outerMissing.push(this.missing);
    this.outerIsMap.push(this.isMap);
    this.missing = count;
    this.isMap = isMap;
  }

  private checkText(length: number, isKey: boolean): void {
    const { bytes, at } = this;
    this.skip(length);
    const end = this.at;
    if (isKey && length === protoKey.length && protoKey.every((byte, i) => bytes[at + i] === byte)) {
      this.fail('decode_forbidden_key', 'the key __proto__');
    }
    if (length < nativeCheckBytesMin) {
      let i = at;
      while (i < end && (bytes[i] ?? 0) < 0x80) i++;
      if (i === end) return;
    }
    if (!isUtf8(bytes.subarray(at, end))) this.fail('decode_bad_utf8', 'a text that is not UTF-8');
  }

  /** Of all extensions only typed arrays pass: a byte for the type of the elements, then the elements. */
  private checkExtension(length: number): void {
    const { at, bytes } = this;
    this.skip(1 + length);
    const type = bytes[at] ?? 0;
    if (type !== typedArrayExtension) this.fail('decode_unsupported', `the extension 0x${type.toString(16)}`);
    const elementBytes = typedArrayElementBytes[bytes[at + 1] ?? -1];
    if (length === 0 || elementBytes === undefined) this.fail('decode_unsupported', 'an array of unknown type');
    if ((length - 1) % elementBytes !== 0) this.fail('decode_malformed', 'a typed array that ends inside an element');
  }

  /** Infinities and NaN have all bits of the exponent set: seven in the first byte, the rest atop the second. */
  private checkFloat(byteCount: number, exponentInSecond: number): void {
    const { at, bytes } = this;
    this.skip(byteCount);
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    if ((first & 0x7f) === 0x7f && (second & exponentInSecond) === exponentInSecond) {
      this.fail('decode_unsupported', 'NaN or an infinity');
    }
  }

  /** The upper half has been read, the lower half is next. */
  private checkInteger(upper: number): void {
    const value = upper * 2 ** 32 + this.length(4);
    if (!Number.isSafeInteger(value)) this.fail('decode_unsupported', 'an integer beyond 2^53 - 1');
  }

  private failTruncated(): never {
    this.fail('decode_malformed', 'an end inside a value');
  }

  private failAfterValue(): never {
    this.start = this.at;
    this.fail('decode_malformed', 'bytes after the value');
  }

  private fail(code: DecodeErrorCode, found: string): never {
    throw new DecodeError({ encoding: 'msgpack', code, found, at: this.start });
  }
}

/** Up to this many bytes a loop is quicker than a call into native code. */
const nativeCheckBytesMin = 48;

const protoKey = Buffer.from('__proto__');

const typedArrayExtension = 0x74;

/** The size of an element by msgpackr's numbers: Int8, Uint8, Uint8Clamped, Int16, ... BigUint64. */
const typedArrayElementBytes: readonly (number | undefined)[] = [1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8];
