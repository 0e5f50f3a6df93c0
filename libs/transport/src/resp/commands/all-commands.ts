import { clientCommands } from './client-commands.js';
import { connectionCommands } from './connection-commands.js';
import { keyCommands } from './key-commands.js';
import { listCommands } from './list-commands.js';
import { monitorCommand } from './monitor-command.js';
import { pubsubCommands } from './pubsub-commands.js';
import { withServerCommands } from './server-commands.js';

/** Every command the server knows, by its name in lower case. */
export const commands = withServerCommands([
  ...keyCommands,
  ...listCommands,
  ...pubsubCommands,
  ...connectionCommands,
  ...clientCommands,
  monitorCommand,
]);
