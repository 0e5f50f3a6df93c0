import { memorySockets } from '@syncytium/transport/memory';
import { zeromqSockets } from '@syncytium/transport/zeromq';
import { describe } from 'vitest';
import { cellConformance } from './cell.conformance.js';

describe('in one process', () => {
  cellConformance(() => memorySockets(), 'tcp://127.0.0.1:0');
});

describe('over ØMQ', () => {
  cellConformance(() => zeromqSockets(), 'tcp://127.0.0.1:0');
});
