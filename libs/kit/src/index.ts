export * from './errors.js';
export * from './clock.js';
export * from './prng.js';
export * from './log.js';
export * from './metrics.js';
export * from './bounded-queue.js';
