/** Work is done so many times, each in well below a microsecond or a few, before others may have their turn. */
const timesAtOnce = 128;

/** Does some work for each number from 0 to before `count`, with pauses. */
export function* inSteps(count: number, work: (position: number) => void): Generator<undefined, void> {
  for (let from = 0; from < count; from += timesAtOnce) {
    const end = Math.min(from + timesAtOnce, count);
    for (let position = from; position < end; position++) work(position);
    yield;
  }
}
