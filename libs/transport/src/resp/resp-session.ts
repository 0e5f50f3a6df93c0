import { InternalError, SyncytiumError } from '@syncytium/kit';
import { BrokerError } from '../errors.js';
import type { BlockedPop } from '../keyspace/blocked-pops.js';
import type { ByteKey } from '../keyspace/byte-key.js';
import type { ChannelSubscriber } from '../keyspace/channels.js';
import { Arguments } from './arguments.js';
import { BlockedCommand } from './blocked-command.js';
import { fitsArity, type Command } from './command.js';
import { ReplyError, RequestError } from './errors.js';
import { findCommand } from './find-command.js';
import { ReplyWriter } from './reply-writer.js';
import * as texts from './reply-texts.js';
import { RequestParser, type Request } from './request-parser.js';
import type { ClientLine, RespHost } from './resp-host.js';
import { Subscriptions } from './subscriptions.js';

/**
 * One client's conversation, without its socket: bytes come in, replies and pushed messages go out. Commands are executed
 * one after the other; a blocked one holds up what the client has sent behind it.
 *
 * @see docs/spec/resp.md
 */
export class RespSession implements ChannelSubscriber {
  readonly reply = new ReplyWriter();
  readonly subscriptions = new Subscriptions(this, this.reply);
  readonly connectedAt: number;
  name = '';
  /** What the client says of the library it uses: `lib-name`, `lib-ver`. */
  readonly library = new Map<string, string>();
  /** Whether it asked never to be evicted; nobody is, but it is shown. */
  isKept = false;
  isAuthenticated: boolean;
  lastCommand = 'NULL';
  lastCommandAt: number;
  readonly #parser: RequestParser;
  #blocked: BlockedCommand | undefined;
  #isReading = false;
  #isStalled = false;
  /** The client sends nothing more. */
  #hasEnded = false;
  #state: 'open' | 'closing' | 'ended' = 'open';
  #silence: 'none' | 'next' | 'all' = 'none';

  constructor(
    readonly host: RespHost,
    readonly line: ClientLine,
    readonly id: number,
  ) {
    this.connectedAt = this.lastCommandAt = host.clock.now();
    this.isAuthenticated = host.credentials === undefined;
    this.#parser = new RequestParser({ limits: host.limits, memory: host.memory });
    this.#parser.isTrusted = this.isAuthenticated;
  }

  get address(): string {
    return this.line.address;
  }

  get localAddress(): string {
    return this.line.localAddress;
  }

  /** Bytes received and not yet executed. */
  get inputBytes(): number {
    return this.#parser.bytes;
  }

  get isBlocked(): boolean {
    return this.#blocked !== undefined;
  }

  /** Whether commands are held back because the client does not read its replies; {@link resume} goes on. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** Whether nothing more is read, and the line is to be closed when everything written is sent. */
  get isClosing(): boolean {
    return this.#state !== 'open';
  }

  /** Bytes from the client. */
  receive(chunk: Buffer): void {
    this.#parser.push(chunk);
    this.resume();
    if (this.#state === 'open' && this.#parser.bytes > this.host.limits.inputBytesMax) {
      this.host.log.warn('a client sent too much ahead and is disconnected', { client: this.address });
      this.close();
    }
  }

  /** Executes what has come, until something blocks, the client is slow to read, or nothing is left. */
  resume(): void {
    // A command that ends a wait of its own client must not execute the next one inside itself.
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#state === 'open' && !this.#blocked) {
        this.#isStalled = this.#outputBytes >= this.host.limits.replyBytesHigh;
        const request = this.#isStalled ? undefined : this.#parser.next();
        if (!request) break;
        this.#answer(request);
      }
    } catch (error) {
      this.#refuse(error);
    } finally {
      this.#isReading = false;
    }
    if (this.#hasEnded && !this.#isStalled) this.close();
    if (this.reply.bytes > 0 || this.#isStalled) this.line.onOutput();
  }

  /**
   * The client has sent everything. What has come is still executed and replied to, as fast as it reads, but it does not
   * wait any more: nobody can tell it from one that is gone.
   */
  endInput(): void {
    this.#hasEnded = true;
    this.resume();
  }

  /** The client is to be disconnected as soon as what is written is sent; it is given nothing more. */
  close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#leaveAll();
    this.line.onOutput();
  }

  /** Another client disconnects this one: at once, whatever it is still to be sent, since it may not read. */
  kill(): void {
    this.host.log.info('a client was disconnected by another', { client: this.address });
    this.line.destroy();
  }

  /** The client is gone: nothing waits for it or is kept for it any more. */
  end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#leaveAll();
    this.#parser.dispose();
  }

  authenticate(user: string, isRight: boolean): void {
    if (!isRight) throw new ReplyError(texts.wrongPassword);
    this.isAuthenticated = true;
    this.#parser.isTrusted = true;
    this.host.log.debug('a client gave the password', { client: this.address, user });
  }

  /** Back to the state of a client that has just connected. */
  reset(): void {
    this.host.monitors.delete(this);
    this.host.execute(({ channels }) => this.subscriptions.clear(channels));
    this.name = '';
    this.isKept = false;
    if (this.#silence === 'all') this.silence('none');
    this.reply.protocol = 2;
    this.isAuthenticated = this.host.credentials === undefined;
    this.#parser.isTrusted = this.isAuthenticated;
  }

  /** Chooses what the client is not answered: nothing from now on, the next command, or all from now on. */
  silence(silence: 'none' | 'next' | 'all'): void {
    if (silence === 'next') {
      if (this.#silence === 'none') this.#silence = silence;
      return;
    }
    this.#silence = silence;
    this.reply.isMuted = silence === 'all';
  }

  /** Waits for a value; `answer` writes the reply when it has come. */
  block(
    pop: Pick<BlockedPop, 'keys' | 'from' | 'into'>,
    timeoutMs: number,
    answer: (value: Uint8Array, key: ByteKey) => void,
  ): void {
    this.#blocked = new BlockedCommand(this, pop, timeoutMs, answer, () => {
      this.#blocked = undefined;
      this.reply.isMuted = this.#silence === 'all';
      this.line.onOutput();
      // Not at once: whoever served this client is in the middle of its own command.
      this.line.onServed();
    });
  }

  /** Ends a blocked command for somebody else; `false` when none is blocked. */
  unblock(how: 'timeout' | 'error'): boolean {
    if (!this.#blocked) return false;
    if (how === 'timeout') this.#blocked.timeOut();
    else this.#blocked.fail(new ReplyError(texts.unblocked));
    return true;
  }

  onMessage(channel: ByteKey, message: Uint8Array, pattern?: ByteKey): void {
    if (this.#outputBytes > this.host.limits.backlogBytesMax) {
      this.host.log.warn('a subscriber reads too slowly and is disconnected', { client: this.address });
      this.line.destroy();
      return;
    }
    this.reply.push(pattern === undefined ? 3 : 4, () => {
      this.reply.text(pattern === undefined ? 'message' : 'pmessage');
      if (pattern !== undefined) this.reply.text(pattern);
      this.reply.text(channel);
      this.reply.bulk(message);
    });
    this.line.onOutput();
  }

  /** A command was executed, and this client asked to see it. */
  onMonitored(line: string): void {
    if (this.#outputBytes > this.host.limits.backlogBytesMax) {
      this.host.log.warn('a client that monitors reads too slowly and is disconnected', { client: this.address });
      this.line.destroy();
      return;
    }
    this.reply.announce(line);
    this.line.onOutput();
  }

  replyWrongArity(name: string): void {
    this.reply.error(texts.wrongArity(name));
  }

  /** Writes what a client is told of an error. */
  replyError(error: unknown): void {
    if (error instanceof ReplyError) this.reply.error(error.text);
    else if (error instanceof BrokerError && error.code === 'broker_wrong_type') this.reply.error(texts.wrongType);
    else if (error instanceof BrokerError && error.code === 'broker_out_of_memory') this.reply.error(texts.outOfMemory);
    else if (error instanceof SyncytiumError && !(error instanceof InternalError))
      this.reply.error(`ERR ${error.message}`);
    else {
      this.host.log.error('a command failed', { command: this.lastCommand, err: error });
      this.reply.error('ERR internal error');
    }
  }

  /** Bytes that the client has not yet been sent. */
  get #outputBytes(): number {
    return this.reply.bytes + this.line.unsentBytes;
  }

  #leaveAll(): void {
    this.host.monitors.delete(this);
    this.#blocked?.cancel();
    this.#blocked = undefined;
    this.host.execute(({ channels }) => this.subscriptions.clear(channels));
  }

  /** A client may want no answer to one command, the one time it is given. */
  #answer(request: Request): void {
    if (this.#silence === 'next') {
      this.#silence = 'none';
      this.reply.isMuted = true;
    }
    this.#execute(request);
    if (!this.#blocked) this.reply.isMuted = this.#silence === 'all';
  }

  #execute({ args, isRefused }: Request): void {
    const found = findCommand(args);
    if (typeof found === 'string') {
      if (isForeignProtocol(args)) this.#leave();
      else this.reply.error(found);
      return;
    }
    const { command, words } = found;
    this.lastCommand = command.name;
    this.lastCommandAt = this.host.clock.now();
    this.host.countCommand();
    const isOpen = command.flags.includes('open');
    if (!fitsArity(command, args.length)) this.replyWrongArity(command.name);
    else if (!this.isAuthenticated && !isOpen) this.reply.error(texts.authenticationRequired);
    else if (isRefused) this.reply.error(texts.outOfMemory);
    else if (this.reply.protocol === 2 && this.subscriptions.count > 0 && !command.flags.includes('pubsub'))
      this.reply.error(texts.onlyInSubscribedMode(command.name));
    else {
      if (this.host.monitors.size > 0 && !isOpen && command.name !== 'monitor')
        this.host.monitors.show(this.host.clock.wallNow(), this.address, args);
      this.#run(command, new Arguments(args, words));
    }
  }

  #run(command: Command, args: Arguments): void {
    try {
      this.host.execute((store) => command.run(this, args, store));
    } catch (error) {
      this.replyError(error);
    }
  }

  /** Somebody's browser was made to talk to this port; it must not get a word in. */
  #leave(): void {
    this.host.log.warn('a client speaks HTTP and is disconnected', { client: this.address });
    this.line.destroy();
  }

  #refuse(error: unknown): void {
    if (error instanceof RequestError) this.reply.error(`ERR ${error.message}`);
    else this.replyError(error);
    this.close();
  }
}

/** The first words of HTTP requests. */
function isForeignProtocol([name]: readonly Buffer[]): boolean {
  const word = name?.toString('latin1', 0, 6).toLowerCase();
  return word === 'post' || word === 'host:';
}
