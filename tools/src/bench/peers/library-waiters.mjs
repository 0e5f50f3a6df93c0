// What waiters cost the library alone, without any connection: prints the bytes for each.
import { Netsync } from '../../../../libs/netsync/dist/index.js';

const count = Number(process.argv[2]);
const netsync = new Netsync();
const listener = { onSync() {}, onError() {} };
const used = () => {
  for (let i = 0; i < 3; i++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
const before = used();
const cancels = Array.from({ length: count }, (_, i) =>
  netsync.submit({ event: 'e', actor: `w${i}`, selector: 'actor=nobody' }, listener),
);
const bytes = (used() - before) / count;
console.log(`ready library ${bytes} ${cancels.length}`);
setInterval(() => netsync.pending, 1e6);
