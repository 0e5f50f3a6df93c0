/** Errors with the exact texts of Redis, which clients match against. */
export const wrongType = 'WRONGTYPE Operation against a key holding the wrong kind of value';
export const outOfMemory = "OOM command not allowed when used memory > 'maxmemory'.";
export const authenticationRequired = 'NOAUTH Authentication required.';
export const wrongPassword = 'WRONGPASS invalid username-password pair or user is disabled.';
export const noPasswordSet =
  'ERR AUTH <password> called without any password configured for the default user. ' +
  'Are you sure your configuration is correct?';
export const helloNeedsAuthentication =
  'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> ' +
  'option can be used to authenticate the client and select the RESP protocol version at the same time';
export const unsupportedProtocol = 'NOPROTO unsupported protocol version';
export const protocolNotInteger = 'ERR Protocol version is not an integer or out of range';
export const badClientName = 'ERR Client names cannot contain spaces, newlines or special characters.';
export const badClientId = 'ERR client-id should be greater than 0';
export const notAnInteger = 'ERR value is not an integer or out of range';
export const notPositive = 'ERR value is out of range, must be positive';
export const syntaxError = 'ERR syntax error';
export const badDatabase = 'ERR DB index is out of range';
export const timeoutNotFloat = 'ERR timeout is not a float or out of range';
export const timeoutNegative = 'ERR timeout is negative';
export const unblocked = 'UNBLOCKED client unblocked via CLIENT UNBLOCK';
export const tooManyClients = 'ERR max number of clients reached';

export const wrongArity = (command: string): string => `ERR wrong number of arguments for '${command}' command`;

export const outOfRange = (min: number, max: number): string =>
  `ERR value is out of range, value must between ${min} and ${max}`;

export const badClientInfo = (field: string): string =>
  `ERR ${field} cannot contain spaces, newlines or special characters.`;

export const invalidExpiry = (command: string): string => `ERR invalid expire time in '${command}' command`;

export const onlyInSubscribedMode = (command: string): string =>
  `ERR Can't execute '${command}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`;

export const unknownSubcommand = (subcommand: string, command: string): string =>
  `ERR unknown subcommand '${subcommand.slice(0, 128)}'. Try ${command.toUpperCase()} HELP.`;

export const wrongSubcommand = (subcommand: string, command: string): string =>
  `ERR unknown subcommand or wrong number of arguments for '${subcommand.slice(0, 128)}'. Try ${command} HELP.`;

/** Names the command and the beginning of its arguments: as many as begin within the first 128 characters. */
export function unknownCommand(name: string, args: readonly string[]): string {
  let shown = '';
  for (const arg of args) {
    if (shown.length >= 128) break;
    shown += `'${arg.slice(0, 128 - shown.length)}' `;
  }
  return `ERR unknown command '${name.slice(0, 128)}', with args beginning with: ${shown}`;
}

/** Redis has these, this server has not, and must not seem to. */
export const noTransactions = (command: string): string =>
  `ERR ${command.toUpperCase()} is not supported: this server has no transactions`;
