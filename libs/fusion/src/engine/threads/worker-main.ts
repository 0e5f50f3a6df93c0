import { workerData } from 'node:worker_threads';
import { QueryWorker } from './query-worker.js';
import type { WorkerStart } from './worker-protocol.js';

new QueryWorker(workerData as WorkerStart).run();
