/**
 * How often a piece of work is done before others may have their turn, by what it takes each time: a few nanoseconds, well
 * below a microsecond, or some microseconds. So every step takes about as long, some 20 microseconds.
 */
const timesAtOnce = { light: 1024, usual: 128, heavy: 16 } as const;

/** Work that is done in steps, between which others may have their turn. */
export type Steps<T> = Generator<undefined, T>;

/** Does some work for each number from 0 to before `count`, with pauses. */
export function* inSteps(
  count: number,
  work: (position: number) => void,
  kind: keyof typeof timesAtOnce = 'usual',
): Steps<void> {
  const times = timesAtOnce[kind];
  for (let from = 0; from < count; from += times) {
    const end = Math.min(from + times, count);
    for (let position = from; position < end; position++) work(position);
    yield;
  }
}

/** Does some work for each of some things, with pauses. */
export function* eachInSteps<T>(
  things: Iterable<T>,
  work: (thing: T) => void,
  kind: keyof typeof timesAtOnce = 'usual',
): Steps<void> {
  const times = timesAtOnce[kind];
  let left = times;
  for (const thing of things) {
    work(thing);
    if (--left > 0) continue;
    left = times;
    yield;
  }
}

/** All of some things as a list. */
export function* listInSteps<T>(things: Iterable<T> & { readonly size: number }): Steps<readonly T[]> {
  if (things.size <= timesAtOnce.light) return [...things];
  const list: T[] = [];
  yield* eachInSteps(things, (thing) => list.push(thing), 'light');
  return list;
}

/** Takes all steps one after the other. */
export function takeAll<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
