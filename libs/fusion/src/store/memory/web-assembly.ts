/** Memory of WebAssembly that threads share: posted to one, it is the same memory there. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

/** A page, in which memory of WebAssembly is counted. */
export const wasmPageBytes = 65_536;

/** What is used of `WebAssembly`, of which TypeScript knows only in browsers. */
interface WebAssemblyApi {
  /** Lengths are in pages. Throws `RangeError` when the system has no room. */
  readonly Memory: new (descriptor: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;
