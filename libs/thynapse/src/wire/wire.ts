/** The four-letter commands, as they travel. */
export const commands = {
  /** Cell to transmitter: who it is. */
  hello: 'HELO',
  /** Transmitter to cell: welcome, and where the events are. */
  welcome: 'WLCM',
  /** An event; from a transmitter to a cell, the answer to one that the cell sent. */
  event: 'EVNT',
  /** Start and stop catching a pattern in anycatch mode. */
  catch: 'CTCH',
  drop: 'DROP',
  /** Start and stop listening to a pattern in multicatch mode, on the command line itself. */
  hear: 'HEAR',
  mute: 'MUTE',
  /** Cell to transmitter: how many bytes of events it has read. */
  took: 'TOOK',
  /** Transmitter to cell: the other frames of this message are events that it listens to. */
  news: 'NEWS',
  /** Transmitter to cell: how many events it lost by not keeping up. */
  lost: 'LOST',
  /** Both: many commands in one frame. */
  batch: 'BTCH',
  /** Both: many events of one sender and channel. */
  run: 'EVTS',
  /** Cell to transmitter: many requests on one channel; back: many answers to them. */
  requests: 'REQS',
  replies: 'RPLS',
  /** Transmitter to cell: many requests to handle; back: many that are done. */
  work: 'WORK',
  dones: 'DONS',
  /** Transmitter to cell: an event to handle. */
  task: 'TASK',
  /** Cell to transmitter: how a task ended. */
  done: 'DONE',
  fail: 'FAIL',
  ping: 'PING',
  pong: 'PONG',
  /** Transmitter to cell: to go to another transmitter, which that cell begins with `GBYE`. */
  move: 'MOVE',
  /** Leaving. */
  goodbye: 'GBYE',
  /** Transmitter to cell: what was to be confirmed is accepted. */
  okay: 'OKAY',
  error: 'ERRR',
} as const;

/** Codes of `ERRR` beside those of the codec (`frame_...`). */
export const protocolErrorCodes = [
  'hello_first',
  'unknown_command',
  'bad_field',
  'bad_channel',
  'bad_pattern',
  'reserved_channel',
  'busy',
  'cell_replaced',
] as const;

export type ProtocolErrorCode = (typeof protocolErrorCodes)[number];

/** Channels of the system itself begin with this; cells may listen to them and may not send on them. */
export const reservedPrefix = 'thynapse::';

/** A subscription to a topic with this prefix is answered by an event on it: the subscriber knows that it is heard. */
export const syncPrefix = 'thynapse::sync::';

/** A subscription that introduces a transmitter: its id, `::`, the address of its event socket. */
export const peerPrefix = 'thynapse::peer::';

/** What is meant for one transmitter: its id, `::`, the id of the one that says it. */
export const toPrefix = 'thynapse::to::';

/** Tells listeners that events of another transmitter were lost. */
export const lostChannel = 'thynapse::lost';

/** Where an event goes that a service could not handle. */
export const deadPrefix = 'thynapse::dead::';

/** What is appended to `<service>::<channel>` for an answer. */
export const answerSuffixes = { success: '::success', failure: '::failure' } as const;

/** Silences of so many heartbeats mean that who should say something is lost. */
export const heartbeatsUntilLost = 3;

/** Longest channel and pattern, in UTF-16 code units. */
export const channelLengthMax = 512;

/** Digits of a THID. */
export const thidLength = 40;

/** Longest name of a service. */
export const serviceLengthMax = 128;

/** Longest channel of an answer, `<service>::<channel>::success`. */
export const answerChannelLengthMax = serviceLengthMax + '::'.length + channelLengthMax + answerSuffixes.success.length;

/** Value of `mode` in `CTCH` and `DROP`: the pattern is for what is asked of every cell. */
export const askedMode = 'all';

/** Longest key of an event, in UTF-16 code units. */
export const keyLengthMax = 256;

/** Longest id of a command that is to be confirmed, other than an event. */
export const confirmIdLengthMax = 64;

/**
 * From so many bytes, or characters, of data on, what could wait for more goes out at once. The more, the fewer frames; but
 * from 128 KB on, the allocator maps memory anew for each, and who is to read it has nothing to do meanwhile.
 */
export const fullFrameBytes = 112 * 1024;

/** Most commands in one batch. */
export const batchFramesMax = 10_000;

/** Most events in one run. */
export const runEventsMax = 100_000;

/** Most items in a frame of requests or answers. */
export const packedItemsMax = 10_000;

/** Most bytes in the payload of a command from a cell. Below the codec's own limit: some are passed on with more around. */
export const payloadBytesMax = 8 * 1024 * 1024;

/** Deepest nesting in the payload of a command from a cell, for the same reason. */
export const payloadDepthMax = 56;
