import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { extname } from 'node:path';
import { bytes, defineCommand, requiredText, text, UsageError } from '@syncytium/program';
import { bulkAddress, interfaceDefaults, restInstead } from '../settings.js';
import { JsonReader } from './json-reader.js';
import { LineReader } from './line-reader.js';
import { ObjectLoader } from './object-loader.js';
import { formatSummary, type Progress } from './progress.js';
import { ProgressLine } from './progress-line.js';
import { openBulkTarget, restTarget } from './store-target.js';

/** Read at once. */
const chunkBytes = 2 ** 18;

/** Bytes of objects in one query unless told: REST takes 64 KiB of a query unless told, of which some are for the rest. */
const batchBytesUsual = { bulk: 2 ** 20, rest: 60 * 1024 };

/** `fusion load`: stores the objects of a file. */
export const loadCommand = defineCommand({
  name: 'load',
  summary: 'stores the objects of a file, however long; exits with 1 when some could not be stored, each named by line',
  arguments: {
    file: requiredText({
      help: 'FILE.ndjson or .jsonl, an object a line; any other: a JSON array or a STORE query; -: lines from stdin',
    }),
  },
  options: {
    class: text({ placeholder: 'NAME', help: 'class of the objects, where the file does not say it' }),
    bulk: bulkAddress,
    rest: restInstead,
    batchBytes: bytes({
      help: 'objects in one query, in bytes; the server has to take queries a little longer',
      default: 0,
      defaultText: '1mb, 60kb over REST',
      min: 1024,
      max: 2 ** 30 - 2 ** 16,
    }),
  },
  examples: [
    ['fusion load people.ndjson --class Person', 'stores an object of each line'],
    ['fusion load store.json', 'stores what a STORE query in a file would, without its limits'],
    ['zcat people.ndjson.gz | fusion load - --class Person', 'reads lines from a pipe'],
  ],
  run: async ({ file, class: className, bulk, rest, batchBytes }, { print, signal, clock }) => {
    const isStdin = file === '-';
    const bytesTotal = isStdin ? undefined : await fileBytes(file);
    const overRest = rest !== undefined && bulk === undefined;
    const target = overRest
      ? restTarget(rest, signal)
      : await openBulkTarget(bulk ?? interfaceDefaults.bulk.address, { signal, clock });
    const line = new ProgressLine({ stream: process.stderr, clock });
    const began = clock.now();
    const isLines = isStdin || ['.ndjson', '.jsonl'].includes(extname(file).toLowerCase());
    const loader = new ObjectLoader({
      target,
      createReader: (sink) => (isLines ? new LineReader(sink) : new JsonReader(sink)),
      ...(className !== undefined && { className }),
      batchBytes: batchBytes || batchBytesUsual[overRest ? 'rest' : 'bulk'],
      onRefused: (at, problem) => line.note(`line ${at}: ${problem}`),
      onProgress: () => line.show(progress()),
    });
    const progress = (): Progress => ({
      bytes: loader.bytesRead,
      bytesTotal,
      objects: loader.stored,
      elapsedMs: clock.now() - began,
    });
    try {
      const chunks = isStdin ? process.stdin : createReadStream(file, { highWaterMark: chunkBytes });
      await loader.load(addAbortSignal(signal, chunks) as AsyncIterable<Buffer>);
    } finally {
      target.close();
      line.clear();
      print(formatSummary(progress(), loader.refused, loader.unanswered));
    }
    return loader.refused === 0 ? 0 : 1;
  },
});

async function fileBytes(path: string): Promise<number> {
  try {
    const facts = await stat(path);
    if (facts.isFile()) return facts.size;
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`, 'file');
  }
  throw new UsageError(`${path} is no file`, 'file');
}
