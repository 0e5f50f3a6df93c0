import { webAssembly, type WasmMemory } from './web-assembly.js';

/**
 * Says where in memory a word stands first, looking from one byte to before another, both at whole words; the end when
 * nowhere.
 */
export type WordFinder = (word: number, from: number, end: number) => number;

let module: object | undefined;

/** Looks through a memory of less than 2 GiB. It compares 16 words with each turn. */
export function makeWordFinder(memory: WasmMemory): WordFinder {
  module ??= new webAssembly.Module(moduleBytes());
  const { exports } = new webAssembly.Instance(module, { shared: { memory } });
  return (exports as { readonly find: WordFinder }).find;
}

/** What the function is given, and what it has besides, by number. */
const [word, at, end, words] = [0, 1, 2, 3];

const i32 = 0x7f;
const v128 = 0x7b;
const noResult = 0x40;

const wordBytes = 4;
const lanesBytes = 16;
const turnBytes = 4 * lanesBytes;

/** The instructions that are used, each as WebAssembly writes it. Numbers below 64 take one byte, others two. */
const op = {
  block: [0x02, noResult],
  loop: [0x03, noResult],
  end: [0x0b],
  /** Leaves so many blocks, or begins a loop anew. */
  br: (depth: number) => [0x0c, depth],
  brIf: (depth: number) => [0x0d, depth],
  get: (local: number) => [0x20, local],
  set: (local: number) => [0x21, local],
  constant: (value: number) => [0x41, ...(value < 64 ? [value] : [value | 0x80, 0])],
  /** From an address that is a multiple of a word. */
  load: [0x28, 2, 0],
  equal: [0x46],
  isGreaterUnsigned: [0x4b],
  isLessUnsigned: [0x49],
  add: [0x6a],
  /** From any address, so many bytes further. */
  loadLanes: (offset: number) => [0xfd, 0x00, 0, offset],
  splat: [0xfd, 0x11],
  equalLanes: [0xfd, 0x37],
  or: [0xfd, 0x50],
  anyTrue: [0xfd, 0x53],
};

/** Whether one of four words that stand so many bytes further is the one looked for, in each lane. */
const compareLanes = (offset: number): readonly number[] => [
  ...op.get(at),
  ...op.loadLanes(offset),
  ...op.get(words),
  ...op.equalLanes,
];

const advance = (bytes: number): readonly number[] => [...op.get(at), ...op.constant(bytes), ...op.add, ...op.set(at)];

/** Sixteen words at a time up to those with the one looked for, then word by word. */
const findCode: readonly number[] = [
  ...op.get(word),
  ...op.splat,
  ...op.set(words),

  ...op.block,
  ...op.loop,
  ...[...op.get(at), ...op.constant(turnBytes), ...op.add, ...op.get(end), ...op.isGreaterUnsigned, ...op.brIf(1)],
  ...compareLanes(0),
  ...[...compareLanes(lanesBytes), ...op.or],
  ...[...compareLanes(2 * lanesBytes), ...op.or],
  ...[...compareLanes(3 * lanesBytes), ...op.or],
  ...[...op.anyTrue, ...op.brIf(1)],
  ...advance(turnBytes),
  ...op.br(0),
  ...op.end,
  ...op.end,

  ...op.block,
  ...op.loop,
  ...[...op.get(at), ...op.get(end), ...op.equal, ...op.brIf(1)],
  ...[...op.get(at), ...op.load, ...op.get(word), ...op.equal, ...op.brIf(1)],
  ...advance(wordBytes),
  ...op.br(0),
  ...op.end,
  ...op.end,

  ...op.get(at),
  ...op.end,
];

/** A module that takes a memory and gives the function. */
function moduleBytes(): Uint8Array {
  const [typeSection, importSection, functionSection, exportSection, codeSection] = [1, 2, 3, 7, 10];
  const isFunction = 0x60;
  const [asFunction, asMemory] = [0, 2];
  const isShared = 3;
  // Two bytes and a third: 65,536 pages are all that can be.
  const limits = [isShared, 0, 0x80, 0x80, 4];
  const locals = [1, 1, v128];
  const code = [...locals, ...findCode];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(typeSection, [isFunction, 3, i32, i32, i32, 1, i32]),
    ...section(importSection, [...name('shared'), ...name('memory'), asMemory, ...limits]),
    ...section(functionSection, [0]),
    ...section(exportSection, [...name('find'), asFunction, 0]),
    ...section(codeSection, [...length(code.length), ...code]),
  ]);
}

/** A section of one item. */
function section(id: number, item: readonly number[]): readonly number[] {
  return [id, ...length(item.length + 1), 1, ...item];
}

function name(text: string): readonly number[] {
  return [text.length, ...Buffer.from(text, 'latin1')];
}

/** A length below 16,384, in groups of seven bits. */
function length(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, value >>> 7];
}
