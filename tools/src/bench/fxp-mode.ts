import type { OpenOptions, PartyOptions } from '@syncytium/fxp';

/** How sessions are carried. */
export const fxpModes = ['plain', 'extended', 'acknowledged'] as const;
export type FxpMode = (typeof fxpModes)[number];

/** What a contender of a mode is called. */
export function modeName(mode: FxpMode): string {
  return `FXP, ${mode}`;
}

/** What providers and requestors of a mode are made with. */
export function partyOptions(mode: FxpMode): PartyOptions {
  return { extensions: mode !== 'plain' };
}

/** What sessions of a mode are opened with. */
export function openOptions(mode: FxpMode): OpenOptions {
  return { acknowledge: mode === 'acknowledged' };
}
