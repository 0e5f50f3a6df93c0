// A cell that answers `status` with its id, and `hang` never: thynapse-asked.mjs TRANSMITTER. Notes its id, and what is asked.
import { register } from '@syncytium/thynapse';
import { note } from './thynapse-note.mjs';

const cell = await register('asked', process.argv[2]);
await cell.all.answer('status', () => cell.id);
await cell.all.answer('hang', ({ channel }) => {
  note('asked', channel);
  return new Promise(() => undefined);
});
note('up', cell.id);
