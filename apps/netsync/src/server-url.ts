import { text } from '@syncytium/program';

/** The setting of commands that ask a running server. */
export const serverUrl = text({
  help: 'the server to ask, as http://HOST:PORT, or ws://HOST:PORT/ws for its WebSocket',
  default: 'http://127.0.0.1:8000',
  placeholder: 'URL',
});

/** Somebody sits before the command, so it does not try for long. */
export const reconnect = { attemptsMax: 5 };
