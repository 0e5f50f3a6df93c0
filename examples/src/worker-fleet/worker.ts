import { register } from '@syncytium/thynapse';
import { frameCost } from './frame.js';

/** A process of its own: renders frames, one at a time, until it is told to stop. */
const [name = '', transmitter = ''] = process.argv.slice(2);
const cell = await register('render', transmitter, { capacity: 1 });
await cell.on('film::frame', (message) => {
  const { frame } = message.data as { frame: number };
  // A frame that takes its worker with it, the first time.
  if (frame === 13 && message.attempt === 1) process.kill(process.pid, 'SIGKILL');
  return { frame, pixels: frameCost(frame), worker: name, attempt: message.attempt };
});
process.send?.('ready');
process.on('message', () => {
  void cell.close().then(() => process.disconnect());
});
