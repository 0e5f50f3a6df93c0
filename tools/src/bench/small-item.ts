const numberMin = 1_000_000_000;
const numbers = 1_000_000;

/** A JSON object of a known size that tells which one it is. */
export interface SmallItem {
  readonly n: number;
  readonly pad?: string;
}

/** What fills an item up to so many bytes: to 16, nothing, or to 25 and more. */
export function padFor(bytes: number): string {
  if (bytes === JSON.stringify({ n: numberMin }).length) return '';
  return 'x'.repeat(bytes - JSON.stringify({ n: numberMin, pad: '' }).length);
}

const padDefault = padFor(100);

/** Of 100 bytes unless it is filled otherwise. */
export function smallItem(index: number, pad = padDefault): SmallItem {
  const n = numberMin + (index % numbers);
  return pad === '' ? { n } : { n, pad };
}

/** One after the other, for so many seconds. */
export function* smallItems(seconds: number): Generator<SmallItem & Readonly<Record<string, unknown>>> {
  const end = performance.now() + seconds * 1000;
  for (let index = 0; performance.now() < end; index++) yield { ...smallItem(index) };
}

/** Throws when an answer is not the one to the item of that index: a benchmark must not count what went wrong. */
export function checkAnswer(answer: unknown, index: number, pad = padDefault): void {
  const { n } = smallItem(index, pad);
  const is = answer as Partial<SmallItem> | null | undefined;
  if (is?.n !== n || (is.pad ?? '') !== pad) throw new Error(`the answer to item ${n} was ${JSON.stringify(answer)}`);
}
