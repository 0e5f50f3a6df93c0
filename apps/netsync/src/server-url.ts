import { text, type Setting } from '@syncytium/program';

/** The setting of commands that ask a running server. */
export const serverUrl: Setting<string> = {
  ...text({
    help: 'the server to ask, as http://HOST:PORT, or ws://HOST:PORT for its WebSocket (with TLS https:// and wss://)',
    default: 'http://127.0.0.1:8000',
    placeholder: 'URL',
  }),
  parse(value) {
    if (/^(?:http|ws)s?:\/\/[^?#]+$/.test(value) && URL.canParse(value)) return value;
    throw new Error('must be http://HOST:PORT or ws://HOST:PORT, or with TLS https:// or wss://');
  },
};

/** Somebody sits before the command, so it does not try for long. */
export const reconnect = { attemptsMax: 5 };
