import { Provider, Requestor } from '@syncytium/fxp';
import type { Print } from '../example.js';
import { startServers } from '../servers.js';
import { Controller } from './controller.js';
import { Plant, type Actuation, type Measurement } from './plant.js';

const stepSeconds = 0.0005;
const steps = 200;
const start = 0.02;

/** A plasma that would hit the wall by itself, held by a controller in another party: one session for each shot. */
export async function coSimulation(print: Print): Promise<void> {
  await using servers = await startServers('fxp');
  const url = servers.at('fxp');

  await using provider = await Provider.connect(url, { name: 'control-room' });
  await provider.register('vertical-control', async (session) => {
    const controller = new Controller();
    for await (const measured of session) await session.push(controller.actuate(measured as Measurement));
  });

  await using requestor = await Requestor.connect(url, { name: 'plasma-code' });
  print('    ms   alone mm   held mm');
  const alone = new Plant(start);
  const held = new Plant(start);
  await using session = await requestor.open('vertical-control', { id: 'shot-1' });
  for (let step = 0; step <= steps; step++) {
    const measured = held.measure();
    if (step % 40 === 0) print(row(measured, alone.measure()));
    // The plant stands still until its actuation is there: both parties go in step.
    const actuation = (await session.call(measured)) as Actuation;
    held.advance(actuation, stepSeconds);
    alone.advance({ voltage: 0 }, stepSeconds);
  }
  print(`${steps + 1} measurements were answered in session ${session.id}`);
}

function row({ time, position }: Measurement, alone: Measurement): string {
  const columns = [(1000 * time).toFixed(0), millimetres(alone.position), millimetres(position)];
  return columns.map((text, i) => text.padStart([6, 11, 10][i] ?? 0)).join('');
}

/** Beyond the wall there is no plasma. */
function millimetres(metres: number): string {
  return Math.abs(metres) > 1 ? 'wall' : (1000 * metres).toFixed(1).replace('-0.0', '0.0');
}
