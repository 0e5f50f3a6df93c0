const bytes = 100;
const numberMin = 1_000_000;
const numbers = 1_000_000;

/** A JSON object of exactly 100 bytes that tells which one it is. */
export interface SmallItem {
  readonly n: number;
  readonly pad: string;
}

const pad = 'x'.repeat(bytes - JSON.stringify({ n: numberMin, pad: '' }).length);

export function smallItem(index: number): SmallItem {
  return { n: numberMin + (index % numbers), pad };
}

/** One after the other, for so many seconds. */
export function* smallItems(seconds: number): Generator<SmallItem & Readonly<Record<string, unknown>>> {
  const end = performance.now() + seconds * 1000;
  for (let index = 0; performance.now() < end; index++) yield { ...smallItem(index) };
}

/** Throws when an answer is not the one to the item of that index: a benchmark must not count what went wrong. */
export function checkAnswer(answer: unknown, index: number): void {
  const { n } = smallItem(index);
  const is = answer as Partial<SmallItem> | null | undefined;
  if (is?.n !== n || is.pad !== pad) throw new Error(`the answer to item ${n} was ${JSON.stringify(answer)}`);
}
