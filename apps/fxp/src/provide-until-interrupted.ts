import { once } from 'node:events';
import { Provider, type ServiceFunction } from '@syncytium/fxp';
import { duration, integer, text, type CommandContext, type ConfigOf } from '@syncytium/program';
import { partyOptions, partySettings } from './party-settings.js';

/** What every command that provides a service can be told. */
export const providerSettings = {
  ...partySettings,
  timeout: duration({ help: 'a session without inputs for so long is over; 0s: never', default: '10s' }),
  capacity: integer({ help: 'most sessions served at once', default: 1000, min: 1, max: 1_000_000 }),
  serviceVersion: text({ placeholder: 'TEXT', help: 'version shown to those who list providers', default: '' }),
  drain: duration({ help: 'once interrupted, longest time for the sessions that run to finish', default: '10s' }),
} as const;

/**
 * Provides a service until the user interrupts; then takes no more sessions, lets those that run finish for a while, and
 * resolves with the exit code. Throws when the broker is lost for good.
 */
export async function provideUntilInterrupted(
  service: string,
  serve: ServiceFunction,
  config: ConfigOf<typeof providerSettings>,
  context: CommandContext,
): Promise<number> {
  const { log, clock, print, signal } = context;
  const { redis, timeout, capacity, serviceVersion: version, drain } = config;
  await using provider = await Provider.connect(redis, { ...partyOptions(config, context), capacity, version });
  await provider.register(service, serve, { timeout });
  print(`provides ${service}`);
  const end = AbortSignal.any([signal, provider.lost]);
  if (!end.aborted) await once(end, 'abort');
  if (provider.lost.aborted) throw provider.lost.reason;
  if (provider.sessionCount > 0) log.info('draining', { service, sessions: provider.sessionCount });
  const late = new AbortController();
  const timer = clock.setTimer(drain, () => late.abort());
  try {
    await provider.drain({ signal: late.signal });
  } catch (error) {
    if (!late.signal.aborted) throw error;
    log.warn('sessions did not finish in time and are ended', { service, sessions: provider.sessionCount });
  } finally {
    timer.cancel();
  }
  return 0;
}
