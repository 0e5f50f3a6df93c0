import { silentLog } from '@syncytium/kit';
import { readInvocation, systemDeps } from '@syncytium/program';
import { buildApp } from '../app.js';
import { readConfig } from '../config.js';
import { program } from '../program.js';
import { askServer } from '../query-command.js';

/** A server on free ports, and the program's commands to use it with. */
export async function startServer() {
  // Threads run what is built; here the sources are tested.
  const config = readConfig({}, ['--rest', ':0', '--ws', ':0', '--bulk', ':0', '--threads', '0']);
  const app = buildApp(config, systemDeps(silentLog));
  const [rest = '', ws = '', bulk = ''] = (await app.start()).map((url) => new URL(url).host);
  return {
    rest,
    ws,
    bulk,
    stop: () => app.stop(),
    async ask(query: unknown): Promise<unknown> {
      const [host = '', port] = rest.split(':');
      return JSON.parse((await askServer({ host, port: Number(port) }, JSON.stringify(query))).text);
    },
    /** Runs a command line as the program would; what it prints, and its exit code. */
    async run(...argv: string[]): Promise<{ code: number | undefined; printed: string[] }> {
      const { command, config } = readInvocation(program, {}, argv);
      const printed: string[] = [];
      const print = (line: string): void => void printed.push(line);
      const context = { ...systemDeps(silentLog), print, signal: new AbortController().signal };
      return { code: await command.run?.(config as never, context), printed };
    },
  };
}
