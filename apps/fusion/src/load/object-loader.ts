import { UsageError } from '@syncytium/program';
import { ObjectBatch } from './object-batch.js';
import type { ObjectReader, ObjectSink } from './object-reader.js';
import { classExists, LoadRefusedError, LoadStoppedError, readStoreFailure } from './store-failure.js';
import type { StoreTarget } from './store-target.js';

export interface ObjectLoaderOptions {
  readonly target: StoreTarget;
  readonly createReader: (sink: ObjectSink) => ObjectReader;
  /** The class of the objects; without, the file has to say it. */
  readonly className?: string;
  /** Bytes of objects in one query; a longer object has one to itself. */
  readonly batchBytes: number;
  /** An object cannot be stored, and why. It is not stored; all others are. */
  readonly onRefused: (line: number, problem: string) => void;
  /** Something was read or stored. */
  readonly onProgress: () => void;
}

/** Queries under way at once: while one is carried out, the next are on their way. */
const underWayMax = 4;

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Refused objects at which a load is stopped: then it is not the objects that are wrong. */
export const refusedMax = 100;

/**
 * Stores the objects of a file, in queries of many. A query stores all of its objects or none; one that fails is tried
 * again in halves, until each object that is wrong stands alone and is named, and all others are stored.
 */
export class ObjectLoader implements ObjectSink {
  /** Objects that are stored, and those that were refused. */
  stored = 0;
  refused = 0;
  /** Objects in queries that were sent and not answered: they may be stored, or not. */
  unanswered = 0;
  /** Bytes of the file that were read. */
  bytesRead = 0;
  readonly #options: ObjectLoaderOptions;
  readonly #full: ObjectBatch[] = [];
  #batch: ObjectBatch;
  /** `"_class":"Person","_objects":[` */
  #opening: Buffer | undefined;
  /** A class that has to be created first. */
  #definition: object | undefined;
  readonly #underWay = new Set<Promise<void>>();
  #failure: Error | undefined;

  constructor(options: ObjectLoaderOptions) {
    this.#options = options;
    this.#batch = new ObjectBatch(options.batchBytes);
    if (options.className !== undefined) this.#setClass(options.className);
  }

  /**
   * Loads a whole file. Throws `LoadFileError`, {@link LoadRefusedError}, {@link LoadStoppedError}, `UsageError` when
   * nothing says the class, and what the target throws; what is stored stays.
   */
  async load(file: AsyncIterable<Buffer>): Promise<void> {
    const fileError = await this.#read(file);
    // Also when the file is wrong somewhere: what stands before that is loaded.
    if (this.#batch.count > 0) this.#full.push(this.#batch);
    await this.#sendFull();
    await Promise.all(this.#underWay);
    const error = this.#failure ?? fileError;
    if (error) throw error;
  }

  classOf(named: unknown): void {
    if (this.#opening || named === undefined) return;
    if (typeof named === 'string') {
      this.#setClass(named);
    } else if (typeof named === 'object' && named !== null) {
      this.#definition = named;
      this.#setClass(Object.keys(named)[0] ?? '');
    }
  }

  object(bytes: Uint8Array, line: number): void {
    if (!this.#batch.hasRoom(bytes.length)) {
      this.#full.push(this.#batch);
      this.#batch = new ObjectBatch(this.#options.batchBytes);
    }
    this.#batch.add(bytes, line);
  }

  notAnObject(line: number, problem: string): void {
    this.refused++;
    this.#options.onRefused(line, problem);
    if (this.refused >= refusedMax) throw new LoadStoppedError(this.refused);
  }

  #setClass(name: string): void {
    this.#opening = Buffer.from(`"_class":${JSON.stringify(name)},"_objects":[`);
  }

  /** Resolves with what is wrong with the file, if anything is. */
  async #read(file: AsyncIterable<Buffer>): Promise<Error | undefined> {
    const reader = this.#options.createReader(this);
    try {
      for await (const chunk of file) {
        reader.push(this.bytesRead === 0 ? withoutMark(chunk) : chunk);
        this.bytesRead += chunk.length;
        this.#options.onProgress();
        await this.#sendFull();
        if (this.#failure) return undefined;
      }
      reader.end();
    } catch (error) {
      return error as Error;
    }
    return undefined;
  }

  async #sendFull(): Promise<void> {
    for (const batch of this.#full.splice(0)) {
      while (this.#underWay.size >= underWayMax) await Promise.race(this.#underWay);
      const fail = (error: unknown): void => void (this.#failure ??= error as Error);
      await this.#createClass(batch.lineOf(0)).catch(fail);
      if (this.#failure) return;
      const sent = this.#store(batch, 0, batch.count)
        .catch(fail)
        .finally(() => this.#underWay.delete(sent));
      this.#underWay.add(sent);
    }
  }

  async #createClass(line: number): Promise<void> {
    const definition = this.#definition;
    if (!definition) return;
    this.#definition = undefined;
    const content = JSON.stringify(definition).slice(1, -1);
    const { isOk, text } = await this.#options.target.store('CREATE_CLASSES', Buffer.from(content));
    if (isOk) return;
    const { code, problem } = readStoreFailure(text);
    throw new LoadRefusedError(line, code === classExists ? `${problem}; --class stores into it` : problem);
  }

  async #store(batch: ObjectBatch, from: number, to: number): Promise<void> {
    if (!this.#opening)
      throw new UsageError('--class is needed: the file does not say, before its objects, what class they are of');
    const content = Buffer.concat([this.#opening, batch.slice(from, to), closing]);
    const { isOk, text } = await this.#options.target.store('STORE', content).catch((error: unknown) => {
      this.unanswered += to - from;
      throw error;
    });
    if (isOk) {
      this.stored += to - from;
      this.#options.onProgress();
      return;
    }
    const { problem, isForAll } = readStoreFailure(text);
    if (isForAll) throw new LoadRefusedError(batch.lineOf(from), problem);
    if (to - from === 1) {
      this.notAnObject(batch.lineOf(from), problem);
      return;
    }
    const middle = (from + to) >> 1;
    await this.#store(batch, from, middle);
    await this.#store(batch, middle, to);
  }
}

const closing = Buffer.from(']');

/** The beginning of a file without the byte order mark that some programs write there. */
function withoutMark(chunk: Buffer): Buffer {
  return chunk.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? chunk.subarray(byteOrderMark.length) : chunk;
}
