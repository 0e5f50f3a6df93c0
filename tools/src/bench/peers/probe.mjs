// Loaded into a server under test by `--import`, with `--expose-gc`: tells what it holds in memory after a garbage
// collection, and since it was last asked the CPU time used and the longest time that its event loop stood still.
import { createServer } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const path = new URL(import.meta.url).searchParams.get('socket');
const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
let usedBefore = process.cpuUsage();

createServer((socket) => {
  const longestStallMs = delays.max / 1e6;
  const { user, system } = process.cpuUsage(usedBefore);
  const cpuSeconds = (user + system) / 1e6;
  for (let i = 0; i < 3; i++) globalThis.gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  socket.end(JSON.stringify({ rss, heapUsed, external, cpuSeconds, longestStallMs }));
  // The collection itself is not counted.
  setTimeout(() => {
    delays.reset();
    usedBefore = process.cpuUsage();
  }, 5).unref();
})
  .listen(path)
  .unref();
