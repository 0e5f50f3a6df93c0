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
const idLength = 40;

/** The commands of a message, those in batches too, each as `J EVNT` and its payload. */
function* commandsOf(frames) {
  for (const frame of frames) {
    const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
    const name = bytes.toString('latin1', 0, headerBytes - 1);
    const payload = bytes.subarray(headerBytes);
    if (name === 'R BTCH') yield* commandsOf(partsOf(payload));
    else yield { name, payload };
  }
}

function* partsOf(bytes) {
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    yield bytes.subarray(at + 4, end);
    at = end;
  }
}

/** What many requests, or many answers, in one frame say: their head, and the id and data of each. */
function unpack(payload, columns) {
  const idsAt = payload.indexOf('\n') + 1;
  const head = JSON.parse(payload.subarray(0, idsAt));
  const { count } = head;
  const sizesAt = idsAt + count * (idLength + 4 * columns);
  let at = sizesAt + 4 * count;
  const items = Array.from({ length: count }, (_, i) => {
    const id = payload.toString('latin1', idsAt + i * idLength, idsAt + (i + 1) * idLength);
    const end = at + payload.readUInt32BE(sizesAt + 4 * i);
    const data = payload.toString('utf8', at, end);
    at = end;
    return { id, data };
  });
  return { head, items };
}

/** Ids of events, not of patterns. */
const events = /^[0-9a-f]{40}$/;

/** Of requests that were sent in one frame, all ids by the first of them: they are confirmed together. */
const sentTogether = new Map();

function noteSaid(message) {
  for (const { name, payload } of commandsOf(message)) {
    if (name !== 'R REQS') continue;
    const ids = unpack(payload, 1).items.map(({ id }) => id);
    sentTogether.set(ids[0], ids);
  }
}

/** Who answered, and what: an answer that comes again is the same, in whatever form. */
function noteAnswer(re, from, data) {
  note('answer', re, `${from}:${data}`);
}

function hear(message) {
  for (const { name, payload } of commandsOf(message)) {
    if (name === 'R RPLS') {
      const { head, items } = unpack(payload, 0);
      for (const { id, data } of items) noteAnswer(id, head.from, data);
      continue;
    }
    if (!name.startsWith('J ')) continue;
    const fields = JSON.parse(payload);
    if (name === 'J OKAY' && events.test(fields.re)) {
      const ids = fields.count === undefined ? [fields.re] : sentTogether.get(fields.re);
      for (const id of ids) note('accepted', id);
    } else if (name === 'J WLCM') note('welcome', fields.id);
    else if (name === 'J EVNT') noteAnswer(fields.re, fields.from, JSON.stringify(fields.data));
  }
}

const sockets = zeromqSockets();
function dealer(options) {
  const socket = sockets.dealer({
    ...options,
    onMessage(message) {
      hear(message);
      options.onMessage(message);
    },
  });
  const send = socket.send.bind(socket);
  socket.send = (message) => {
    noteSaid(message);
    return send(message);
  };
  return socket;
}

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
