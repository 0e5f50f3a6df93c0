// A cell that sends events until SIGTERM, so many at a time, and notes what it hears of them: thynapse-sender.mjs
// TRANSMITTER. What was accepted and answered is read off its line, below the library that is to be tested.
import { register } from '@syncytium/thynapse';
import { zeromqSockets } from '@syncytium/transport/zeromq';
import { note } from './thynapse-note.mjs';

const lanes = 10;
/** One in so many is only confirmed: nobody waits for its answer. */
const confirmedEvery = 4;
const timeout = '60s';

const headerBytes = 'J EVNT '.length;

/** The commands of a message, those in batches too. */
function* commandsOf(frames) {
  for (const frame of frames) {
    const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
    const name = bytes.toString('latin1', 0, headerBytes);
    if (name === 'R BTCH ') yield* commandsOf(partsOf(bytes.subarray(headerBytes)));
    else if (name.startsWith('J ')) yield { name: name.slice(2, 6), fields: JSON.parse(bytes.subarray(headerBytes)) };
  }
}

function* partsOf(bytes) {
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    yield bytes.subarray(at + 4, end);
    at = end;
  }
}

/** Ids of events, not of patterns. */
const events = /^[0-9a-f]{40}$/;

function hear(message) {
  for (const { name, fields } of commandsOf(message)) {
    if (name === 'OKAY' && events.test(fields.re)) note('accepted', fields.re);
    else if (name === 'WLCM') note('welcome', fields.id);
    else if (name === 'EVNT') note('answer', fields.re, fields.id);
  }
}

const sockets = zeromqSockets();
const dealer = (options) =>
  sockets.dealer({
    ...options,
    onMessage(message) {
      hear(message);
      options.onMessage(message);
    },
  });

const cell = await register('sender', process.argv[2], { sockets: { ...sockets, dealer } });
let isOver = false;
process.once('SIGTERM', () => (isOver = true));
let sent = 0;
async function lane() {
  while (!isOver) {
    const n = sent++;
    try {
      if (n % confirmedEvery === 0) note('confirmed', await cell.raw.send('job::x', n, { timeout }));
      else note('answered', await cell.request('job::x', n, { timeout }));
    } catch (error) {
      note('failed', error.code, error.message);
    }
  }
}
note('up');
await Promise.all(Array.from({ length: lanes }, lane));
await cell.close();
