import { Provider, Requestor } from '@syncytium/fxp';
import { connectNetsync, type NetsyncClient } from '@syncytium/netsync/client';
import { register, type Cell } from '@syncytium/thynapse';
import { askFusion } from '../ask-fusion.js';
import { Controller } from '../co-simulation/controller.js';
import { Plant, type Actuation, type Measurement } from '../co-simulation/plant.js';
import type { Print } from '../example.js';
import { startServers, type Servers } from '../servers.js';

const shot = 'shot-7';
const steps = 100;
const stepSeconds = 0.0005;

/**
 * A shot of an experiment over all four systems: its parties meet (Netsync), plant and controller go in step (FXP),
 * what is measured is told to whoever cares (Thynapse) and kept to be asked about (Fusion).
 */
export async function runShot(print: Print): Promise<void> {
  await using servers = await startServers('netsync', 'fxp', 'thynapse', 'fusion');
  await meet(servers, print);
  const archive = await Archive.open(servers);
  const display = await listenForPeak(servers);

  const plant = await register('plant', servers.at('thynapse'));
  await drive(servers, async (measured) => {
    // Resolves when the archive has kept it.
    await plant.request('plant::measured', measured);
  });
  print(`${display.service} heard of ${display.heard} measurements, the farthest at ${display.peakMm().toFixed(1)} mm`);
  print(`the archive holds ${await archive.count()} of them, ${await archive.countBeyond(0.01)} beyond 10 mm`);
  await Promise.all([plant.close(), archive.close(), display.close()]);
}

/** Nobody begins before all three are there; until then, whoever is there can be seen waiting. */
async function meet(servers: Servers, print: Print): Promise<void> {
  const client = await connectNetsync(servers.at('netsync').replace('http', 'ws'));
  const arrive = (role: string): ReturnType<NetsyncClient['send']> =>
    client.send({ event: shot, actor: role, mates: 2, payload: `${role} is ready`, timeout: '10s' });
  const early = [arrive('plant'), arrive('controller')];
  for (const wait of await waitsOf(servers, 2)) print(`${wait.who} waits for ${wait.what}`);
  const { payloads } = await arrive('operator');
  await Promise.all(early);
  print(Object.values(payloads).sort().join(', '));
  client.close();
}

/** The waits over all servers, once there are so many. */
async function waitsOf({ http }: Servers, count: number): Promise<{ who: string; what: string }[]> {
  for (;;) {
    const { waits } = (await (await fetch(`${http}/waits`)).json()) as { waits: { who: string; what: string }[] };
    if (waits.length === count) return waits;
  }
}

/** Plant and controller in step, as two parties of a session. */
async function drive(servers: Servers, tell: (measured: Measurement) => Promise<void>): Promise<void> {
  await using provider = await Provider.connect(servers.at('fxp'));
  await provider.register('vertical-control', async (session) => {
    const controller = new Controller();
    for await (const measured of session) await session.push(controller.actuate(measured as Measurement));
  });
  await using requestor = await Requestor.connect(servers.at('fxp'));
  await using session = await requestor.open('vertical-control', { id: shot });
  const plant = new Plant(0.02);
  for (let step = 0; step < steps; step++) {
    const measured = plant.measure();
    const [actuation] = await Promise.all([session.call(measured), tell(measured)]);
    plant.advance(actuation as Actuation, stepSeconds);
  }
}

/** Two cells of one service, each of which keeps what it catches: every measurement is caught by one of them. */
class Archive {
  private constructor(
    private readonly fusion: string,
    private readonly cells: readonly Cell[],
  ) {}

  static async open(servers: Servers): Promise<Archive> {
    const cells = await Promise.all([1, 2].map(() => register('archive', servers.at('thynapse'))));
    const fusion = servers.at('fusion');
    await askFusion(fusion, { CREATE_CLASSES: { Measurement: { time: 'decimal', position: 'decimal' } } });
    for (const cell of cells)
      await cell.on('plant::measured', async ({ data }) => {
        await askFusion(fusion, { STORE: { _class: 'Measurement', _objects: [data], _rsp: 'none' } });
      });
    return new Archive(fusion, cells);
  }

  async count(terms: object = {}): Promise<number> {
    const { COUNT_RSP } = await askFusion<{ COUNT_RSP: { Measurement: { _cnt: number } } }>(this.fusion, {
      COUNT: { Measurement: terms },
    });
    return COUNT_RSP.Measurement._cnt;
  }

  async countBeyond(metres: number): Promise<number> {
    return (await this.count({ position: { '>': metres } })) + (await this.count({ position: { '<': -metres } }));
  }

  async close(): Promise<void> {
    await Promise.all(this.cells.map((cell) => cell.close()));
  }
}

/** Hears every measurement, as any number of others could. */
async function listenForPeak(servers: Servers) {
  const cell = await register('display', servers.at('thynapse'));
  let heard = 0;
  let peak = 0;
  await cell.all.on('plant::*', ({ data }) => {
    heard++;
    peak = Math.max(peak, Math.abs((data as Measurement).position));
  });
  return {
    service: 'display',
    get heard() {
      return heard;
    },
    peakMm: () => 1000 * peak,
    close: () => cell.close(),
  };
}
