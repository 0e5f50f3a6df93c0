import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AbortedError } from '@syncytium/kit';
import { defineCommand, formatHostPort, text } from '@syncytium/program';
import { askServer, ServerUnreachableError, type QueryAnswer } from '../query-command.js';
import { restAddress } from '../settings.js';
import { complete } from './complete.js';
import { forgetTyped } from './forget-typed.js';
import { historyMax } from './history-file.js';
import { ShellSession } from './shell-session.js';
import { TypedHistory } from './typed-history.js';

/** `fusion shell`: queries typed by a person, or piped in. */
export const shellCommand = defineCommand({
  name: 'shell',
  summary: 'asks a running server queries as they are typed; of piped lines, exits with 1 when one failed',
  arguments: {},
  options: {
    rest: restAddress,
    history: text({
      placeholder: 'FILE',
      help: 'where lines typed on a terminal are kept',
      default: join(homedir(), '.fusion_history'),
      defaultText: '~/.fusion_history',
    }),
  },
  examples: [
    ['fusion shell', 'a prompt; \\help tells more'],
    [`echo 'FIND {"Person":{}}' | fusion shell`, 'a table of all persons'],
  ],
  run: async ({ rest, history }, { print, signal, clock }) => {
    const { stdin: input, stdout: output } = process;
    const isTerminal = input.isTTY && output.isTTY;
    /** Ends the wait for an answer, while there is one. */
    let giveUp: (() => void) | undefined;
    const ask = async (query: string): Promise<QueryAnswer> => {
      const interrupt = new AbortController();
      giveUp = () => interrupt.abort();
      try {
        return await askServer(rest, query, AbortSignal.any([signal, interrupt.signal]));
      } catch (error) {
        throw interrupt.signal.aborted ? new AbortedError('the wait for an answer', error) : error;
      } finally {
        giveUp = undefined;
      }
    };
    const session = new ShellSession({ ask, print, clock });
    // Also says at once when nobody is there.
    await session.learn();
    const typed = new TypedHistory(history);
    const lines = createInterface({
      input,
      ...(isTerminal && { output, history: await typed.read(), historySize: historyMax }),
      terminal: isTerminal,
      completer: (before: string) => complete(before, session.classes),
    });
    const prompt = (): void => {
      if (!isTerminal) return;
      lines.setPrompt(session.isOpen ? '   ...> ' : 'fusion> ');
      lines.prompt();
    };
    lines.on('SIGINT', () => {
      if (giveUp) {
        giveUp();
        return;
      }
      session.forget();
      typed.forget();
      forgetTyped(lines, output);
      prompt();
    });
    lines.on('history', typed.take);
    signal.addEventListener('abort', () => lines.close(), { once: true });
    if (isTerminal) print(`fusion at ${formatHostPort(rest)}; \\help tells how to ask, Ctrl-D quits`);
    prompt();
    try {
      for await (const line of lines) {
        await session.line(line).catch((error: unknown) => {
          if (!isTerminal) throw error;
          // A person may wait until the server is back.
          if (error instanceof ServerUnreachableError) print(error.message);
          else if (error instanceof AbortedError)
            print('nobody waits for the answer now; the server may carry out the query');
          else throw error;
        });
        typed.enter(line, !session.isOpen);
        if (session.hasQuit) break;
        prompt();
      }
      // What comes next on the terminal is not to stand behind the prompt.
      if (isTerminal && !session.hasQuit) print('');
      session.end();
    } finally {
      lines.close();
      if (isTerminal) await typed.write();
    }
    return session.failures === 0 || isTerminal ? 0 : 1;
  },
});
