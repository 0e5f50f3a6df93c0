import { Provider, Requestor } from '@syncytium/fxp';
import type { Print } from './take-tour.js';

/** A plasma code asks a controller for a coil's voltage, through the embedded broker and a real Redis client. */
export async function tourFxp([url = '']: readonly string[], print: Print): Promise<void> {
  await using provider = await Provider.connect(url);
  await provider.register('controller', async (session) => {
    for await (const input of session) {
      const { time } = input as { time: number };
      await session.push({ time, voltage: 10 * time });
    }
  });
  print('provider   registered the service controller');
  await using requestor = await Requestor.connect(url);
  print(`requestor  is controller available? ${(await requestor.isAvailable('controller')) ? 'yes' : 'no'}`);
  await using session = await requestor.open('controller', { id: 'shot-1' });
  for (const time of [0.1, 0.2]) {
    const input = { time };
    print(`requestor  pushes ${JSON.stringify(input)} and pops ${JSON.stringify(await session.call(input))}`);
  }
}
