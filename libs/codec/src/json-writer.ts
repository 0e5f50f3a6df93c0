/** In characters; below it, looking for what has to be escaped first gains nothing. */
const longTextMin = 512;

/**
 * What `JSON.stringify` makes of plain data: null, booleans, finite numbers, well-formed texts, arrays and plain objects.
 *
 * A long text of ASCII in which nothing has to be escaped takes a quarter of the time: V8 asks a table about one character
 * after the other, and here four are looked at together.
 */
export function writeJson(value: unknown): string {
  return hasLongText(value) ? write(value) : JSON.stringify(value);
}

function hasLongText(value: unknown): boolean {
  if (typeof value === 'string') return value.length >= longTextMin;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) if (hasLongText(value[at])) return true;
    return false;
  }
  for (const key in value) if (hasLongText((value as Record<string, unknown>)[key])) return true;
  return false;
}

function write(value: unknown): string {
  if (typeof value === 'string') return isPlain(value) ? `"${value}"` : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  const members = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${write(inner)}`);
  return `{${members.join(',')}}`;
}

/** Where texts are written, to be looked at four bytes at a time. */
const bytes = Buffer.alloc(4096);
const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);

/** Whether a text is long, and all of it ASCII that stands for itself in JSON. */
function isPlain(text: string): boolean {
  if (text.length < longTextMin) return false;
  for (let from = 0; from < text.length; from += bytes.length) {
    const part = text.slice(from, from + bytes.length);
    bytes.write(part);
    // The first character of several bytes begins among as many bytes as there are characters, so it is found.
    if (!startsPlain(part.length)) return false;
  }
  return true;
}

/** Whether so many bytes are ASCII without quotes, backslashes and controls. */
function startsPlain(length: number): boolean {
  let found = 0;
  // The top bits tell: of what is below a space or begins a character of several bytes, of a quote, of a backslash. What
  // they borrow from a byte before is there to be found, too.
  for (let at = 0; at < length >> 2; at++) {
    const word = words[at] as number;
    found |= (word - 0x20202020) | ((word ^ 0x22222222) - 0x01010101) | ((word ^ 0x5c5c5c5c) - 0x01010101);
  }
  for (let at = length & ~3; at < length; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x20 || byte === 0x22 || byte === 0x5c || byte > 0x7f) return false;
  }
  return (found & 0x80808080) === 0;
}
