import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { expect } from 'vitest';
import { freePorts } from './free-ports.js';
import { normalize, type Example } from './markdown-examples.js';
import { root, runCommand, runNode, type RunningProgram } from './run-program.js';

/** The ports that documents name, in runs of neighbours; each run gets free ones, since those may be taken here. */
const documentedPorts = [
  [8000, 8001],
  [8100],
  [9000, 9001],
  [9100],
  [6380, 6381],
  [5454, 5455, 5456],
  [1981, 1982, 1983],
];

/** What a tool logs when it has begun; npm, which starts it, may warn of what "will stop working". */
const toolHasBegun = /"msg":"(watching|working)"/;

/**
 * The examples of one section, followed as a reader would: servers and tools are started and stay, commands are run, outputs
 * compared.
 */
export async function runExamples(examples: readonly Example[]): Promise<void> {
  const ports = new Map<number, number>();
  for (const run of documentedPorts) {
    const first = await freePorts(run.length);
    run.forEach((port, i) => ports.set(port, first + i));
  }
  const move = (text: string): string =>
    text.replaceAll(/\b\d{4}\b/g, (port) => String(ports.get(Number(port)) ?? port));
  const at = (port: number): string => `127.0.0.1:${ports.get(port)}`;
  // What the programs listen on when the document's command line says nothing.
  const env = {
    SYNCYTIUM_FXP_LISTEN: at(6380),
    SYNCYTIUM_FXP_HTTP: at(6381),
    SYNCYTIUM_THYNAPSE_HTTP: at(5456),
    SYNCYTIUM_FUSION_REST: at(1981),
    SYNCYTIUM_FUSION_WS: at(1982),
    SYNCYTIUM_FUSION_BULK: at(1983),
    SYNCYTIUM_SYNCYTIUM_HTTP: at(8100),
    SYNCYTIUM_SYNCYTIUM_NETSYNC: at(8000),
    SYNCYTIUM_SYNCYTIUM_FXP: at(6380),
    SYNCYTIUM_SYNCYTIUM_FXP_HTTP: at(6381),
    SYNCYTIUM_SYNCYTIUM_THYNAPSE: at(5454),
    SYNCYTIUM_SYNCYTIUM_THYNAPSE_HTTP: at(5456),
    SYNCYTIUM_SYNCYTIUM_FUSION_REST: at(1981),
    SYNCYTIUM_SYNCYTIUM_FUSION_WS: at(1982),
    SYNCYTIUM_SYNCYTIUM_FUSION_BULK: at(1983),
  };
  // Where client commands look for a server; an fxp told of a Redis would serve that one instead of its own broker.
  const clientEnv = {
    ...env,
    SYNCYTIUM_NETSYNC_SERVER: `http://${at(8000)}`,
    SYNCYTIUM_FXP_REDIS: `redis://${at(6380)}`,
    SYNCYTIUM_THYNAPSE_TRANSMITTER: `tcp://${at(5454)}`,
  };
  /** The document speaks of its own ports. */
  const moveBack = (text: string): string =>
    [...ports].reduce((moved, [port, actual]) => moved.replaceAll(String(actual), String(port)), text);
  const compare = ({ line, output }: Example, printed: string): void => {
    if (output !== undefined) expect(comparable(moveBack(printed)), `line ${line}`).toEqual(comparable(output));
  };
  const stay = (source: string, env: Record<string, string>): RunningProgram =>
    runCommand('bash', ['-c', `exec ${move(source)}`], env);
  const servers: RunningProgram[] = [];
  const tools: { readonly tool: RunningProgram; readonly example: Example }[] = [];
  for (const example of examples) {
    const { kind, source } = example;
    if (kind === 'server') {
      const server = stay(source, env);
      servers.push(server);
      await server.ready();
    } else if (kind === 'tool') {
      const tool = stay(source, clientEnv);
      tools.push({ tool, example });
      await tool.line('stderr', toolHasBegun);
    } else compare(example, kind === 'shell' ? await shell(move(source), clientEnv) : await code(move(source)));
  }
  for (const { tool, example } of tools) {
    if (example.output !== undefined) await tool.lines('stdout', example.output.split('\n').length);
    expect(await tool.exit('SIGINT')).toBe(0);
    compare(example, tool.stdout.join('\n'));
  }
  for (const server of servers) expect(await server.exit('SIGTERM')).toBe(0);
}

/** JSON is compared by what it says, so that its members may come in any order; other text word for word. */
function comparable(output: string): unknown {
  const text = normalize(output);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function shell(source: string, env: Record<string, string>): Promise<string> {
  return finish(runCommand('bash', ['-euo', 'pipefail', '-c', source], env), source);
}

/** Type annotations are stripped; imports resolve from the workspace, as they would in a project that installed us. */
async function code(source: string): Promise<string> {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
  });
  const folder = join(root, 'e2e', 'tmp');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `example-${process.pid}.mjs`);
  await writeFile(file, outputText);
  try {
    return await finish(runNode([file]), source);
  } finally {
    await rm(file);
  }
}

async function finish(program: RunningProgram, source: string): Promise<string> {
  const exitCode = await program.exit();
  expect(exitCode, `${source}\n${program.stderr.join('\n')}`).toBe(0);
  return program.stdout.join('\n');
}
