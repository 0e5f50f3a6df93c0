/** Who is told what a file holds. */
export interface ObjectSink {
  /** The file says itself of which class its objects are: a name, or the definition of a class by its name. */
  classOf(named: unknown): void;
  /** One object, as it stands in the file; `bytes` are only good until the call returns. */
  object(bytes: Uint8Array, line: number): void;
  /** Something that is no object where one should be; what comes after it can be read. */
  notAnObject(line: number, problem: string): void;
}

/** Finds the objects in a file, piece by piece. Throws `LoadFileError` where nothing can be made of the rest. */
export interface ObjectReader {
  push(chunk: Buffer): void;
  /** The file ends here. */
  end(): void;
}

export const newline = 0x0a;
export const openBrace = 0x7b;

export function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === newline || byte === 0x0d || byte === 0x09;
}
