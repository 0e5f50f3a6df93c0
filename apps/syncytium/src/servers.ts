import { buildApp as buildFusion, readConfig as readFusionConfig } from '@syncytium/fusion-server';
import { buildApp as buildFxp, readConfig as readFxpConfig } from '@syncytium/fxp-server';
import { buildApp as buildNetsync, readConfig as readNetsyncConfig } from '@syncytium/netsync-server';
import { formatHostPort as format, type App, type AppDeps, type Env } from '@syncytium/program';
import { buildApp as buildThynapse, readConfig as readThynapseConfig } from '@syncytium/thynapse-server';
import type { ServerName, SyncytiumConfig } from './config.js';

type Build = (config: SyncytiumConfig, deps: AppDeps, env: Env) => App;

/**
 * How each server is built here: its addresses, and the names they all go by, are ours to say; its other settings come from
 * its own environment variables and defaults, as if it ran alone.
 */
export const builders: Readonly<Record<ServerName, Build>> = {
  netsync: ({ netsync, ...config }, deps, env) =>
    buildNetsync(readNetsyncConfig(env, [format(netsync), ...hostFlags(config)]), deps),
  fxp: ({ fxp, fxpHttp, ...config }, deps, env) =>
    buildFxp(readFxpConfig(env, ['--listen', format(fxp), '--http', format(fxpHttp), ...hostFlags(config)]), deps),
  thynapse: ({ thynapse, thynapseHttp, ...config }, deps, env) => {
    const flags = ['--http', format(thynapseHttp), ...hostFlags(config)];
    return buildThynapse(readThynapseConfig(env, ['transmitter', format(thynapse), ...flags]), deps);
  },
  fusion: ({ fusionRest, fusionWs, fusionBulk, ...config }, deps, env) => {
    const addresses = ['--rest', format(fusionRest), '--ws', format(fusionWs), '--bulk', format(fusionBulk)];
    return buildFusion(readFusionConfig(env, [...addresses, ...hostFlags(config)]), deps);
  },
};

function hostFlags({ allowedHosts }: Pick<SyncytiumConfig, 'allowedHosts'>): string[] {
  if (allowedHosts === undefined) return [];
  return ['--allowed-hosts', allowedHosts === 'any' ? 'any' : allowedHosts.join(',')];
}
