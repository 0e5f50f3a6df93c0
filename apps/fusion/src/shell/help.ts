import { queryNames } from '@syncytium/fusion';

/** What `\help` prints. */
export const helpLines = [
  'A query is JSON, over as many lines as it takes: {"FIND":{"Person":{"name":"Ada"}}}',
  'In short, its name and what stands under it: FIND {"Person":{"name":"Ada"}}, or CLASSES',
  '',
  `Queries: ${queryNames.join(' ')}`,
  '',
  '\\format table|json  how the objects of FIND and GET are shown',
  '\\timing on|off      whether it is shown how long a query took',
  '\\help, \\quit        also help, quit and exit; Ctrl-D on an empty line quits, Ctrl-C forgets what is typed, or ends a wait',
  'Tab                 completes names of queries, classes, members and attributes; the arrows bring back what was typed',
];
