// A cell that handles `job::*` until SIGTERM, and notes each event that it does: thynapse-worker.mjs TRANSMITTER
import { register } from '@syncytium/thynapse';
import { note } from './thynapse-note.mjs';

const capacity = 4;
/** Long enough for a kill to find tasks in hand. */
const workMsMax = 30;

const cell = await register('worker', process.argv[2], { capacity });
await cell.on('job::*', async ({ id }) => {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * workMsMax));
  note('handled', id);
  return id;
});
process.once('SIGTERM', () => cell.close());
note('up');
